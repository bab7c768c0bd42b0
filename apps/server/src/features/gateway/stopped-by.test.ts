import { parseUsd } from '@q/contract/money';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson } from '../../testing/test-person.ts';
import { answers } from '../../testing/upstream-behaviours.ts';

const MODEL = 'openai/gpt-5.5';
const MESSAGES = [{ role: 'user', content: 'Hi' }];
const CHAT = { model: MODEL, messages: MESSAGES };
/** Ways to ask for a whole answer that name no ceiling. */
const WAYS = [
  ['/v1/chat/completions', CHAT],
  ['/v1/responses', { model: MODEL, input: 'Hi' }],
  ['/ollama/api/chat', { ...CHAT, stream: false }],
] as const;

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let admin: ReturnType<typeof askWith>;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  server = await startTestServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url });
  const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
  admin = askWith(server.url, body.access_token);
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});

async function buyer(usd: string) {
  const person = await signUpPerson(server.url, 0);
  await admin('POST', '/api/v1/admin/adjustments', { user_id: person.id, amount_usd: usd, reason: 'a little' });
  return person;
}

/** Somebody with money enough, and a key that may spend little of it a day. */
async function limitedBuyer(limitUsd: string) {
  const { ask } = await buyer('5');
  const { body } = await ask('POST', '/api/v1/keys', { name: 'small', daily_limit_usd: limitUsd });
  return { ask, askWithKey: askWith(server.url, body.key) };
}

const outcomesOf = async (ask: ReturnType<typeof askWith>): Promise<string[]> =>
  (await ask('GET', '/api/v1/usage')).body.data.map((row: { outcome: string }) => row.outcome);

test('an answer says that the balance ended it, in its headers too', async () => {
  for (const [path, request] of WAYS) {
    const { ask } = await buyer('0.01');
    const told = async (finishReason: string) => {
      upstream.script(answers({ finishReason }));
      const { headers } = await ask('POST', path, request);
      return [headers.has('x-max-tokens-clamped'), headers.get('x-stopped-by')];
    };
    expect([path, await told('length'), await told('stop')]).toEqual([path, [true, 'balance'], [true, null]]);
    expect(await outcomesOf(ask)).toEqual(['completed', 'stopped_by_balance']);
  }
  const small = await buyer('0.01');
  upstream.script(answers({ finishReason: 'length' }));
  const streamed = await small.ask('POST', '/v1/chat/completions', { ...CHAT, stream: true });
  expect(streamed.body).toContain('"outcome":"stopped_by_balance"');
});

test('an answer in the chat says that the balance ended it', async () => {
  upstream.script(answers({ pieces: Array.from({ length: 100 }, () => 'x'.repeat(400)), usage: null }));
  const { ask } = await buyer('0.1');
  const turn = await ask('POST', '/api/v1/chat', { model_id: MODEL, message: 'Hi' });
  expect([turn.status, turn.body.finish_reason, turn.headers.get('x-stopped-by')]).toEqual([200, 'length', 'balance']);
  expect(turn.headers.get('x-max-tokens-clamped')).toBeNull();
  const small = await buyer('0.01');
  const lowered = await small.ask('POST', '/api/v1/chat', { model_id: MODEL, message: 'Hi' });
  const sent = upstream.requests.at(-1)?.body?.['max_completion_tokens'];
  expect(lowered.headers.get('x-max-tokens-clamped')).toBe(String(sent));
  expect(Number(sent)).toBeGreaterThan(100);
});

test('an open answer is shortened to what is left of its key’s daily limit, and says that the limit ended it', async () => {
  upstream.script(answers({ finishReason: 'length' }));
  for (const [path, request] of WAYS) {
    const { ask, askWithKey } = await limitedBuyer('0.01');
    const { status, headers } = await askWithKey('POST', path, request);
    expect([path, status, headers.get('x-stopped-by')]).toEqual([path, 200, 'key_limit']);
    const ceiling = Number(headers.get('x-max-tokens-clamped'));
    expect(ceiling).toBeGreaterThan(100);
    expect(JSON.stringify(upstream.requests.at(-1)?.body)).toContain(String(ceiling));
    expect(await outcomesOf(ask)).toEqual(['stopped_by_key_limit']);
  }
  const { askWithKey } = await limitedBuyer('0.01');
  const streamed = await askWithKey('POST', '/v1/chat/completions', { ...CHAT, stream: true });
  expect(streamed.body).toContain('"outcome":"stopped_by_key_limit"');
});

test('a ceiling that is named, or not to be lowered, is refused by the daily limit', async () => {
  const { askWithKey } = await limitedBuyer('0.01');
  const off = { 'x-clamp-max-tokens': 'off' };
  const refused = [
    await askWithKey('POST', '/v1/chat/completions', { ...CHAT, max_tokens: 2_000 }),
    await askWithKey('POST', '/v1/chat/completions', CHAT, off),
    await askWithKey('POST', '/v1/chat/completions', { ...CHAT, stream: true }, off),
  ];
  expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual(
    refused.map(() => [429, 'rate_limited']),
  );
  const { body } = await askWithKey('POST', '/v1/quote', CHAT);
  expect(body).toMatchObject({ available_usd: '5.000000000', data: [{ quote: { affordable: false } }] });
  const affordable = await askWithKey('POST', '/v1/quote', { ...CHAT, max_tokens: 20 });
  expect(affordable.body.data[0].quote.affordable).toBe(true);
});

test('a key whose limit is smaller than any answer is refused, and calls at once never pass a limit together', async () => {
  const none = await limitedBuyer('0.0001');
  expect((await none.askWithKey('POST', '/v1/chat/completions', CHAT)).status).toBe(429);
  upstream.script(answers({ usage: { prompt_tokens: 9, completion_tokens: 100_000 } }));
  const { ask, askWithKey } = await limitedBuyer('0.02');
  const calls = await Promise.all(Array.from({ length: 20 }, () => askWithKey('POST', '/v1/chat/completions', CHAT)));
  expect([...new Set(calls.map(({ status }) => status))].sort()).toEqual([200, 429]);
  const { spent_usd: spent } = (await ask('GET', '/api/v1/balance')).body;
  const limit = parseUsd('0.02') ?? 0n;
  expect((parseUsd(spent) ?? 0n) <= limit && (parseUsd(spent) ?? 0n) > limit / 2n, spent).toBe(true);
});
