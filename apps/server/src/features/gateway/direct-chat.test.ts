import { connect } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { askWith } from '../../testing/test-person.ts';
import { answers, refuses } from '../../testing/upstream-behaviours.ts';

const MODEL = 'openai/gpt-5.5';
const BODY = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
/** No origin that is known here, so that nothing changes but the way of the request through the server. */
const FASTIFYS_WAY = { origin: 'https://elsewhere.example' };
/** Differ from call to call. */
const OWN_HEADERS = /^(date|x-request-id|x-balance-usd|content-length)$/;

const stage = scriptedServer();
let ask: ReturnType<typeof askWith>;
let key: { id: string; key: string };
beforeEach(async () => {
  key = (await stage.person.ask('POST', '/api/v1/keys', { name: 'direct' })).body;
  ask = askWith(stage.server.url, key.key);
  // From here on the key is known, as it is in most requests.
  await ask('GET', '/v1/models');
});

type Answer = Awaited<ReturnType<typeof ask>>;
const complete = (body: unknown, headers: Record<string, string> = {}) =>
  ask('POST', '/v1/chat/completions', body, headers);
const bothWays = async (body: unknown): Promise<[direct: Answer, fastifys: Answer]> => [
  await complete(body),
  await complete(body, FASTIFYS_WAY),
];
const headersOf = (answer: Answer) =>
  Object.fromEntries([...answer.headers].filter(([name]) => !OWN_HEADERS.test(name)));
const withoutId = ({ error }: Answer['body']) => ({ ...error, request_id: undefined });

describe('a request straight from the socket is answered as it is by way of Fastify:', () => {
  test('headers and shape of an answer, charged once each', async () => {
    const [direct, fastifys] = await bothWays(BODY);
    expect(direct.status).toBe(200);
    expect(headersOf(direct)).toEqual(headersOf(fastifys));
    expect(direct.headers.get('x-request-id')).toMatch(/^req_/);
    expect(direct.body.id).toBe(`chatcmpl-${direct.headers.get('x-request-id')?.slice(4)}`);
    expect({ ...direct.body, id: '', created: 0, usage: 0 }).toEqual({
      ...fastifys.body,
      id: '',
      created: 0,
      usage: 0,
    });
    const { body } = await stage.person.ask('GET', '/api/v1/balance');
    expect(Number(body.spent_usd)).toBeCloseTo(Number(direct.body.usage.cost_usd) * 2, 9);
  });

  test('a stream', async () => {
    const [direct, fastifys] = await bothWays({ ...BODY, stream: true });
    expect(headersOf(direct)).toEqual(headersOf(fastifys));
    const textOf = ({ body }: Answer) => [...body.matchAll(/"content":"([^"]*)"/g)].map((match) => match[1]).join('');
    expect(textOf(direct)).toBe('Hello, world!');
    expect(textOf(direct)).toBe(textOf(fastifys));
    expect(direct.body).toMatch(/data: \[DONE\]\n\n$/);
  });

  test.each([
    ['a wrong field', { ...BODY, temperature: 'hot' }, 400],
    ['a wrong field inside', { model: MODEL, messages: [{ role: 'nobody', content: 'x' }] }, 400],
    ['no object', [1], 400],
    ['a model that is not there', { ...BODY, model: 'nobody/nothing' }, 404],
    ['a hold above the balance', { ...BODY, model: MODEL, max_tokens: 100_000_000, n: 8 }, null],
  ])('%s', async (_what, body, status) => {
    const [direct, fastifys] = await bothWays(body);
    if (status !== null) expect(direct.status).toBe(status);
    expect(direct.status).toBe(fastifys.status);
    expect(direct.status).toBeGreaterThanOrEqual(400);
    expect(withoutId(direct.body)).toEqual(withoutId(fastifys.body));
    expect(headersOf(direct)).toEqual(headersOf(fastifys));
    expect(direct.body.error.request_id).toBe(direct.headers.get('x-request-id'));
  });

  test('a provider that refuses', async () => {
    stage.upstream.script(refuses(400, 'no such parameter'));
    const [direct, fastifys] = await bothWays(BODY);
    expect(direct.status).toBe(fastifys.status);
    expect(withoutId(direct.body)).toEqual(withoutId(fastifys.body));
    stage.upstream.script(answers());
  });

  test('text that is no JSON', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${stage.server.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json', ...headers },
        body: '{"model":',
      });
    const direct = await send({});
    const fastifys = await send(FASTIFYS_WAY);
    expect(direct.status).toBe(400);
    expect(withoutId(await direct.json())).toEqual(withoutId(await fastifys.json()));
  });
});

test('a key that may not call models is refused', async () => {
  const { body } = await stage.person.ask('POST', '/api/v1/keys', { name: 'reader', permissions: ['read'] });
  const asReader = askWith(stage.server.url, body.key);
  await asReader('GET', '/api/v1/balance');
  const answer = await asReader('POST', '/v1/chat/completions', BODY);
  expect(answer.status).toBe(403);
  expect(answer.body.error.code).toBe('forbidden');
});

test('a key that was deleted is refused at once', async () => {
  expect((await complete(BODY)).status).toBe(200);
  await stage.person.ask('DELETE', `/api/v1/keys/${key.id}`);
  expect((await complete(BODY)).status).toBe(401);
});

test('a client that goes before its body is whole costs nothing and harms nobody', async () => {
  const { port } = new URL(stage.server.url);
  const socket = connect(Number(port), '127.0.0.1');
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key.key}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"model"`;
  await new Promise<void>((resolve) => socket.write(head, () => resolve()));
  socket.destroy();
  expect((await complete(BODY)).status).toBe(200);
  expect(stage.upstream.requests).toHaveLength(1);
});
