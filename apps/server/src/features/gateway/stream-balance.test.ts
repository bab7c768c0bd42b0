import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createScriptedGateway, SCRIPTED_MODEL, SCRIPTED_TOP_UP } from '../../testing/scripted-gateway.ts';
import { usageOf } from '../../testing/scripted-provider.ts';
import type { CallEnd } from './end-call.ts';

const [MODEL, TOP_UP] = [SCRIPTED_MODEL, SCRIPTED_TOP_UP];
/** Much more than the balance, the limit or the pieces of these tests come to. */
const MAX_OUTPUT = 20_000;
/** A little more than the first hold of an answer without a ceiling. */
const LIMIT = 4_500_000n;
type Stage = Awaited<ReturnType<typeof createScriptedGateway>>;

let stage: Stage;
let provider: Stage['provider'];
let books: Stage['books'];
let gateway: Stage['gateway'];
let buyer: Stage['buyer'];
let priceOf: Stage['priceOf'];
beforeAll(async () => {
  stage = await createScriptedGateway({ maxOutput: MAX_OUTPUT });
  ({ provider, books, gateway, buyer, priceOf } = stage);
});
afterAll(() => stage.close());

type ApiKey = Parameters<Stage['gateway']['stream']>[0]['caller']['apiKey'];

const openStream = (userId: string, maxTokens: number | undefined, apiKey: ApiKey) =>
  gateway.stream({
    id: newId('req'),
    caller: { userId, apiKey },
    request: { model: MODEL, messages: [{ role: 'user', content: 'Hello' }], stream: true, max_tokens: maxTokens },
    stream: true,
    signal: new AbortController().signal,
    clamp: true,
  });

/** Reads an answer to its end, or until so many characters have come. */
async function readStream(
  userId: string,
  { characters = Number.POSITIVE_INFINITY, maxTokens = 0, apiKey = null as ApiKey } = {},
) {
  const { events, open } = await openStream(userId, maxTokens || undefined, apiKey);
  let text = '';
  let end: CallEnd | null = null;
  let finish: string | null = null;
  for await (const event of events) {
    if (event.type === 'end') end = event.end;
    else if (event.part.type === 'text-delta') text += event.part.text;
    else if (event.part.type === 'finish') finish = event.part.raw;
    if (text.length >= characters) break;
  }
  return { text, end, finish, inputTokens: open.inputTokens };
}

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

  test.each([
    ['balance', LIMIT, null],
    ['key_limit', TOP_UP, LIMIT],
  ] as const)('that ends with the %s says so, and costs no more than that', async (what, funds, dailyLimitNano) => {
    const userId = await buyer(funds);
    provider.state.current = {
      async *stream() {
        for (;;) yield { type: 'text-delta', choice: 0, text: 'x'.repeat(300) };
      },
    };
    const apiKey = dailyLimitNano === null ? null : { id: newId('key'), permissions: [], dailyLimitNano };
    const { end, finish } = await readStream(userId, { apiKey });
    expect([end?.outcome, finish]).toEqual([`stopped_by_${what}`, what]);
    expect(end?.costNano).toBeGreaterThan((LIMIT * 9n) / 10n);
    expect(end?.costNano).toBeLessThanOrEqual(LIMIT);
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

  test('whose provider tells no figures costs no more than the model can say', async () => {
    const userId = await buyer();
    provider.state.current = {
      async *stream() {
        yield { type: 'text-delta', choice: 0, text: 'x'.repeat(5 * MAX_OUTPUT) };
        yield { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' };
      },
    };
    const { end, inputTokens } = await readStream(userId);
    expect(end).toMatchObject({ usageSource: 'counted', usage: { outputTokens: MAX_OUTPUT } });
    expect(end?.costNano).toBe(priceOf(inputTokens, MAX_OUTPUT));
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
