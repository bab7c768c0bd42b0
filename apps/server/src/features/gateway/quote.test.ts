import { parseUsd } from '@q/contract/money';
import { quoteListSchema } from '@q/contract/quote';
import { describe, expect, test } from 'vitest';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { askWith, signUpPerson } from '../../testing/test-person.ts';
import { answers, gate, refuses } from '../../testing/upstream-behaviours.ts';

const MODEL = 'openai/gpt-5.5';
const MESSAGES = [{ role: 'user', content: 'What is the capital of France, and since when?' }];

const stage = scriptedServer();

const nano = (usd: string): bigint => parseUsd(usd) ?? -1n;
const ask = (body: object) => stage.person.ask('POST', '/v1/quote', { messages: MESSAGES, ...body });
async function quoteOf(body: object) {
  const answer = await ask(body);
  expect(answer.status).toBe(200);
  expect(quoteListSchema.strict().safeParse(answer.body).error).toBeUndefined();
  return answer.body.data[0].quote;
}

describe('a quote', () => {
  test('tells a least, a likely and a most, and costs nothing', async () => {
    const quote = await quoteOf({ model: MODEL, max_tokens: 1_000 });
    expect(quote).toMatchObject({ output_tokens_max: 1_000, output_tokens_expected: 400, affordable: true });
    expect(nano(quote.minimum_usd) < nano(quote.expected_usd)).toBe(true);
    expect(nano(quote.expected_usd) < nano(quote.maximum_usd)).toBe(true);
    expect(stage.upstream.requests).toHaveLength(0);
    expect((await stage.person.ask('GET', '/api/v1/balance')).body).toMatchObject({
      spent_usd: '0.000000000',
      held_usd: '0.000000000',
    });
  });

  test('names the hold to the nano-dollar, and the call costs no more than the most', async () => {
    const body = { model: MODEL, messages: MESSAGES, max_tokens: 300 };
    const quote = await quoteOf(body);
    const held = gate();
    stage.upstream.script(held.behaviour);
    const running = stage.person.ask('POST', '/v1/chat/completions', body);
    await expect
      .poll(async () => (await stage.person.ask('GET', '/api/v1/balance')).body.held_usd)
      .toBe(quote.hold_usd);
    held.release();
    const { body: answer } = await running;
    expect(nano(answer.usage.cost_usd) <= nano(quote.maximum_usd)).toBe(true);
  });

  test.each([
    ['an answer', false, 8_192],
    ['a stream', true, 128_000],
  ])('is not passed by %s whose text counts for more tokens than its ceiling', async (_, stream, ceiling) => {
    const body = { model: MODEL, messages: MESSAGES, stream };
    const quote = await quoteOf(body);
    stage.upstream.script(answers({ pieces: ['x'.repeat(5 * ceiling)], usage: null }));
    const { headers, body: answer } = await stage.person.ask('POST', '/v1/chat/completions', body);
    const { data } = (await stage.person.ask('GET', `/api/v1/usage`)).body;
    expect([headers.get('x-model') ?? answer.model, data[0].output_tokens]).toEqual([MODEL, ceiling]);
    expect(nano(data[0].cost_usd) <= nano(quote.maximum_usd)).toBe(true);
  });

  test.each([
    ['an answer', false, 8_192],
    ['a stream', true, 128_000],
  ])('is not passed by %s that its provider says was longer than the model can write', async (_, stream, ceiling) => {
    const body = { model: MODEL, messages: MESSAGES, stream };
    const quote = await quoteOf(body);
    const usage = { prompt_tokens: 9, completion_tokens: 3 * ceiling };
    await stage.person.ask('POST', '/api/v1/balance/top-ups', { amount_usd: '50' });
    stage.upstream.script(answers({ pieces: Array.from({ length: 5 }, () => 'x'.repeat(ceiling)), usage }));
    await stage.person.ask('POST', '/v1/chat/completions', body);
    const { data } = (await stage.person.ask('GET', `/api/v1/usage`)).body;
    expect([data[0].outcome, data[0].output_tokens]).toEqual(['completed', 3 * ceiling]);
    expect(data[0].cost_usd).toBe(quote.maximum_usd);
  });

  test('of an open ceiling takes what the call would take', async () => {
    const plain = await quoteOf({ model: MODEL });
    const streamed = await quoteOf({ model: MODEL, stream: true });
    expect(plain.hold_usd).toBe(plain.maximum_usd);
    expect(nano(streamed.hold_usd) < nano(streamed.maximum_usd)).toBe(true);
    expect(streamed.output_tokens_max).toBeGreaterThan(plain.output_tokens_max);
  });

  test('of several alternatives counts each', async () => {
    const one = await quoteOf({ model: MODEL, max_tokens: 100 });
    const three = await quoteOf({ model: MODEL, max_tokens: 100, n: 3 });
    expect(three.output_tokens_max).toBe(300);
    expect(nano(three.maximum_usd) > nano(one.maximum_usd)).toBe(true);
  });

  test('expects what the answers of a model usually come to', async () => {
    await stage.server.database.query(
      `INSERT INTO calls (id, user_id, model_id, provider, streamed, outcome, output_tokens, duration_ms)
       SELECT 'req_quote_' || i, 'usr_x', 'sandbox/guide', 'sandbox', false, 'completed', CASE WHEN i <= 30 THEN 120 ELSE 9000 END, 1
       FROM generate_series(1, 50) i`,
    );
    expect(await quoteOf({ model: 'sandbox/guide', max_tokens: 500 })).toMatchObject({ output_tokens_expected: 120 });
    expect(await quoteOf({ model: 'sandbox/guide', max_tokens: 50 })).toMatchObject({ output_tokens_expected: 50 });
  });

  test('says when the balance does not bear the hold', async () => {
    const poor = await signUpPerson(stage.server.url, 0);
    const { body } = await poor.ask('POST', '/v1/quote', { model: MODEL, messages: MESSAGES });
    expect(body).toMatchObject({ available_usd: '0.000000000', data: [{ quote: { affordable: false } }] });
  });
});

