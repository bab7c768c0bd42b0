import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Behaviour, createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers, isBusy, refuses } from '../../testing/upstream-behaviours.ts';
import { sendsJson } from '../../testing/upstream-events.ts';

const OWN = 'sk-own-key-0123456789';
const PLATFORM = 'sk-platform-0123456789';
const MODEL = 'openai/gpt-5.5';
const BODY = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 };
/** 10 tokens in and 4 out at the list price of the model. */
const LIST_NANO = 242_858n;

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  server = await startTestServer({
    OPENAI_API_KEY: PLATFORM,
    OPENAI_BASE_URL: upstream.url,
    MISTRAL_BASE_URL: upstream.url,
    BYOK_FEE_RATE: '0.05',
  });
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  upstream.script(withKeys(answers(), answers()));
  person = await signUpPerson(server.url);
  expect((await person.ask('PUT', '/api/v1/provider-keys/openai', { key: OWN })).status).toBe(200);
  upstream.requests.length = 0;
});
afterEach(async () => {
  const { invariants } = await server.app.services.ledger.check();
  expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
});

/** An upstream that lists its models to anybody, and answers by whose key it was sent. */
function withKeys(own: Behaviour, platform: Behaviour): Behaviour {
  return (exchange) => {
    if (exchange.request.method === 'GET') return sendsJson(200, '{"object":"list","data":[]}')(exchange);
    return (exchange.request.headers.authorization === `Bearer ${OWN}` ? own : platform)(exchange);
  };
}

const ask = (more: object = {}) => person.ask('POST', '/v1/chat/completions', { ...BODY, ...more });
const receiptOf = async (headers: Headers) =>
  (await person.ask('GET', `/api/v1/receipts/${headers.get('x-request-id')}`)).body.receipt;
const keysSeen = () => upstream.requests.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));
const nano = (usd: string) => BigInt(usd.replace('.', ''));

describe('a call on the caller’s own key', () => {
  test.each([false, true])('costs the fee and nothing else (stream: %s)', async (stream) => {
    const { status, headers } = await ask({ stream });
    expect([status, keysSeen()]).toEqual([200, [OWN]]);
    const receipt = await receiptOf(headers);
    expect(receipt).toMatchObject({ mode: 'byok', provider: 'openai', price: { fee_bps: 500 } });
    expect(nano(receipt.charged_usd)).toBe((LIST_NANO * 5n + 99n) / 100n);
    expect(nano((await person.ask('GET', '/api/v1/balance')).body.spent_usd)).toBe(nano(receipt.charged_usd));
  });

  test('is answered with the marketplace’s key when it fails, at the full price, and says so', async () => {
    upstream.script(withKeys(refuses(401), answers()));
    const { status, headers } = await ask();
    expect([status, headers.get('x-attempts'), keysSeen()]).toEqual([200, '2', [OWN, PLATFORM]]);
    const receipt = await receiptOf(headers);
    expect(receipt.mode).toBe('resale');
    expect(nano(receipt.charged_usd)).toBe(LIST_NANO);
    expect(receipt.attempts).toHaveLength(2);
  });

  test('fails rather than cost more, when only the own key may be used', async () => {
    upstream.script(withKeys(isBusy('60'), answers()));
    const { status } = await ask({ provider: { own_key: 'only' } });
    expect([status, keysSeen()]).toEqual([503, [OWN]]);
    expect((await person.ask('GET', '/api/v1/balance')).body).toMatchObject({
      spent_usd: '0.000000000',
      held_usd: '0.000000000',
    });
  });

  test('can be left out, and is nobody else’s', async () => {
    await ask({ provider: { own_key: 'never' } });
    await (await signUpPerson(server.url)).ask('POST', '/v1/chat/completions', BODY);
    expect(keysSeen()).toEqual([PLATFORM, PLATFORM]);
  });

  test('reaches a provider that the marketplace has no key for', async () => {
    const mistral = { model: 'mistral/mistral-small-2603' };
    expect((await ask(mistral)).status).toBe(503);
    await person.ask('PUT', '/api/v1/provider-keys/mistral', { key: OWN });
    const { status, headers } = await ask(mistral);
    expect([status, headers.get('x-provider')]).toEqual([200, 'mistral']);
  });

  test('is quoted at the fee, and at most at the full price; and at the full price where it is not to be used', async () => {
    const quoteOf = async (more: object = {}) =>
      (await person.ask('POST', '/v1/quote', { ...BODY, ...more })).body.data[0].quote;
    const [own, only, never] = [
      await quoteOf(),
      await quoteOf({ provider: { own_key: 'only' } }),
      await quoteOf({ provider: { own_key: 'never' } }),
    ];
    expect(own).toMatchObject({ hold_usd: only.hold_usd, maximum_usd: never.maximum_usd });
    expect(nano(only.maximum_usd)).toBe((nano(never.maximum_usd) * 5n + 99n) / 100n);
  });

  test('is over with the key', async () => {
    await person.ask('DELETE', '/api/v1/provider-keys/openai');
    await ask();
    expect(keysSeen()).toEqual([PLATFORM]);
  });
});
