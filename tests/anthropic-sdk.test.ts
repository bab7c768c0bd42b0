import Anthropic from '@anthropic-ai/sdk';
import { parseUsd } from '@q/contract/money';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../apps/server/src/testing/fake-upstream.ts';
import { callsTwoTools, WEATHER_TOOLS } from '../apps/server/src/testing/messages-stage.ts';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { answers, cutsAfter } from '../apps/server/src/testing/upstream-behaviours.ts';
import { answersIn, GOOGLE_FORMAT } from '../apps/server/src/testing/upstream-formats.ts';
import { type Buyer, type Product, removeData, signUp, startProduct } from './product.ts';

const OPENAI_MODEL = 'openai/gpt-5.4-mini';
const MODELS = ['sandbox/guide', OPENAI_MODEL, 'google/gemini-2.5-flash'];

let product: Product;
let openai: FakeUpstream;
let google: FakeUpstream;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let buyer: Buyer;
let client: Anthropic;

beforeAll(async () => {
  openai = await createFakeUpstream();
  google = await createFakeUpstream();
  openai.script(answers());
  google.script(answersIn(GOOGLE_FORMAT));
  database = await createTestDatabase();
  product = await startProduct({
    DATABASE_URL: database.url,
    OPENAI_API_KEY: 'sk-test-upstream-key',
    OPENAI_BASE_URL: openai.url,
    GOOGLE_API_KEY: 'google-test-upstream-key',
    GOOGLE_BASE_URL: google.url,
  });
  buyer = await signUp(product.url, 5);
  client = clientWith({ apiKey: buyer.apiKey });
});
afterAll(async () => {
  await product?.stop();
  await openai?.close();
  await google?.close();
  await database?.drop();
  if (product) removeData(product);
});

const clientWith = (credentials: { apiKey: string } | { apiKey: null; authToken: string }) =>
  new Anthropic({ baseURL: `${product.url}/anthropic`, maxRetries: 0, ...credentials });

const nano = (usd: unknown): bigint => {
  const value = typeof usd === 'string' ? parseUsd(usd) : null;
  if (value === null) throw new Error(`not an amount: ${String(usd)}`);
  return value;
};
const costOf = (usage: object | undefined) => nano((usage as { cost_usd?: unknown } | undefined)?.cost_usd);
const available = async () =>
  nano((await buyer.ask<{ available_usd: string }>('GET', '/api/v1/balance')).available_usd);

const QUESTION = { role: 'user' as const, content: 'Which model is good for code?' };