describe('several models', () => {
  test('come in their order, and one that cannot be called has its reason', async () => {
    const { body } = await ask({ models: ['sandbox/guide', 'nobody/nothing', MODEL] });
    expect(body.data.map((each: { model: string }) => each.model)).toEqual(['sandbox/guide', 'nobody/nothing', MODEL]);
    expect(body.data[1]).toMatchObject({ quote: null, error: { code: 'model_not_found' } });
    expect(body.data[0].error).toBeNull();
    expect(nano(body.data[0].quote.maximum_usd) < nano(body.data[2].quote.maximum_usd)).toBe(true);
  });
});

describe('the model that fits', () => {
  const sendCall = (body: object) => stage.person.ask('POST', '/v1/chat/completions', { messages: MESSAGES, ...body });

  test('is named, and quoted as the call is held and charged', async () => {
    const body = { model: 'q/auto', max_tokens: 300 };
    const { body: quoted } = await ask(body);
    const [{ model, auto, quote, error }] = quoted.data;
    expect([model === 'q/auto', error]).toEqual([false, null]);
    const held = gate();
    stage.upstream.script(held.behaviour);
    const running = sendCall(body);
    await expect
      .poll(async () => (await stage.person.ask('GET', '/api/v1/balance')).body.held_usd)
      .toBe(quote.hold_usd);
    held.release();
    const { body: answer } = await running;
    expect([answer.model, answer.auto]).toEqual([model, auto]);
    expect(nano(answer.usage.cost_usd) <= nano(quote.maximum_usd)).toBe(true);
  });

  test('has the most of those that stand in for it', async () => {
    const one = await ask({ model: 'q/auto', max_tokens: 100 });
    const picked = one.body.data[0].model;
    stage.upstream.script(refuses(500), answers());
    const { body: answer } = await sendCall({ model: 'q/auto', max_tokens: 100 });
    expect(answer.model).not.toBe(picked);
    const alone = await quoteOf({ model: answer.model, max_tokens: 100 });
    expect(nano(one.body.data[0].quote.maximum_usd) >= nano(alone.maximum_usd)).toBe(true);
  });

  test('keeps to what is asked for, and is compared with others', async () => {
    const { body } = await ask({ models: [MODEL, 'q/auto'], provider: { ignore: ['openai'] } });
    expect(body.data).toMatchObject([
      { quote: null, error: { code: 'invalid_request' } },
      { model: 'sandbox/guide', error: null },
    ]);
    const nobody = await ask({ model: 'q/auto', provider: { only: ['anthropic'] } });
    expect([nobody.status, nobody.body.error.code]).toEqual([503, 'model_unavailable']);
  });
});

describe('a wrong question', () => {
  test.each([
    ['no model', {}, 400],
    ['model and models', { model: MODEL, models: [MODEL] }, 400],
    ['an unknown model', { model: 'nobody/nothing' }, 404],
    ['an unknown parameter', { model: MODEL, wish: 1 }, 400],
    ['too many models', { models: Array.from({ length: 21 }, () => MODEL) }, 400],
  ])('%s is refused', async (_name, body, status) => {
    expect((await ask(body)).status).toBe(status);
  });

  test('nobody unknown is answered', async () => {
    expect(
      (await askWith(stage.server.url, null)('POST', '/v1/quote', { model: MODEL, messages: MESSAGES })).status,
    ).toBe(401);
  });
});
