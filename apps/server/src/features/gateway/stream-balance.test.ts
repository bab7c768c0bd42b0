import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createScriptedProvider, usageOf } from '../../testing/scripted-provider.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { type Catalog, createCatalog } from '../catalog/service.ts';
import { grossOf } from '../ledger/charge.ts';
import type { CallEnd } from './end-call.ts';
import { createProviderRegistry } from './providers.ts';
import { createGateway, type Gateway } from './service.ts';

const MODEL = 'sandbox/guide';
const TOP_UP = 5_000_000_000n;
const provider = createScriptedProvider('sandbox');

let books: TestLedger;
let catalog: Catalog;
let gateway: Gateway;
beforeAll(async () => {
  books = await createTestLedger();
  const { database, ledger } = books;
  catalog = createCatalog({ database, isProviderAvailable: (id) => id === 'sandbox', commissionBps: 3000 });
  await catalog.load();
  const entry = { id: 'sandbox', name: 'Sandbox', adapter: provider.adapter, keys: [] };
  const providers = createProviderRegistry([entry], systemClock);
  gateway = createGateway({ catalog, ledger, providers, database, clock: systemClock, logger: createLogger('silent') });
});
afterAll(async () => {
  catalog.close();
  await books.close();
});

async function buyer(nano = TOP_UP): Promise<string> {
  const userId = newId('usr');
  await books.fund(userId, nano);
  return userId;
}

const openStream = (userId: string, maxTokens: number | undefined) =>
  gateway.stream({
    id: newId('req'),
    caller: { userId, apiKey: null },
    request: { model: MODEL, messages: [{ role: 'user', content: 'Hello' }], stream: true, max_tokens: maxTokens },
    stream: true,
    signal: new AbortController().signal,
    clamp: true,
  });

/** Reads an answer to its end, or until so many characters have come. */
async function readStream(userId: string, { characters = Number.POSITIVE_INFINITY, maxTokens = 0 } = {}) {
  const { events, open } = await openStream(userId, maxTokens || undefined);
  let text = '';
  let end: CallEnd | null = null;
  for await (const event of events) {
    if (event.type === 'end') end = event.end;
    else if (event.part.type === 'text-delta') text += event.part.text;
    if (text.length >= characters) break;
  }
  return { text, end, inputTokens: open.inputTokens };
}

const priceOf = (input: number, output: number) => {
  const model = catalog.get(MODEL);
  if (!model?.price) throw new Error('no price');
  return grossOf(usageOf(input, output), model.price);
};

describe('a stream', () => {
  test('goes on where money came while it was read', async () => {
    const userId = await buyer(4_500_000n);
    provider.state.current = {
      async *stream() {
        for (let piece = 0; piece < 1_000; piece += 1) {
          if (piece === 600) await books.fund(userId, TOP_UP);
          yield { type: 'text-delta', choice: 0, text: 'abcdefghi' };
        }
        yield { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' };
        yield { type: 'usage', usage: usageOf(10, 2_500) };
      },
    };
    expect((await readStream(userId)).end).toMatchObject({ outcome: 'completed', costNano: priceOf(10, 2_500) });
  });

  test('is not stopped by a piece that is larger than what it grows by', async () => {
    const userId = await buyer();
    provider.state.current = {
      async *stream() {
        yield { type: 'text-delta', choice: 0, text: 'x'.repeat(26_000) };
        yield { type: 'text-delta', choice: 0, text: 'the end' };
        yield { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' };
        yield { type: 'usage', usage: usageOf(10, 6_600) };
      },
    };
    const { end, text } = await readStream(userId);
    expect(text.endsWith('the end')).toBe(true);
    expect(end).toMatchObject({ outcome: 'completed', usageSource: 'provider', costNano: priceOf(10, 6_600) });
  });

  test('that is cut off costs no more than the ceiling its caller named', async () => {
    const userId = await buyer();
    provider.state.current = {
      async *stream() {
        for (;;) yield { type: 'text-delta', choice: 0, text: 'x'.repeat(300) };
      },
    };
    const { inputTokens } = await readStream(userId, { characters: 900, maxTokens: 100 });
    expect((await books.ledger.totals(userId)).posted).toBe(TOP_UP - priceOf(inputTokens, 100));
  });

  test('that is cut off after an early figure is charged for what came after that, too', async () => {
    const userId = await buyer();
    provider.state.current = {
      async *stream() {
        yield { type: 'usage', usage: usageOf(10, 0) };
        for (;;) yield { type: 'text-delta', choice: 0, text: 'x'.repeat(300) };
      },
    };
    await readStream(userId, { characters: 3_000 });
    expect((await books.ledger.totals(userId)).posted).toBe(TOP_UP - priceOf(10, 750));
  });
});
