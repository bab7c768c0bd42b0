import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type AnswerStream, openAnswerStream } from './answer-stream.ts';

/** Counts what goes to the system: each is a call of it, and wakes the reader. */
function countWrites(raw: ServerResponse): () => number {
  const { socket } = raw;
  if (socket === null) throw new Error('the connection is gone');
  let writes = 0;
  const { _write: one, _writev: many } = socket;
  socket._write = (...args) => {
    writes += 1;
    one.apply(socket, args);
  };
  socket._writev = (...args) => {
    writes += 1;
    many?.apply(socket, args);
  };
  return () => writes;
}

/** Answers one request; how many writes that took, and what the client was sent. */
async function writesOf(answer: (stream: AnswerStream) => Promise<void>): Promise<{ writes: number; body: string }> {
  let counted = () => 0;
  const server = createServer((_request, raw) => {
    counted = countWrites(raw);
    const reply = { raw, getHeaders: () => ({}), hijack: () => undefined };
    void answer(openAnswerStream(reply, { 'content-type': 'text/event-stream' }, null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const body = await new Promise<string>((resolve) => {
    get({ port, agent: false }, async (response) => resolve((await response.toArray()).join('')));
  });
  await new Promise((resolve) => server.close(resolve));
  return { writes: counted(), body };
}

const later = () => new Promise((resolve) => setTimeout(resolve, 10));

test('headers go with a first piece that is there already, and the last piece with the end', async () => {
  const sent = await writesOf(async (stream) => {
    void stream.write('first ');
    await later();
    void stream.write('last');
    stream.end();
    stream.end();
  });
  expect(sent).toEqual({ writes: 2, body: 'first last' });
});

test('headers do not wait for a first piece that comes later', async () => {
  const sent = await writesOf(async (stream) => {
    await later();
    void stream.write('late');
    await later();
    stream.end();
  });
  expect(sent).toEqual({ writes: 3, body: 'late' });
});