describe('the official anthropic client, changed only in base URL and key', () => {
  test.each(MODELS)(
    'gets a plain and a streamed answer from %s, and the balance falls by exactly what usage says',
    async (model) => {
      const before = await available();
      const request = { model, max_tokens: 2_000, messages: [QUESTION] };
      const plain = await client.messages.create(request);
      expect(plain.content.find((block) => block.type === 'text')?.text).toBeTruthy();
      expect(plain.stop_reason).toBe('end_turn');
      expect(plain._request_id).toMatch(/^req_/);
      const stream = client.messages.stream(request);
      let text = '';
      let streamed: object | undefined;
      stream.on('text', (delta) => {
        text += delta;
      });
      stream.on('streamEvent', (event) => {
        if (event.type === 'message_delta') streamed = event.usage;
      });
      const final = await stream.finalMessage();
      expect(final.content.map((block) => (block.type === 'text' ? block.text : ''))).toContain(text);
      expect([text !== '', final.stop_reason, final.usage.input_tokens]).toEqual([
        true,
        'end_turn',
        plain.usage.input_tokens,
      ]);
      const spent = costOf(plain.usage) + costOf(streamed);
      expect(spent).toBeGreaterThan(0n);
      expect(await available()).toBe(before - spent);
    },
  );

  test('calls tools, plain and streamed, and goes on with their results', async () => {
    const request = { model: OPENAI_MODEL, max_tokens: 500, tools: WEATHER_TOOLS, messages: [QUESTION] };
    openai.script(callsTwoTools);
    const called = await client.messages.stream(request).finalMessage();
    for (const message of [called, await client.messages.create(request)]) {
      expect(message.stop_reason).toBe('tool_use');
      expect(message.content).toMatchObject([
        { type: 'tool_use', id: 'call_a', name: 'weather', input: { city: 'Bern' } },
        { type: 'tool_use', id: 'call_b', name: 'weather', input: { city: 'Rome' } },
      ]);
    }
    openai.script(answers());
    const results = ['call_a', 'call_b'].map((id) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: [{ type: 'text' as const, text: 'Sunny.' }],
    }));
    const answer = await client.messages.create({
      ...request,
      messages: [QUESTION, { role: 'assistant', content: called.content }, { role: 'user', content: results }],
    });
    expect(answer.stop_reason).toBe('end_turn');
    expect(openai.requests.at(-1)?.body?.['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: 'call_a' }, { id: 'call_b' }] },
      { role: 'tool', tool_call_id: 'call_a', content: 'Sunny.' },
      { role: 'tool', tool_call_id: 'call_b', content: 'Sunny.' },
    ]);
  });

  test('carries tools out by itself until there is an answer', async () => {
    // The client first asks for a conversation that is kept here, is refused, and sends all of it from then on.
    openai.script(callsTwoTools, answers());
    const seen: unknown[] = [];
    const run = (input: unknown) => {
      seen.push(input);
      return 'Sunny.';
    };
    const runner = client.beta.messages.toolRunner({
      model: OPENAI_MODEL,
      max_tokens: 500,
      messages: [QUESTION],
      tools: WEATHER_TOOLS.map((tool) => ({ ...tool, type: 'custom' as const, run, parse: (input: unknown) => input })),
    });
    const final = await runner.runUntilDone();
    expect(seen).toEqual([{ city: 'Bern' }, { city: 'Rome' }]);
    expect(final.content).toMatchObject([{ type: 'text', text: 'Hello, world!' }]);
  });

  test('counts tokens, and nothing is charged', async () => {
    const before = await available();
    const { input_tokens } = await client.messages.countTokens({ model: OPENAI_MODEL, messages: [QUESTION] });
    expect(input_tokens).toBeGreaterThan(5);
    expect(await available()).toBe(before);
  });

  test('sends the key as a bearer too', async () => {
    const bearer = clientWith({ apiKey: null, authToken: buyer.apiKey });
    const { content } = await bearer.messages.create({ model: 'sandbox/guide', max_tokens: 50, messages: [QUESTION] });
    expect(content).toHaveLength(1);
  });

  test('sees errors as its own classes', async () => {
    const request = { model: 'sandbox/guide', max_tokens: 50, messages: [QUESTION] };
    const caught = (call: Promise<unknown>) =>
      call.then(
        () => null,
        (error: unknown) => error,
      );
    expect(await caught(client.messages.create({ ...request, model: 'nobody/nothing' }))).toBeInstanceOf(
      Anthropic.NotFoundError,
    );
    expect(await caught(client.messages.create({ ...request, messages: [] }))).toBeInstanceOf(
      Anthropic.BadRequestError,
    );
    expect(await caught(client.messages.create({ ...request, service_tier: 'priority' as 'auto' }))).toMatchObject({
      type: 'invalid_request_error',
    });
    expect(await caught(clientWith({ apiKey: 'qm_live_wrong' }).messages.create(request))).toBeInstanceOf(
      Anthropic.AuthenticationError,
    );
    const poor = await signUp(product.url, 0);
    expect(await caught(clientWith({ apiKey: poor.apiKey }).messages.create(request))).toMatchObject({
      status: 402,
      type: 'billing_error',
      errorCode: 'insufficient_balance',
    });
  });

  test('throws for a stream that is cut, after what came', async () => {
    openai.script(cutsAfter(2));
    const stream = client.messages.stream({ model: OPENAI_MODEL, max_tokens: 50, messages: [QUESTION] });
    let text = '';
    stream.on('text', (delta) => {
      text += delta;
    });
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'api_error' });
    expect(text).not.toBe('');
  });

  test('never has our buyer’s key sent upstream', () => {
    const requests = [...openai.requests, ...google.requests];
    expect(requests.length).toBeGreaterThan(0);
    for (const request of requests) expect(JSON.stringify(request.headers)).not.toContain(buyer.apiKey);
  });
});
