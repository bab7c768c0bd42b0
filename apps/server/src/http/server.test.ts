import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createHttpServer } from './server.ts';

test.each([
  ['is no UTF-8', '/receipts/%F0%9F'],
  ['is not encoded', '/receipts/%ZZ'],
  ['is longer than any id', `/receipts/${'a'.repeat(900)}`],
])('a path that %s is refused in the one shape of errors', async (_, url) => {
  const app = await createHttpServer({ logger: createLogger('silent'), trustProxy: null, https: false });
  app.get('/receipts/:id', async () => 'never');
  const answer = await app.inject({ method: 'GET', url });
  const { error } = answer.json();
  expect([answer.statusCode, error.code]).toEqual([400, 'invalid_request']);
  expect(error.request_id).toBe(answer.headers['x-request-id']);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  await app.close();
});

test.each([
  ['gzip', 415],
  ['br', 415],
  ['identity, gzip', 415],
  ['identity', 200],
  ['', 200],
])('a body with content-encoding %j is answered %i', async (encoding, status) => {
  const app = await createHttpServer({ logger: createLogger('silent'), trustProxy: null, https: false });
  app.post('/echo', async ({ body }) => body);
  const payload = status === 200 ? '{"a":1}' : gzipSync('{"a":1}');
  const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
  const answer = await app.inject({ method: 'POST', url: '/echo', headers, payload });
  expect(answer.statusCode).toBe(status);
  if (status === 200) expect(answer.json()).toEqual({ a: 1 });
  else {
    expect(answer.json().error).toMatchObject({ code: 'unsupported_media_type', param: 'content-encoding' });
    expect(answer.headers['accept-encoding']).toBe('identity');
  }
  await app.close();
});
