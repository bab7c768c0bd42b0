import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { sendJsonPieces } from './json-pieces.ts';

const app = { close: async (): Promise<unknown> => undefined };
afterEach(() => app.close());

/** A server that answers with these pieces; `ended` resolves when it has done so or given up. */
async function answering(pieces: () => Iterable<string>) {
  const server = fastify();
  app.close = () => server.close();
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  server.get('/', async (_request, reply) => {
    reply.header('x-early', 'yes');
    await sendJsonPieces(reply, { 'x-cost-usd': '1' }, pieces());
    end();
    return reply;
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`, ended };
}

test('pieces come whole and in order, with all headers', async () => {
  const numbers = Array.from({ length: 50_000 }, (_, index) => index);
  const { url, ended } = await answering(() => ['[', ...numbers.map((n) => `${n === 0 ? '' : ','}${n}`), ']']);
  const response = await fetch(url);
  expect(await response.json()).toEqual(numbers);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect([response.headers.get('x-early'), response.headers.get('x-cost-usd')]).toEqual(['yes', '1']);
  await ended;
});

test('no more is made than the client reads, and nothing when it has gone', async () => {
  let made = 0;
  const piece = 'x'.repeat(100_000);
  const { url, ended } = await answering(function* () {
    for (;;) {
      made += 1;
      yield piece;
    }
  });
  const request = get(url, (response) => void response.once('data', () => response.pause()));
  await expect.poll(() => made).toBeGreaterThan(0);
  let before = -1;
  const isStill = () => {
    const same = made === before;
    before = made;
    return same;
  };
  await expect.poll(isStill, { interval: 100 }).toBe(true);
  expect(made).toBeLessThan(500);
  request.destroy();
  await ended;
  const left = made;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(made).toBe(left);
});
