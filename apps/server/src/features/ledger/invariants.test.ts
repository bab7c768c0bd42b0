import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { bookRefund } from './refunds.ts';

const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };

let books: TestLedger;
let userId: string;
let holdId: string;
beforeAll(async () => {
  books = await createTestLedger();
});
afterAll(() => books.close());
beforeEach(async () => {
  userId = newId('usr');
  await books.fund(userId, 10_000_000n);
  holdId = newId('req');
  const { price } = books;
  const hold = await books.ledger.hold({
    id: holdId,
    userId,
    apiKey: null,
    modelId: 'test/model',
    provider: 'test',
    price,
    payee: 'test',
    amount: 2_000_000n,
  });
  await books.ledger.settle(hold, { usage: USAGE, usageSource: 'provider', reason: 'completed', attempts: [] });
});

/** Falsifies the books as only a superuser can, runs the check, and puts them right again. */
async function verdictAfter(falsify: string, repair: string): Promise<string[]> {
  const run = (sql: string) =>
    books.database.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      await tx.query(sql);
    });
  await run(falsify);
  const check = await books.ledger.check();
  await run(repair);
  expect((await books.ledger.check()).ok).toBe(true);
  expect(check.ok).toBe(check.invariants.every((invariant) => invariant.ok));
  return check.invariants.filter((invariant) => !invariant.ok).map((invariant) => invariant.id);
}

describe('the check of the books', () => {
  test('finds nothing wrong with honest books, and counts what it saw', async () => {
    const check = await books.ledger.check();
    expect(check).toMatchObject({ ok: true });
    expect(check.checked).toBeGreaterThan(0);
    expect(check.invariants.map((invariant) => invariant.id)).toEqual([
      'I1',
      'I2',
      'I3',
      'I4',
      'I5',
      'I6',
      'I10',
      'I11',
      'I12',
    ]);
  });

  test('I1: a wallet that was given a nano-dollar', async () => {
    const set = (sign: string) => `UPDATE wallets SET posted = posted ${sign} 1 WHERE user_id = '${userId}'`;
    expect(await verdictAfter(set('+'), set('-'))).toEqual(['I1']);
  });

  test('I2: a transfer between two assets', async () => {
    const set = (asset: string) => `UPDATE accounts SET asset = '${asset}' WHERE code = 'revenue:resale'`;
    expect(await verdictAfter(set('FREE_TOKEN'), set('USD'))).toEqual(['I2']);
  });

  test('I3: held money that belongs to no hold', async () => {
    const set = (amount: number) => `UPDATE wallets SET held = ${amount} WHERE user_id = '${userId}'`;
    expect(await verdictAfter(set(5), set(0))).toEqual(['I3']);
  });

  test('I4, I5, I12: a charge that was altered', async () => {
    const set = (amount: number) => `UPDATE hold_resolutions SET amount = ${amount} WHERE hold_id = '${holdId}'`;
    expect(await verdictAfter(set(2_000_001), set(1_000_000))).toEqual(['I4', 'I5', 'I12']);
  });

  test('I5 and I1: a transfer that was altered', async () => {
    const set = (sign: string) =>
      `UPDATE transfers SET amount = amount ${sign} 1 WHERE journal_id = (SELECT id FROM journals WHERE hold_id = '${holdId}') AND debit_account IN (SELECT account_id FROM wallets)`;
    expect(await verdictAfter(set('+'), set('-'))).toEqual(['I1', 'I5']);
  });

  test('I6: a wallet below its floor', async () => {
    const drop = 'ALTER TABLE wallets DROP CONSTRAINT wallets_never_overdrawn';
    const falsify = `${drop}; UPDATE wallets SET held = posted + 1 WHERE user_id = '${userId}'`;
    const repair = `UPDATE wallets SET held = 0 WHERE user_id = '${userId}'; ALTER TABLE wallets ADD CONSTRAINT wallets_never_overdrawn CHECK (posted - held >= floor)`;
    expect(await verdictAfter(falsify, repair)).toEqual(['I3', 'I6']);
  });

  test('I11: a refund that takes more than the call earned, or gives a wallet that did not pay', async () => {
    const refund = { callId: holdId, amount: null, reason: 'it was wrong', actorId: 'usr_admin' };
    const { id } = await books.database.transaction((tx) => bookRefund(tx, refund));
    const other = newId('usr');
    await books.fund(other, 1n);
    const of = `journal_id = ${id}`;
    const grow = (sign: string) =>
      `UPDATE transfers SET amount = amount ${sign} 1 WHERE ${of}; UPDATE wallets SET posted = posted ${sign} 1 WHERE user_id = '${userId}'`;
    expect(await verdictAfter(grow('+'), grow('-'))).toEqual(['I11']);
    const turn = (to: string, from: string) =>
      `UPDATE transfers SET credit_account = (SELECT account_id FROM wallets WHERE user_id = '${to}') WHERE ${of};
       UPDATE wallets SET posted = posted + 1000000 WHERE user_id = '${to}'; UPDATE wallets SET posted = posted - 1000000 WHERE user_id = '${from}'`;
    expect(await verdictAfter(turn(other, userId), turn(userId, other))).toEqual(['I11']);
  });

  test('I12: usage that was altered afterwards', async () => {
    const set = (tokens: number) =>
      `UPDATE hold_resolutions SET usage = jsonb_set(usage, '{outputTokens}', '${tokens}') WHERE hold_id = '${holdId}'`;
    expect(await verdictAfter(set(301), set(300))).toEqual(['I12']);
  });

  test.each([
    'transfers',
    'journals',
    'holds',
    'hold_lines',
    'hold_resolutions',
    'receipts',
    'accounts',
    'price_versions',
    'commission_rates',
    'audit_log',
  ])('rows of %s cannot be changed or deleted', async (table) => {
    await books.database.query("INSERT INTO audit_log (action) VALUES ('test')");
    await books.database.query(
      "INSERT INTO commission_rates (scope, bps, valid_from, actor, reason) VALUES ('house', 1, now(), 'usr_admin', 'a test')",
    );
    await expect(books.database.query(`DELETE FROM ${table}`)).rejects.toThrow(/append-only|immutable|never/);
    const [column] = await books.database.query<{ name: string }>(
      'SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND is_identity = $2 LIMIT 1',
      [table, 'NO'],
    );
    await expect(books.database.query(`UPDATE ${table} SET ${column?.name} = ${column?.name}`)).rejects.toThrow(
      /append-only|immutable|never/,
    );
  });
});
