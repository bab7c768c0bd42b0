import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Database } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { createLedger, type Ledger } from './service.ts';

const VOID = { reason: 'upstream_error', attempts: [] };
const USAGE = { inputTokens: 30, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
const END = { usage: USAGE, usageSource: 'provider' as const, reason: 'completed', attempts: [] };

/** Which transactions are lost on their way: before they are carried out, or their acknowledgement. */
let loses: 'nothing' | 'the next' | 'the next acknowledgement' = 'nothing';
let books: TestLedger;
let ledger: Ledger;
beforeAll(async () => {
  books = await createTestLedger();
  const database: Database = {
    ...books.database,
    async transaction(work) {
      const lost = loses;
      loses = 'nothing';
      const answer = lost === 'the next' ? null : await books.database.transaction(work);
      if (lost === 'nothing') return answer as Awaited<ReturnType<typeof work>>;
      throw new AppError('service_unavailable');
    },
  };
  ledger = createLedger({ database, clock: systemClock, logger: createLogger('silent') });
});
afterAll(async () => {
  ledger?.close();
  await books?.close();
});
afterEach(async () => {
  const check = await books.ledger.check();
  expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
});

async function extended(how: typeof loses) {
  const userId = newId('usr');
  await books.fund(userId, 100_000n);
  const hold = await ledger.hold({
    ...{
      id: newId('req'),
      userId,
      apiKey: null,
      modelId: 'test/model',
      provider: 'test',
      payee: 'test',
      amount: 10_000n,
    },
    price: books.price,
  });
  loses = how;
  await expect(ledger.extend(hold, { nano: 40_000n, tokens: 0n })).rejects.toMatchObject({
    code: 'service_unavailable',
  });
  return { userId, hold };
}

describe('an extension that nobody acknowledged', () => {
  test('is freed with the rest when the call costs nothing', async () => {
    const { userId, hold } = await extended('the next acknowledgement');
    await ledger.void(hold, VOID);
    expect(await ledger.totals(userId)).toMatchObject({ posted: 100_000n, held: 0n });
  });

  test('pays for the call, since it stands', async () => {
    const { userId, hold } = await extended('the next acknowledgement');
    expect(await ledger.settle(hold, END)).toMatchObject({ charged: 30_000n, overrun: 0n });
    expect(await ledger.totals(userId)).toMatchObject({ posted: 70_000n, held: 0n });
  });

  test('that never arrived pays for nothing', async () => {
    const { userId, hold } = await extended('the next');
    expect(await ledger.settle(hold, END)).toMatchObject({ charged: 10_000n, overrun: 20_000n });
    expect(await ledger.totals(userId)).toMatchObject({ posted: 90_000n, held: 0n });
  });

  test('can be followed by another', async () => {
    const { userId, hold } = await extended('the next acknowledgement');
    expect(await ledger.extend(hold, { nano: 50_000n, tokens: 0n })).toBe(true);
    expect(await ledger.extend(hold, { nano: 1n, tokens: 0n })).toBe(false);
    await ledger.void(hold, VOID);
    expect(await ledger.totals(userId)).toMatchObject({ posted: 100_000n, held: 0n });
  });
});

describe('a hold that grows', () => {
  test('is alive: a sweep that finds its lease over while it grows leaves it alone', async () => {
    const userId = newId('usr');
    await books.fund(userId, 100_000n);
    const hold = await ledger.hold({
      ...{ id: newId('req'), userId, apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test' },
      ...{ amount: 10_000n, price: books.price },
    });
    await books.database.query("UPDATE hold_progress SET lease_until = now() - interval '1 minute'");
    expect(await ledger.extend(hold, { nano: 40_000n, tokens: 0n })).toBe(true);
    expect(await books.second().sweep()).toBe(0);
    expect(await ledger.settle(hold, END)).toMatchObject({ charged: 30_000n, overrun: 0n });
  });
});
