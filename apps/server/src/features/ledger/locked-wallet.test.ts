import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isServiceUnavailable } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import type { HoldRequest } from './hold.ts';

const FUNDS = 100_000_000n;
const usage = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 100, reasoningTokens: 0 };
const END = { usage, usageSource: 'provider' as const, reason: 'completed', attempts: [] };
/** Long for a statement, and a quarter of what every statement of a batch would take one after the other. */
const SOON_MS = 10_000;
/** More than one renewal that had begun before can bring. */
const RENEWED_TWICE_MS = 1_500;

let books: TestLedger;
let locker: pg.Client;
const [slow, other] = [newId('usr'), newId('usr')];

const request = (userId: string): HoldRequest => {
  const { price } = books;
  return {
    id: newId('req'),
    userId,
    apiKey: null,
    modelId: 'test/model',
    provider: 'test',
    payee: 'test',
    amount: 1_000_000n,
    price,
  };
};

async function lock(userId: string): Promise<void> {
  await locker.query('BEGIN');
  await locker.query('SELECT 1 FROM wallets WHERE user_id = $1 FOR UPDATE', [userId]);
}

beforeEach(async () => {
  books = await createTestLedger();
  for (const userId of [slow, other]) await books.fund(userId, FUNDS);
  locker = new pg.Client({ connectionString: books.url });
  await locker.connect();
});
afterEach(async () => {
  await locker.end();
  await books.close();
});

describe('a wallet that something keeps locked', () => {
  test('delays the calls of its owner, and those of nobody else for long', async () => {
    await lock(slow);
    const began = performance.now();
    const theirs = [1, 2, 3].map(() => books.ledger.hold(request(slow)).then(() => 'held', isServiceUnavailable));
    const held = await books.ledger.hold(request(other));
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    expect(await Promise.all(theirs)).toEqual([true, true, true]);
    await locker.query('ROLLBACK');
    await books.ledger.void(held, { reason: 'test', attempts: [] });
  });

  test('keeps no other call from being renewed while one of its owner waits to grow', async () => {
    const [growing, renewed] = [await books.ledger.hold(request(slow)), await books.ledger.hold(request(other))];
    await lock(slow);
    const grown = books.ledger.extend(growing, { nano: 1_000_000n, tokens: 0n });
    const leaseOf = async ({ id }: { id: string }) => {
      const [row] = await books.database.query<{ at: Date }>(
        'SELECT lease_until AS at FROM hold_progress WHERE hold_id = $1',
        [id],
      );
      return row?.at.getTime() ?? 0;
    };
    const before = await leaseOf(renewed);
    await expect.poll(() => leaseOf(renewed), { timeout: 8_000 }).toBeGreaterThan(before + RENEWED_TWICE_MS);
    expect([growing.lost, renewed.lost]).toEqual([false, false]);
    await locker.query('ROLLBACK');
    expect(await grown).toBe(true);
    for (const hold of [growing, renewed]) await books.ledger.void(hold, { reason: 'test', attempts: [] });
  });

  test('is waited for by the end of a call, which is charged', async () => {
    const hold = await books.ledger.hold(request(slow));
    await lock(slow);
    const settled = books.ledger.settle(hold, END);
    const released = new Promise((resolve) => setTimeout(resolve, 4_000)).then(() => locker.query('ROLLBACK'));
    expect((await settled).charged).toBeGreaterThan(0n);
    await released;
  });
});
