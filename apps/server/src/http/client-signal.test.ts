import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { clientSignal } from './client-signal.ts';

const server = createServer();
afterEach(() => server.close());

/** The answer to a request whose client leaves at once. */
async function answerToWhoLeft(): Promise<ServerResponse> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const closed = once(response, 'close');
  socket.destroy();
  await closed;
  return response;
}

test('a client that left before anybody listened is gone', async () => {
  const raw = await answerToWhoLeft();
  expect(clientSignal({ raw }, new AbortController().signal).aborted).toBe(true);
});
