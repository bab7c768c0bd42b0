import { gzipSync } from 'node:zlib';
import { chatCompletionSchema } from '@q/contract/chat';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers, cutsAfter, echoesKey, gate, hangsUp, isBusy, refuses } from '../../testing/upstream-behaviours.ts';

const KEY = 'sk-upstream-secret-0123456789';
const MODEL = 'openai/gpt-5.5';

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  server = await startTestServer({
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: upstream.url,
    CONCURRENT_STREAMS_PER_KEY: '3',
  });
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  upstream.script(answers());
  person = await signUpPerson(server.url);
});
afterEach(async () => {
  expect((await server.app.services.ledger.check()).ok).toBe(true);
});

const BODY = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
const complete = (more: object = {}, headers?: Record<string, string>) =>
  person.ask('POST', '/v1/chat/completions', { ...BODY, ...more }, headers);
const spent = async () => (await person.ask('GET', '/api/v1/balance')).body.spent_usd;

/** The `data:` frames of a stream, parsed; `[DONE]` stays text. */
function frames(text: string) {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => (frame === 'data: [DONE]' ? '[DONE]' : JSON.parse(frame.slice(6))));
}

describe('a plain answer', () => {
  test('has OpenAI’s shape, our cost and balance, and the headers', async () => {
    const { status, body, headers } = await complete();
    expect(status).toBe(200);
    expect(chatCompletionSchema.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: MODEL,
      choices: [{ message: { content: 'Hello, world!' }, finish_reason: 'stop' }],
    });
    expect(body.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 });
    expect(
      Object.fromEntries(
        ['x-cost-usd', 'x-balance-usd', 'x-model', 'x-provider'].map((name) => [name, headers.get(name)]),
      ),
    ).toEqual({
      'x-cost-usd': body.usage.cost_usd,
      'x-balance-usd': body.usage.balance_usd,
      'x-model': MODEL,
      'x-provider': 'openai',
    });
    expect(await spent()).toBe(body.usage.cost_usd);
  });

  test('sends upstream what was asked, under the provider’s name of the model', async () => {
    await complete({
      temperature: 0.2,
      top_p: 0.9,
      max_tokens: 50,
      stop: 'END',
      seed: 7,
      user: 'u',
      metadata: { a: 'b' },
    });
    const sent = upstream.requests.at(-1)?.body ?? {};
    expect(sent).toMatchObject({
      model: 'gpt-5.5',
      temperature: 0.2,
      top_p: 0.9,
      max_completion_tokens: 50,
      stop: ['END'],
      seed: 7,
    });
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['user']));
  });
});

describe('a streamed answer', () => {
  test('is chunks, then usage with cost and balance, then [DONE], asked for or not', async () => {
    const { headers, body } = await complete({ stream: true });
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    const list = frames(body);
    expect(list.at(-1)).toBe('[DONE]');
    expect(list.at(-2)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 4, cost_usd: await spent() },
      outcome: 'completed',
    });
    expect(list[0].choices[0].delta.role).toBe('assistant');
    const text = list
      .slice(0, -2)
      .map((chunk) => chunk.choices[0].delta.content ?? '')
      .join('');
    expect(text).toBe('Hello, world!');
    expect(list.slice(0, -2).filter((chunk) => chunk.choices[0].finish_reason === 'stop')).toHaveLength(1);
    expect(new Set(list.slice(0, -1).map((chunk) => chunk.id)).size).toBe(1);
  });

  test('that the provider cuts ends with an error and its cost, and without [DONE]', async () => {
    upstream.script(cutsAfter(2));
    const list = frames((await complete({ stream: true })).body);
    expect(list.at(-1)).toMatchObject({
      error: { code: 'upstream_error' },
      usage: { usage_source: 'counted', cost_usd: await spent() },
    });
    expect(await spent()).not.toBe('0.000000000');
  });

  test('that a client leaves is charged for what came, and its upstream call ends within 100 ms', async () => {
    const open = gate(answers(), ['Once ', 'upon ']);
    upstream.script(open.behaviour);
    const controller = new AbortController();
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...BODY, stream: true }),
      signal: controller.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    const left = performance.now();
    controller.abort();
    await expect.poll(() => upstream.requests.at(-1)?.isAborted).toBe(true);
    expect((upstream.requests.at(-1)?.abortedAt ?? Number.POSITIVE_INFINITY) - left).toBeLessThan(1_000);
    await expect.poll(async () => (await person.ask('GET', '/api/v1/balance')).body.held_usd).toBe('0.000000000');
    expect(await spent()).not.toBe('0.000000000');
    await expect.poll(async () => (await person.ask('GET', '/api/v1/usage')).body.data[0]?.outcome).toBe('client_gone');
  });
});

