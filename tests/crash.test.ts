import { parseUsd } from '@q/contract/money';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../apps/server/src/testing/fake-upstream.ts';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { answers, gate } from '../apps/server/src/testing/upstream-behaviours.ts';
import { chunkEvent, openStream } from '../apps/server/src/testing/upstream-events.ts';
import { ADMIN, checkBooks, freePort, type Product, removeData, signUp, startProduct } from './product.ts';

const RECOVERED_WITHIN_MS = 60_000;

let upstream: FakeUpstream;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let product: Product;
let port: string;
const start = (dataDir?: string) =>
  startProduct(
    { PORT: port, DATABASE_URL: database.url, OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url, ...ADMIN },
    dataDir,
  );

beforeAll(async () => {
  upstream = await createFakeUpstream();
  database = await createTestDatabase();
  port = await freePort();
  product = await start();
});
afterAll(async () => {
  await product?.stop();
  await upstream?.close();
  await database?.drop();
  if (product) removeData(product);
});

interface Balance {
  total_usd: string;
  spent_usd: string;
  held_usd: string;
  available_usd: string;
}

const nano = (usd: string): bigint => parseUsd(usd) ?? -1n;

async function chat(url: string, apiKey: string, body: object): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Streams a piece every 20 ms, until the client goes. */
const streamsForEver = () => async (exchange: Parameters<ReturnType<typeof answers>>[0]) => {
  openStream(exchange);
  while (!exchange.response.destroyed) {
    await exchange.write(chunkEvent({ content: 'something to read ' }));
    await exchange.wait(20);
  }
};

describe('400 calls at once on a wallet that affords a few dozen', () => {
  test('those it affords pass, the rest are 402, and the balance is right to the nano-dollar', async () => {
    const buyer = await signUp(product.url, 5);
    // gpt-6-astra sells at $71.428572 out per million and $17.857143 for input that its provider caches, the dearest it can cost: 2,000 tokens
    // out and the input's bound are held for each call.
    const held = (512n * 17_857_143n + 2_000n * 71_428_572n + 999n) / 1_000n;
    const open = gate(answers({ usage: { prompt_tokens: 512, completion_tokens: 2_000, total_tokens: 2_512 } }));
    upstream.script(open.behaviour);
    const before = upstream.requests.length;
    let refused = 0;
    const affordable = Number(5_000_000_000n / held);
    const answersOf = Array.from({ length: 400 }, async () => {
      const response = await chat(product.url, buyer.apiKey, {
        model: 'openai/gpt-6-astra',
        messages: [{ role: 'user', content: 'Hello' }],
        max_tokens: 2_000,
      });
      const body = (await response.json()) as { usage?: { cost_usd: string }; error?: { code: string } };
      if (response.status === 402) refused += 1;
      if (refused === 400 - affordable) open.release();
      return { status: response.status, body };
    });
    const results = await Promise.all(answersOf);
    const passed = results.filter((result) => result.status === 200);
    expect(passed).toHaveLength(affordable);
    expect(
      results.filter((result) => result.status === 402 && result.body.error?.code === 'insufficient_balance'),
    ).toHaveLength(400 - affordable);
    expect(upstream.requests.length - before).toBe(affordable);
    const spent = passed.reduce((sum, result) => sum + nano(result.body.usage?.cost_usd ?? ''), 0n);
    const balance = await buyer.ask<Balance>('GET', '/api/v1/balance');
    expect(nano(balance.spent_usd)).toBe(spent);
    expect(nano(balance.available_usd)).toBe(5_000_000_000n - spent);
    expect(nano(balance.held_usd)).toBe(0n);
    expect((await checkBooks(product.url)).ok).toBe(true);
  });
});

describe('kill -9 in mid-stream', () => {
  test('after a restart the books balance, delivered text is charged, and nothing stays held over a minute', async () => {
    const buyer = await signUp(product.url, 50);
    upstream.script(streamsForEver());
    const streams = await Promise.all(
      Array.from({ length: 20 }, () =>
        chat(product.url, buyer.apiKey, {
          model: 'openai/gpt-5.5',
          messages: [{ role: 'user', content: 'Go on' }],
          stream: true,
        }),
      ),
    );
    const reading = streams.map(async (stream) => {
      let text = '';
      try {
        for await (const chunk of stream.body ?? []) text += Buffer.from(chunk).toString();
      } catch {
        // The server is gone: that is the point.
      }
      return text.split('something to read').length - 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await product.kill();
    const killedAt = Date.now();
    const delivered = await Promise.all(reading);
    for (const pieces of delivered) expect(pieces).toBeGreaterThan(20);
    product = await start(product.dataDir);
    let balance: Balance;
    do {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      balance = await buyer.ask<Balance>('GET', '/api/v1/balance');
    } while (nano(balance.held_usd) > 0n && Date.now() - killedAt < RECOVERED_WITHIN_MS);
    expect(nano(balance.held_usd)).toBe(0n);
    expect(Date.now() - killedAt).toBeLessThan(RECOVERED_WITHIN_MS);
    // 18 bytes a piece count as 6 tokens at $42.857143 a million; the input is a few tokens at $7.142858.
    const most = delivered.reduce((sum, pieces) => sum + BigInt(pieces * 6) * 42_858n + 20n * 7_143n, 0n);
    expect(nano(balance.spent_usd)).toBeGreaterThan(0n);
    expect(nano(balance.spent_usd)).toBeLessThanOrEqual(most);
    const check = await checkBooks(product.url);
    expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
  }, 120_000);
});

describe('SIGTERM', () => {
  test('lets a running stream end, settles it, and exits 0', async () => {
    const buyer = await signUp(product.url, 5);
    const open = gate(answers(), ['Hello ']);
    upstream.script(open.behaviour);
    const stream = await chat(product.url, buyer.apiKey, {
      model: 'openai/gpt-5.5',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
    });
    const text = stream.text();
    const stopped = product.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    open.release();
    expect(await text).toContain('data: [DONE]');
    expect(await stopped).toBe(0);
    product = await start(product.dataDir);
    expect(nano((await buyer.ask<Balance>('GET', '/api/v1/balance')).held_usd)).toBe(0n);
  });
});
