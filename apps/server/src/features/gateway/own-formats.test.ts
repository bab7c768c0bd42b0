import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { framesOf, textOf } from '../../testing/paid-call-stage.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { sendsJson, streamsText } from '../../testing/upstream-events.ts';
import { ANTHROPIC_FORMAT, answersIn, GOOGLE_FORMAT } from '../../testing/upstream-formats.ts';

// Prices of 8 fresh and 2 cached tokens in and 4 out, with a commission of 30 %: (8 × $1 + 2 × $0.10 + 4 × $5) / 1M / 0.7,
// and (8 × $0.30 + 2 × $0.03 + 4 × $2.50) / 1M / 0.7, each price and the sum rounded up.
const SOLD = [
  { format: ANTHROPIC_FORMAT, model: 'anthropic/claude-haiku-4-5', prefix: 'ANTHROPIC', price: '0.000040286' },
  { format: GOOGLE_FORMAT, model: 'google/gemini-2.5-flash', prefix: 'GOOGLE', price: '0.000017801' },
];

describe.each(SOLD)('models of $format.name', ({ format, model, prefix, price }) => {
  let upstream: FakeUpstream;
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let person: TestPerson;
  beforeAll(async () => {
    upstream = await createFakeUpstream();
    server = await startTestServer({
      [`${prefix}_API_KEY`]: 'key-of-the-platform',
      [`${prefix}_BASE_URL`]: upstream.url,
    });
  });
  afterAll(async () => {
    await server?.close();
    await upstream?.close();
  });
  beforeEach(async () => {
    upstream.script(answersIn(format));
    person = await signUpPerson(server.url);
  });

  const ask = (more: object = {}) =>
    person.ask('POST', '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }], ...more });
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 4,
    total_tokens: 14,
    prompt_tokens_details: { cached_tokens: 2 },
  };
  const spent = async () => (await person.ask('GET', '/api/v1/balance')).body.spent_usd;

  test('are charged by the provider’s usage, whole', async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body.choices[0].message.content).toBe('Hello, world!');
    expect(body.usage).toMatchObject({ ...usage, usage_source: 'provider', cost_usd: price });
    expect(await spent()).toBe(price);
  });

  test('are charged by the provider’s usage, streamed', async () => {
    const { status, body: text } = await ask({ stream: true });
    expect(status).toBe(200);
    const frames = framesOf(text);
    expect(textOf(frames.slice(0, -2))).toBe('Hello, world!');
    expect(frames.at(-2).usage).toMatchObject({ ...usage, usage_source: 'provider', cost_usd: price });
    expect(await spent()).toBe(price);
  });

  test('refuse by name what they cannot do, before anything is paid or sent', async () => {
    const before = upstream.requests.length;
    const { status, body } = await ask({ reasoning_effort: 'enormous' });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_request', param: 'reasoning_effort' });
    expect(upstream.requests.length).toBe(before);
    expect(await spent()).toBe('0.000000000');
  });

  test('that fail are not paid for', async () => {
    upstream.script(sendsJson(529, format.error('Overloaded')));
    expect((await ask()).status).toBeGreaterThanOrEqual(500);
    upstream.script(streamsText(format.errorEvent('Overloaded')));
    expect((await ask({ stream: true })).status).toBeGreaterThanOrEqual(500);
    expect(await spent()).toBe('0.000000000');
  });
});

test('Anthropic is told the most a model can write when the caller leaves it open', async () => {
  const upstream = await createFakeUpstream();
  upstream.script(answersIn(ANTHROPIC_FORMAT));
  const server = await startTestServer({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: upstream.url });
  const person = await signUpPerson(server.url);
  const messages = [{ role: 'user', content: 'Hello' }];
  await person.ask('POST', '/v1/chat/completions', { model: 'anthropic/claude-haiku-4-5', messages, stream: true });
  expect(upstream.requests.at(-1)?.body).toMatchObject({ model: 'claude-haiku-4-5-20251001', max_tokens: 64_000 });
  await server.close();
  await upstream.close();
});
