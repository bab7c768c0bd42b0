import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../lib/app-error.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createAuthenticate } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { answerDirectly, createDirectRoute } from './direct-route.ts';
import { createHttpServer, type HttpServer } from './server.ts';

const KEY = 'qm_live_known';
const caller: Caller = {
  userId: 'usr_1',
  role: 'user',
  sessionId: null,
  apiKey: { id: 'key_1', permissions: ['inference'], dailyLimitNano: null },
};

let app: HttpServer;
let url: string;
let limited = false;
let seenByFastify: string[] = [];
beforeAll(async () => {
  const logger = createLogger('silent');
  app = await createHttpServer({ logger, trustProxy: null, https: false });
  app.addHook('onRequest', async (request) => void seenByFastify.push(request.url));
  app.post('/echo', async () => ({ by: 'fastify' }));
  const authenticate = createAuthenticate({
    accounts: { authenticate: async () => null },
    apiKeys: { authenticate: async () => null, known: (key) => (key === KEY ? caller : null) },
    rateLimits: {
      countCaller() {
        if (limited) throw new AppError('rate_limited', { retryAfterSeconds: 7 });
      },
    },
  });
  const deps = { authenticate, logger, headers: { 'x-every': 'yes' } };
  const route = createDirectRoute(deps, {
    url: '/echo',
    permission: 'inference',
    body: z.object({ say: z.string() }),
    async handle({ body }, reply) {
      if (body.say === 'oops') throw new Error('nobody foresaw it');
      reply.raw.writeHead(200, reply.getHeaders()).end(JSON.stringify({ by: 'route', said: body.say }));
    },
  });
  answerDirectly(app, route);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());
beforeEach(() => {
  limited = false;
  seenByFastify = [];
});

const post = (headers: Record<string, string> = {}, body: string | ReadableStream = '{"say":"hi"}', path = '/echo') =>
  fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body,
    ...(typeof body === 'string' ? {} : { duplex: 'half' }),
  });

test('a plain request never reaches Fastify', async () => {
  const answer = await post();
  expect(await answer.json()).toEqual({ by: 'route', said: 'hi' });
  expect(answer.headers.get('x-every')).toBe('yes');
  expect(seenByFastify).toEqual([]);
});

test.each([
  ['from a page of elsewhere', { origin: 'https://elsewhere.example' }],
  ['that must be carried out once', { 'idempotency-key': 'a' }],
  ['with a key that is not known', { authorization: 'Bearer qm_live_other' }],
  ['with a session', { authorization: 'Bearer eyJ.a.b' }],
  ['with two credentials', { 'x-api-key': KEY }],
  ['of another type', { 'content-type': 'application/json; charset=latin1' }],
  ['with a compressed body', { 'content-encoding': 'gzip' }],
])('a request %s is left to it', async (_what, headers) => {
  await (await post(headers)).text();
  expect(seenByFastify).toEqual(['/echo']);
});

test('so is one to another path, one that is long, and one whose length is not known', async () => {
  await (await post({}, '{}', '/echo?x=1')).text();
  await (await post({}, JSON.stringify({ say: 'x'.repeat(1024 * 1024) }))).text();
  await (await post({}, new Blob(['{"say":"hi"}']).stream())).text();
  expect(seenByFastify).toEqual(['/echo?x=1', '/echo', '/echo']);
});

test('what is wrong is told in the one shape of errors', async () => {
  const wrong = await post({}, '{"say":1}');
  expect(wrong.status).toBe(400);
  expect(wrong.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { error } = (await wrong.json()) as { error: Record<string, unknown> };
  expect(error).toMatchObject({ code: 'invalid_request', param: 'say' });
  expect(error['request_id']).toBe(wrong.headers.get('x-request-id'));
  expect((await post({}, '{"say":"oops"}')).status).toBe(500);
  limited = true;
  const refused = await post();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('7');
  expect(seenByFastify).toEqual([]);
});
