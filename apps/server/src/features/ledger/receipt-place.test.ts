import { expect, test } from 'vitest';
import { AppError, isServiceUnavailable } from '../../lib/app-error.ts';
import { systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Queryable } from '../../platform/database/database.ts';
import { createTestLedger } from '../../testing/test-ledger.ts';
import { createReceiptChain } from './receipt-chain.ts';
import { createAccountCache, planSettle, writeEnds } from './resolve.ts';

const USAGE = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 50, reasoningTokens: 0 };
const END = { usage: USAGE, usageSource: 'provider' as const, reason: 'completed', attempts: [] };

test('an end that is committed late, after its chain was read anew, takes its place: the next end goes behind it', async () => {
  const books = await createTestLedger();
  const { database, ledger, price } = books;
  const userId = newId('usr');
  await books.fund(userId, 1_000_000_000n);
  const accounts = createAccountCache(database);
  const planned = async () => {
    const terms = { userId, apiKey: null, modelId: 'test/model', provider: 'test', price, payee: 'provider:test' };
    const hold = await ledger.hold({ ...terms, id: newId('req'), amount: 1_000_000n });
    ledger.abandon(hold);
    return planSettle({ accounts, clock: systemClock }, hold, END);
  };
  const [late, next] = [await planned(), await planned()];
  const chain = createReceiptChain();

  let commitLate = async (): Promise<void> => undefined;
  /** Its answer is lost, and what was asked is done later. */
  const breaking: Queryable = {
    query(...asked) {
      commitLate = async () => void (await database.query(...asked));
      return Promise.reject(new AppError('service_unavailable'));
    },
  };
  await expect(writeEnds(breaking, chain, [late])).rejects.toSatisfy(isServiceUnavailable);
  const meanwhile: Queryable = {
    async query<T extends object>(text: string, ...more: [values?: readonly unknown[], name?: string]) {
      if (text.includes('hold_resolutions')) await commitLate();
      return database.query<T>(text, ...more);
    },
  };
  await expect(writeEnds(meanwhile, chain, [next])).rejects.toSatisfy(isServiceUnavailable);
  const [settled] = await writeEnds(database, chain, [next]);
  expect(settled?.charged).toBeGreaterThan(0n);
  expect(await writeEnds(database, chain, [late])).toMatchObject([{ charged: settled?.charged }]);
  const receipts = await database.query('SELECT hold_id, seq FROM receipts ORDER BY seq');
  expect(receipts).toEqual([
    { hold_id: late.end.holdId, seq: 1n },
    { hold_id: next.end.holdId, seq: 2n },
  ]);
  await books.close();
});
