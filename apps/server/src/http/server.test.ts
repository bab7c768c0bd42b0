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
