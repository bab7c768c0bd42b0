import { parseUsd } from '@q/contract/money';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../apps/server/src/testing/fake-upstream.ts';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { answers } from '../apps/server/src/testing/upstream-behaviours.ts';
import { type Buyer, type Product, removeData, signUp, startProduct } from './product.ts';

const MODELS = ['sandbox/guide', 'openai/gpt-5.4-mini'];

let product: Product;
let upstream: FakeUpstream;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let buyer: Buyer;
let client: OpenAI;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  upstream.script(answers());
  database = await createTestDatabase();
  product = await startProduct({
    DATABASE_URL: database.url,
    OPENAI_API_KEY: 'sk-test-upstream-key',
    OPENAI_BASE_URL: upstream.url,
  });
  buyer = await signUp(product.url, 5);
  client = new OpenAI({ baseURL: `${product.url}/v1`, apiKey: buyer.apiKey, maxRetries: 0 });
});
afterAll(async () => {
  await product?.stop();
  await upstream?.close();
  await database?.drop();
  if (product) removeData(product);
});

interface PaidUsage {
  cost_usd: string;
  balance_usd: string;
}

const nano = (usd: string): bigint => {
  const value = parseUsd(usd);
  if (value === null) throw new Error(`not an amount: ${usd}`);
  return value;
};
const available = async () =>
  nano((await buyer.ask<{ available_usd: string }>('GET', '/api/v1/balance')).available_usd);

describe('the official openai client, changed only in base URL and key', () => {
  test.each(MODELS)(
    'gets a plain and a streamed answer from %s, and the balance falls by exactly what usage says',
    async (model) => {
      const before = await available();
      const messages = [{ role: 'user' as const, content: 'Which model is good for code?' }];
      const plain = await client.chat.completions.create({ model, messages });
      expect(plain.choices[0]?.message.content).toBeTruthy();
      const plainUsage = plain.usage as unknown as PaidUsage;
      let text = '';
      let streamUsage: PaidUsage | null = null;
      let finish: string | null = null;
      for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
        finish = chunk.choices[0]?.finish_reason ?? finish;
        if (chunk.usage) streamUsage = chunk.usage as unknown as PaidUsage;
      }
      expect(text).toBeTruthy();
      expect(finish).toBe('stop');
      if (!streamUsage) throw new Error('no usage on the stream');
      const spent = nano(plainUsage.cost_usd) + nano(streamUsage.cost_usd);
      expect(spent).toBeGreaterThan(0n);
      expect(await available()).toBe(before - spent);
      expect(nano(streamUsage.balance_usd)).toBe(before - spent);
    },
  );

  test('repeats a call under one Idempotency-Key, plain and streamed, and pays once', async () => {
    const messages = [{ role: 'user' as const, content: 'Which model is good for code?' }];
    const once = (key: string) => ({ headers: { 'Idempotency-Key': key } });
    const plain = () => client.chat.completions.create({ model: 'sandbox/guide', messages }, once('plain'));
    const streamed = async () => {
      const stream = await client.chat.completions.create(
        { model: 'sandbox/guide', messages, stream: true },
        once('stream'),
      );
      let text = '';
      let finish: string | null = null;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        finish = chunk.choices[0]?.finish_reason ?? finish;
      }
      return { text, finish };
    };
    const first = [await plain(), await streamed()];
    const before = await available();
    expect([await plain(), await streamed()]).toEqual(first);
    expect(await available()).toBe(before);
  });

  test('lists models that can be called, and one of them', async () => {
    const ids = (await client.models.list()).data.map((model) => model.id);
    expect(ids).toEqual(expect.arrayContaining(MODELS));
    expect(ids).not.toContain('openai/gpt-4');
    expect((await client.models.retrieve('sandbox/guide')).owned_by).toBe('sandbox');
  });

  test('sees errors as its own classes', async () => {
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const failures = await Promise.all(
      [
        client.chat.completions.create({ model: 'nobody/nothing', messages }),
        client.chat.completions.create({ model: 'openai/gpt-4', messages }),
        client.chat.completions.create({ model: 'sandbox/guide', messages: [] }),
        new OpenAI({ baseURL: `${product.url}/v1`, apiKey: 'qm_live_wrong', maxRetries: 0 }).models.list(),
      ].map((call) =>
        call.then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    );
    expect(failures[0]).toBeInstanceOf(OpenAI.NotFoundError);
    expect(failures[1]).toMatchObject({ status: 410, code: 'model_retired' });
    expect(failures[2]).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failures[3]).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test('never sends our buyer’s key upstream, nor the upstream’s to the buyer', async () => {
    for (const request of upstream.requests) expect(JSON.stringify(request.headers)).not.toContain(buyer.apiKey);
    expect(upstream.requests[0]?.headers['authorization']).toBe('Bearer sk-test-upstream-key');
  });
});