test('a parameter that nobody knows is named, on every way to the schema', async () => {
  const wish = { wish: { luck: 1 } };
  const answers = await Promise.all([
    person.ask('POST', '/v1/chat/completions', { ...BODY, ...wish }),
    person.ask('POST', '/v1/chat/completions', { ...BODY, ...wish }, { 'idempotency-key': 'k' }),
    person.ask('POST', '/api/v1/balance/top-ups', { amount_usd: '5', ...wish }),
    person.ask('GET', '/api/v1/transactions?wish=1'),
  ]);
  for (const { status, body } of answers)
    expect([status, body.error.param, body.error.message]).toEqual([400, 'wish', 'wish: Unrecognized key: "wish"']);
  const { body } = await complete({ provider: { wish: 1 } });
  expect(body.error.param).toBe('provider.wish');
});

describe('an upstream failure', () => {
  test.each([
    ['busy', () => isBusy('7'), 503, 'upstream_unavailable'],
    ['a server error', () => refuses(500, 'broken'), 502, 'upstream_error'],
    ['a bad request', () => refuses(400, 'temperature is too hot'), 400, 'invalid_request'],
    ['our key refused', () => refuses(401, 'Incorrect API key'), 502, 'upstream_error'],
    ['a hang-up', () => hangsUp(), 502, 'upstream_error'],
  ])('%s: a clear status, plain and streamed, and no charge', async (_, behaviour, status, code) => {
    for (const stream of [false, true]) {
      upstream.script(behaviour());
      const answer = await complete({ stream });
      expect(answer.body.error?.code).toBe(code);
      expect(answer.status).toBe(status);
    }
    expect(await spent()).toBe('0.000000000');
  });

  test('passes Retry-After on', async () => {
    upstream.script(isBusy('7'));
    expect((await complete()).headers.get('retry-after')).toBe('7');
  });

  test('R29: a key that the provider echoes never reaches the buyer', async () => {
    upstream.script(echoesKey());
    const answer = await complete();
    expect(JSON.stringify(answer.body)).not.toContain(KEY);
  });

  test('a provider that claims more than the ceiling it was given is paid by us, not by the buyer', async () => {
    upstream.script(answers({ usage: { prompt_tokens: 10, completion_tokens: 90_000, total_tokens: 90_010 } }));
    const { body } = await complete({ max_tokens: 10 });
    const [hold] = await server.database.query<{ sum: bigint }>(
      'SELECT sum(l.amount)::bigint FROM hold_lines l JOIN holds h ON h.id = l.hold_id WHERE h.user_id = $1',
      [person.id],
    );
    const [row] = await server.database.query<{ amount: bigint; overrun: bigint }>(
      'SELECT r.amount, r.overrun FROM hold_resolutions r JOIN holds h ON h.id = r.hold_id WHERE h.user_id = $1',
      [person.id],
    );
    expect(row?.amount).toBe(hold?.sum);
    expect(row?.overrun).toBeGreaterThan(0n);
    expect(body.usage.cost_usd).toBe(await spent());
  });
});

