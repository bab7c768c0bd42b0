import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import type { Queryable } from '../../platform/database/database.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { insertTopUp } from '../wallet/store.ts';
import type { HoldRequest } from './hold.ts';
import { createReceiptChain } from './receipt-chain.ts';
import { planVoid, writeEnds } from './resolve.ts';

const VOID = { reason: 'upstream_error', attempts: [] };

let books: TestLedger;
beforeAll(async () => {
  books = await createTestLedger();
});
afterAll(() => books.close());

const request = (userId: string, amount: bigint): HoldRequest => ({
  ...{ id: newId('req'), userId, apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test', amount },
  price: books.price,
});

/** Resolves when some statement waits for a row that another transaction has changed. */
async function somebodyWaits(): Promise<void> {
  await expect
    .poll(() =>
      books.database.query(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      ),
    )
    .toHaveLength(1);
}

/** Does `work`, which has to wait for `change`: 20 nano-dollars come free in a transaction that is committed meanwhile. */
async function meanwhile<T>(change: (tx: Queryable) => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  let working: Promise<T> | undefined;
  await books.database.transaction(async (tx) => {
    await change(tx);
    working = work();
    await somebodyWaits();
  });
  if (!working) throw new Error('nothing was begun');
  return working;
}

/** Somebody with 30 nano-dollars, 20 of them held, and both ways in which 20 come free. */
async function stage() {
  const userId = newId('usr');
  await books.fund(userId, 30n);
  const running = await books.ledger.hold(request(userId, 20n));
  const id = newId('top');
  const credit = { kind: 'top_up' as const, userId, amount: 20n, from: 'asset:test_funds', details: {} };
  return {
    userId,
    'a call that ends': (tx: Queryable) => writeEnds(tx, createReceiptChain(), [planVoid(running, VOID)]),
    'a top-up': async (tx: Queryable) => {
      await insertTopUp(tx, { id, userId, amount: 20n });
      await books.ledger.credit(tx, { idemKey: `topup:${id}`, ...credit });
    },
  };
}

describe.each(['a call that ends', 'a top-up'] as const)('money that comes free by %s at the same moment', (what) => {
  test('can be held', async () => {
    const { userId, [what]: change } = await stage();
    const hold = await meanwhile(change, () => books.ledger.hold(request(userId, 25n)));
    expect(hold.lines[0]?.amount).toBe(25n);
  });

  test('lets a running call grow', async () => {
    const { userId, [what]: change } = await stage();
    const growing = await books.ledger.hold(request(userId, 5n));
    expect(await meanwhile(change, () => books.ledger.extend(growing, { nano: 20n, tokens: 0n }))).toBe(true);
  });
});

/** Makes a hold look as one did before its first line stood in its own row. */
async function asOfOld(holdId: string): Promise<void> {
  await books.database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query(
      'INSERT INTO further_hold_lines (hold_id, seq, account_id, amount) SELECT id, 1, line_account_id, line_amount FROM holds WHERE id = $1',
      [holdId],
    );
    await tx.query('UPDATE holds SET line_account_id = NULL, line_amount = NULL WHERE id = $1', [holdId]);
  });
}

describe('a hold whose lines all stand apart, as they once did', () => {
  test('is ended by the sweep, and frees what it held', async () => {
    const userId = newId('usr');
    await books.fund(userId, 30n);
    const hold = await books.ledger.hold(request(userId, 20n));
    expect(await books.ledger.extend(hold, { nano: 5n, tokens: 0n })).toBe(true);
    await asOfOld(hold.id);
    books.ledger.abandon(hold);
    expect((await books.ledger.totals(userId)).held).toBe(25n);
    await books.database.query(
      "UPDATE hold_progress SET lease_until = now() - interval '1 minute' WHERE hold_id = $1",
      [hold.id],
    );
    const other = books.second();
    await expect
      .poll(async () => {
        await other.sweep();
        return (await books.ledger.totals(userId)).held;
      })
      .toBe(0n);
  });
});
