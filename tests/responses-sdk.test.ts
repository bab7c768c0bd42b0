import { parseUsd } from '@q/contract/money';
import OpenAI from 'openai';
import type { ResponseInputItem } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../apps/server/src/testing/fake-upstream.ts';
import { callsTwoTools } from '../apps/server/src/testing/messages-stage.ts';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { answers, cutsAfter } from '../apps/server/src/testing/upstream-behaviours.ts';
import { ANTHROPIC_FORMAT, answersIn, GOOGLE_FORMAT } from '../apps/server/src/testing/upstream-formats.ts';
import { type Buyer, type Product, removeData, signUp, startProduct } from './product.ts';

const OPENAI_MODEL = 'openai/gpt-5.4-mini';
const MODELS = ['sandbox/guide', OPENAI_MODEL, 'google/gemini-2.5-flash', 'anthropic/claude-haiku-4-5'];

let product: Product;
let openai: FakeUpstream;
let google: FakeUpstream;
let anthropic: FakeUpstream;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let buyer: Buyer;
let client: OpenAI;

beforeAll(async () => {
  openai = await createFakeUpstream();
  google = await createFakeUpstream();
  anthropic = await createFakeUpstream();
  openai.script(answers());
  google.script(answersIn(GOOGLE_FORMAT));
  anthropic.script(answersIn(ANTHROPIC_FORMAT));
  database = await createTestDatabase();
  product = await startProduct({
    DATABASE_URL: database.url,
    OPENAI_API_KEY: 'sk-test-upstream-key',
    OPENAI_BASE_URL: openai.url,
    GOOGLE_API_KEY: 'google-test-upstream-key',
    GOOGLE_BASE_URL: google.url,
    ANTHROPIC_API_KEY: 'anthropic-test-upstream-key',
    ANTHROPIC_BASE_URL: anthropic.url,
  });
  buyer = await signUp(product.url, 5);
  client = clientWith(buyer.apiKey);
});
afterAll(async () => {
  await product?.stop();
  for (const upstream of [openai, google, anthropic]) await upstream?.close();
  await database?.drop();
  if (product) removeData(product);
});

const clientWith = (apiKey: string) => new OpenAI({ baseURL: `${product.url}/v1`, apiKey, maxRetries: 0 });

const nano = (usd: unknown): bigint => {
  const value = typeof usd === 'string' ? parseUsd(usd) : null;
  if (value === null) throw new Error(`not an amount: ${String(usd)}`);
  return value;
};
const costOf = ({ usage }: OpenAI.Responses.Response) => nano((usage as { cost_usd?: unknown } | undefined)?.cost_usd);
const available = async () =>
  nano((await buyer.ask<{ available_usd: string }>('GET', '/api/v1/balance')).available_usd);

const QUESTION = 'Which model is good for code?';
const TOOLS = [
  {
    type: 'function' as const,
    name: 'weather',
    description: 'Tells it.',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
    strict: false,
  },
];