describe('a bad request', () => {
  test.each([
    [{ messages: [] }, 'messages'],
    [{ messages: 'Hello' }, 'messages'],
    [{ model: 5 }, 'model'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ max_tokens: -5 }, 'max_tokens'],
    [{ max_tokens: 1e9 }, 'max_tokens'],
    [{ n: 9 }, 'n'],
    [{ temperature: 3 }, 'temperature'],
    [{ max_tokens: 5, max_completion_tokens: 6 }, 'max_tokens'],
  ])('%j names the parameter', async (more, param) => {
    const { status, body } = await complete(more);
    expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_request', param]);
  });

  test.each(['api_base', 'base_url', 'api_key', 'extra_headers', 'custom_llm_provider', 'user_id', 'cost', 'unknown'])(
    'R12: %s is refused, and nothing goes anywhere',
    async (field) => {
      const before = upstream.requests.length;
      const { status, body } = await complete({ [field]: 'http://127.0.0.1:1/steal' });
      expect(status).toBe(400);
      expect(body.error.message).toContain(field);
      expect(upstream.requests).toHaveLength(before);
    },
  );

  test.each([
    ['openai/gpt-4', 410, 'model_retired'],
    ['anthropic/claude-2', 410, 'model_retired'],
    ['anthropic/claude-opus-5-5', 503, 'model_unavailable'],
    ['gpt-5.5', 404, 'model_not_found'],
  ])('%s is %i', async (model, status, code) => {
    const answer = await complete({ model });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('keys', () => {
  test('without the permission are 403, with it they pass, over their daily limit they are 429', async () => {
    const make = async (body: object) => (await person.ask('POST', '/api/v1/keys', { name: 'k', ...body })).body.key;
    const reader = askWith(server.url, await make({ permissions: ['read'] }));
    expect((await reader('POST', '/v1/chat/completions', BODY)).status).toBe(403);
    const caller = askWith(server.url, await make({ permissions: ['inference'] }));
    expect((await caller('POST', '/v1/chat/completions', BODY)).status).toBe(200);
    expect((await caller('GET', '/api/v1/balance')).status).toBe(403);
    const limited = askWith(server.url, await make({ permissions: ['inference'], daily_limit_usd: '0.01' }));
    expect((await limited('POST', '/v1/chat/completions', { ...BODY, max_tokens: 5 })).status).toBe(200);
    const over = await limited('POST', '/v1/chat/completions', { ...BODY, max_tokens: 5_000 });
    expect([over.status, over.body.error.code, over.body.error.daily_limit_usd]).toEqual([
      429,
      'rate_limited',
      '0.010000000',
    ]);
  });

  test('say what they have spent today, with a limit and without; rotating one changes nothing of it', async () => {
    const buyer = await signUpPerson(server.url);
    const make = async (body: object) => (await buyer.ask('POST', '/api/v1/keys', { name: 'k', ...body })).body;
    const [free, limited, unused] = [await make({}), await make({ daily_limit_usd: '1.00' }), await make({})];
    const costs: string[] = [];
    for (const { key } of [free, limited]) {
      const { headers } = await askWith(server.url, key)('POST', '/v1/chat/completions', { ...BODY, max_tokens: 5 });
      costs.push(headers.get('x-cost-usd') ?? '');
    }
    await buyer.ask('GET', '/api/v1/usage');
    const spent = new Map<string, string>(
      (await buyer.ask('GET', '/api/v1/keys')).body.data.map((key: { id: string; spent_today_usd: string }) => [
        key.id,
        key.spent_today_usd,
      ]),
    );
    expect([free, limited, unused].map(({ id }) => spent.get(id))).toEqual([...costs, '0.000000000']);
    expect(costs[0]).not.toBe('0.000000000');
    expect((await buyer.ask('PUT', `/api/v1/keys/${limited.id}/rotate`, {})).body.spent_today_usd).toBe(costs[1]);
    await server.database.query("UPDATE calls SET created_at = created_at - interval '1 day' WHERE api_key_id = $1", [
      free.id,
    ]);
    await server.database.query('UPDATE api_key_days SET day = day - 1 WHERE api_key_id = $1', [limited.id]);
    for (const key of (await buyer.ask('GET', '/api/v1/keys')).body.data)
      expect(key.spent_today_usd).toBe('0.000000000');
  });

  test('R20: more calls at once than allowed are 429, and their place is free again afterwards', async () => {
    const open = gate(answers());
    upstream.script(open.behaviour);
    const running = [complete(), complete(), complete()];
    await expect
      .poll(() => upstream.requests.filter((request) => !request.isAnswered && !request.isAborted).length)
      .toBeGreaterThanOrEqual(3);
    const refused = await complete();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    open.release();
    expect((await Promise.all(running)).map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect((await complete()).status).toBe(200);
  });
});

test.each([
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/embeddings',
  '/v1/quote',
  '/anthropic/v1/messages',
  '/ollama/api/chat',
  '/api/v1/chat',
  '/api/v1/balance/top-ups',
])('%s takes no compressed body, and says so', async (path) => {
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${person.token}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    },
    body: gzipSync(JSON.stringify(BODY)),
  });
  expect([answer.status, await answer.text()]).toEqual([415, expect.stringContaining('send it as it is (identity)')]);
});
