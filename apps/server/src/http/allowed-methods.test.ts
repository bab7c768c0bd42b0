import { anthropicErrorSchema } from '@q/contract/anthropic-messages';
import { errorBodySchema } from '@q/contract/errors';
import { ollamaErrorSchema } from '@q/contract/ollama-api';
import { WebSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../testing/test-app.ts';

const EMBED = 'https://app.example.com';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer({ EMBED_ORIGINS: EMBED });
});
afterAll(() => server?.close());

const ask = (method: string, path: string, init: RequestInit = {}) => fetch(server.url + path, { method, ...init });

describe('a method that a path of the API is not there for', () => {
  test.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['GET', '/v1/chat/completions?stream=1', 'POST'],
    ['HEAD', '/v1/chat/completions', 'POST'],
    ['OPTIONS', '/v1/chat/completions', 'POST'],
    ['POST', '/v1/models', 'GET, HEAD'],
    ['GET', '/v1/responses', 'POST'],
    ['PUT', '/api/v1/keys', 'GET, HEAD, POST'],
    ['POST', '/api/v1/keys/key_1', 'DELETE'],
    ['POST', '/api/v1/sessions/ses_1/export', 'GET, HEAD'],
    ['GET', '/api/v1/keys/key_1/rotate', 'PUT'],
    ['PROPFIND', '/v1/models', 'GET, HEAD'],
    ['DELETE', '/api/v1/models/openai/gpt-4o', 'GET, HEAD'],
    ['PUT', '/api/v1/sessions/ses_1', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/api/chat', 'POST'],
  ])('%s %s is answered 405 and told %s', async (method, path, allowed) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    if (method === 'HEAD') return expect(text).toBe('');
    const { error } = errorBodySchema.parse(JSON.parse(text));
    expect(error).toMatchObject({ code: 'method_not_allowed', request_id: answer.headers.get('x-request-id') });
    for (const each of allowed.split(', ')) expect(error.message).toContain(each);
  });

  test('is told in the shape of errors of the path', async () => {
    const anthropic = await ask('GET', '/anthropic/v1/messages');
    expect([anthropic.status, anthropic.headers.get('allow')]).toEqual([405, 'POST']);
    expect(anthropic.headers.get('request-id')).toBe(anthropic.headers.get('x-request-id'));
    expect(anthropicErrorSchema.parse(await anthropic.json()).error.type).toBe('invalid_request_error');
    const ollama = await ask('DELETE', '/ollama/api/tags');
    expect([ollama.status, ollama.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(ollamaErrorSchema.parse(await ollama.json()).code).toBe('method_not_allowed');
  });

  test('is told whatever its body is', async () => {
    for (const [type, body] of [
      ['text/plain', 'words'],
      ['application/json', '{'],
    ] as const)
      expect((await ask('PUT', '/v1/models', { headers: { 'content-type': type }, body })).status).toBe(405);
  });

  test('is told to pages of other origins that may ask, and opens no socket', async () => {
    const answer = await ask('GET', '/v1/chat/completions', { headers: { origin: EMBED } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([405, EMBED]);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/chat/completions`);
    const ended = await new Promise((resolve) => {
      socket.addEventListener('open', () => resolve('open'));
      socket.addEventListener('error', () => resolve('refused'));
    });
    expect(ended).toBe('refused');
  });
});

describe('what stays as it is', () => {
  test.each([
    ['GET', '/v1/nothing'],
    ['POST', '/api/v1/nothing'],
    ['GET', '/anthropic/v1/nothing'],
    ['GET', '/ollama/api/nothing'],
    ['POST', '/settings'],
  ])('%s %s is answered 404', async (method, path) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.headers.has('allow')]).toEqual([404, false]);
  });

  test('HEAD is answered where GET is, and a preflight of an origin that may ask is allowed', async () => {
    expect((await ask('HEAD', '/api/v1/models')).status).toBe(200);
    const headers = { origin: EMBED, 'access-control-request-method': 'POST' };
    expect((await ask('OPTIONS', '/v1/chat/completions', { headers })).status).toBe(204);
  });
});