describe('responses of the official openai client, changed only in base URL and key', () => {
  test.each(MODELS)(
    'come plain and streamed from %s, and the balance falls by exactly what usage says',
    async (model) => {
      const before = await available();
      const plain = await client.responses.create({ model, input: QUESTION, instructions: 'Be brief.' });
      expect([plain.status, plain.output_text !== '']).toEqual(['completed', true]);
      expect(plain._request_id).toBe(plain.id.replace('resp_', 'req_'));
      const stream = client.responses.stream({ model, input: QUESTION, instructions: 'Be brief.' });
      let text = '';
      stream.on('response.output_text.delta', ({ delta, snapshot }) => {
        text += delta;
        expect(snapshot).toBe(text);
      });
      const final = await stream.finalResponse();
      expect([final.status, final.output_text, final.usage?.input_tokens]).toEqual([
        'completed',
        text,
        plain.usage?.input_tokens,
      ]);
      const spent = costOf(plain) + costOf(final);
      expect(spent).toBeGreaterThan(0n);
      expect(await available()).toBe(before - spent);
    },
  );

  test('come as events too', async () => {
    const types: string[] = [];
    for await (const event of await client.responses.create({ model: OPENAI_MODEL, input: QUESTION, stream: true })) {
      expect(event.sequence_number).toBe(types.length);
      types.push(event.type);
    }
    expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed']);
  });

  test('call tools, plain and streamed, and go on with their results', async () => {
    const request = { model: OPENAI_MODEL, tools: TOOLS };
    const input: ResponseInputItem[] = [{ role: 'user', content: QUESTION }];
    openai.script(callsTwoTools);
    const called = await client.responses.stream({ ...request, input }).finalResponse();
    for (const response of [called, await client.responses.create({ ...request, input })]) {
      expect(response.status).toBe('completed');
      expect(response.output).toMatchObject([
        { type: 'function_call', call_id: 'call_a', name: 'weather', arguments: '{"city":"Bern"}' },
        { type: 'function_call', call_id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' },
      ]);
    }
    openai.script(answers());
    input.push(...(called.output as ResponseInputItem[]));
    for (const call_id of ['call_a', 'call_b']) input.push({ type: 'function_call_output', call_id, output: 'Sunny.' });
    const answer = await client.responses.create({ ...request, input });
    expect(answer.output_text).toBe('Hello, world!');
    expect(openai.requests.at(-1)?.body?.['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: 'call_a' }, { id: 'call_b' }] },
      { role: 'tool', tool_call_id: 'call_a', content: 'Sunny.' },
      { role: 'tool', tool_call_id: 'call_b', content: 'Sunny.' },
    ]);
    // The answer can be sent back as it is.
    input.push(...(answer.output as ResponseInputItem[]), { role: 'user', content: 'Thanks' });
    expect((await client.responses.create({ ...request, input })).status).toBe('completed');
  });

  test('are parsed by a schema', async () => {
    openai.script(answers({ pieces: ['{"city":', '"Bern"}'] }));
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    const response = await client.responses.create({
      model: OPENAI_MODEL,
      input: QUESTION,
      text: { format: { type: 'json_schema', name: 'place', schema } },
    });
    expect(JSON.parse(response.output_text)).toEqual({ city: 'Bern' });
    expect(openai.requests.at(-1)?.body?.['response_format']).toMatchObject({ json_schema: { name: 'place', schema } });
    openai.script(answers());
  });

  test('that are cut throw after what came, and tell their cost before', async () => {
    openai.script(cutsAfter(2));
    const before = await available();
    const stream = client.responses.stream({ model: OPENAI_MODEL, input: QUESTION });
    let text = '';
    let failed: OpenAI.Responses.Response | null = null;
    stream.on('response.output_text.delta', ({ delta }) => {
      text += delta;
    });
    stream.on('response.failed', ({ response }) => {
      failed = response;
    });
    await expect(stream.finalResponse()).rejects.toMatchObject({ code: 'upstream_error' });
    expect(text).not.toBe('');
    if (!failed) throw new Error('the failed response was not told');
    expect(await available()).toBe(before - costOf(failed));
    openai.script(answers());
  });

  test('that fail are its own error classes', async () => {
    const caught = (call: Promise<unknown>) =>
      call.then(
        () => null,
        (error: unknown) => error,
      );
    const ask = (more: object) => caught(client.responses.create({ model: 'sandbox/guide', input: 'Hi', ...more }));
    expect(await ask({ model: 'nobody/nothing' })).toBeInstanceOf(OpenAI.NotFoundError);
    expect(await ask({ input: [] })).toBeInstanceOf(OpenAI.BadRequestError);
    expect(await ask({ previous_response_id: 'resp_1' })).toMatchObject({ status: 400, param: 'previous_response_id' });
    const wrong = clientWith('qm_live_wrong').responses.create({ model: 'sandbox/guide', input: 'Hi' });
    expect(await caught(wrong)).toBeInstanceOf(OpenAI.AuthenticationError);
    const poor = await signUp(product.url, 0);
    const unpaid = clientWith(poor.apiKey).responses.create({ model: 'sandbox/guide', input: 'Hi' });
    expect(await caught(unpaid)).toMatchObject({ status: 402, code: 'insufficient_balance' });
    expect(await caught(client.responses.retrieve('resp_1'))).toBeInstanceOf(OpenAI.NotFoundError);
  });
});
