import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { readDigests } from './digest-store.ts';
import { closeDays } from './digests.ts';
import { createSigner } from './receipt-signature.ts';
import { bookRefund } from './refunds.ts';
import { checkBalances, checkLedger } from './verify.ts';

const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const DAY_MS = 86_400_000;
const ALL = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12', 'I13', 'I14'];

const signer = createSigner(randomBytes(32));
let resale: TestLedger;
let publisher: TestLedger;
/** A charged call in each of the books: the last but one of its chain. */
let resold: string;
let published: string;

async function call(books: TestLedger, userId: string): Promise<string> {
  const id = newId('req');
  const request = { id, userId, apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test' };
  const hold = await books.ledger.hold({ ...request, price: books.price, amount: 2_000_000n });
  await books.ledger.settle(hold, { usage: USAGE, usageSource: 'provider', reason: 'completed', attempts: [] });
  return id;
}

/** Honest books: calls of two people, one running, one refunded, one free, and the digests of three days that have ended. */
async function fill(books: TestLedger): Promise<string> {
  const [one, two] = [newId('usr'), newId('usr')];
  await books.fund(one, 50_000_000n);
  await books.fund(two, 50_000_000n);
  await call(books, one);
  const id = await call(books, two);
  await call(books, one);
  const request = {
    userId: one,
    apiKey: null,
    modelId: 'test/model',
    provider: 'test',
    payee: 'test',
    price: books.price,
  };
  await books.ledger.hold({ ...request, id: newId('req'), amount: 1_000_000n });
  const failed = await books.ledger.hold({ ...request, id: newId('req'), amount: 1_000_000n });
  await books.ledger.void(failed, { reason: 'upstream_error', attempts: [] });
  const refunded = await call(books, two);
  await books.database.transaction((tx) =>
    bookRefund(tx, { callId: refunded, amount: 333_333n, reason: 'slow', actorId: 'usr_admin' }),
  );
  await closeDays(books.database, signer, Date.now() + 3 * DAY_MS);
  return id;
}

beforeAll(async () => {
  resale = await createTestLedger('resale');
  publisher = await createTestLedger('publisher');
  resold = await fill(resale);
  published = await fill(publisher);
  for (const books of [resale, publisher]) await books.database.query('CREATE SCHEMA saved');
});
afterAll(async () => {
  await resale?.close();
  await publisher?.close();
});

/** Falsifies one table as only a superuser can, runs the check, and puts the table back as it was. */
async function breaches(books: TestLedger, table: string, sql: string): Promise<{ ids: string[]; details: string[] }> {
  const asSuperuser = (...statements: string[]) =>
    books.database.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      for (const statement of statements) await tx.query(statement);
    });
  await asSuperuser(`CREATE TABLE saved.${table} AS TABLE ${table}`, sql);
  const check = await checkLedger(books.database, signer.key);
  await asSuperuser(
    `DELETE FROM ${table}`,
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE saved.${table}`,
    `DROP TABLE saved.${table}`,
  );
  expect(check.ok).toBe(check.invariants.every(({ ok }) => ok));
  const broken = check.invariants.filter(({ ok }) => !ok);
  return { ids: broken.map(({ id }) => id), details: broken.map(({ detail }) => detail) };
}

const journalOf = (id: string) => `(SELECT id FROM journals WHERE hold_id = '${id}' AND kind = 'charge')`;
const account = (code: string) => `(SELECT id FROM accounts WHERE code LIKE '${code}' ORDER BY id LIMIT 1)`;
const transferOf = (id: string, code: string) =>
  `journal_id = ${journalOf(id)} AND ${account(code)} IN (debit_account, credit_account)`;

describe('the check of the books', () => {
  test('finds nothing wrong with honest books, and counts what it saw', async () => {
    for (const books of [resale, publisher]) {
      const check = await checkLedger(books.database, signer.key);
      expect(check.invariants.filter(({ ok }) => !ok)).toEqual([]);
      expect(check.invariants.map(({ id }) => id)).toEqual(ALL);
      const [row] = await books.database.query<{ n: number }>('SELECT count(*)::int AS n FROM transfers');
      expect(check).toMatchObject({ ok: true, checked: row?.n });
    }
  });

  /** What is altered, where, how, and what must be among the broken invariants. */
  const alterations: [string, string, () => string, string[]][] = [
    ['a balance', 'wallets', () => 'UPDATE wallets SET posted = posted + 1', ['I1']],
    ['a hold of a wallet', 'wallets', () => 'UPDATE wallets SET held = held + 1', ['I3']],
    [
      'one digit of a charge',
      'transfers',
      () => `UPDATE transfers SET amount = amount + 1 WHERE ${transferOf(resold, 'revenue:resale')}`,
      ['I1', 'I5'],
    ],
    [
      'one digit of what a provider is owed',
      'transfers',
      () => `UPDATE transfers SET amount = amount + 1 WHERE ${transferOf(resold, 'payable:%')}`,
      ['I12', 'I13'],
    ],
    [
      'who is owed',
      'transfers',
      () => `UPDATE transfers SET credit_account = ${account('asset:%')} WHERE ${transferOf(resold, 'payable:%')}`,
      ['I13'],
    ],
    [
      'a transfer that is gone',
      'transfers',
      () => `DELETE FROM transfers WHERE ${transferOf(resold, 'revenue:resale')}`,
      ['I1', 'I5'],
    ],
    [
      'a transfer nobody made',
      'transfers',
      () =>
        `INSERT INTO transfers (journal_id, debit_account, credit_account, amount) SELECT journal_id, debit_account, credit_account, 5 FROM transfers WHERE ${transferOf(resold, 'revenue:resale')}`,
      ['I1', 'I5'],
    ],
    [
      'a transfer to nowhere',
      'transfers',
      () => `UPDATE transfers SET credit_account = 999999 WHERE ${transferOf(resold, 'revenue:resale')}`,
      ['I2'],
    ],
    [
      'a transfer out of nothing',
      'transfers',
      () => `UPDATE transfers SET journal_id = 999999 WHERE ${transferOf(resold, 'revenue:resale')}`,
      ['I2'],
    ],
    [
      'the day of a transfer',
      'transfers',
      () =>
        `UPDATE transfers SET created_at = created_at - interval '1 microsecond' WHERE ${transferOf(resold, 'revenue:resale')}`,
      ['I14'],
    ],
    ['a journal that is gone', 'journals', () => `DELETE FROM journals WHERE hold_id = '${resold}'`, ['I2', 'I5']],
    [
      'the asset of an account',
      'accounts',
      () => "UPDATE accounts SET asset = 'FREE_TOKEN' WHERE code = 'revenue:resale'",
      ['I2'],
    ],
    [
      'what was charged',
      'hold_resolutions',
      () => `UPDATE hold_resolutions SET amount = 2000001 WHERE hold_id = '${resold}'`,
      ['I4', 'I5', 'I9', 'I12'],
    ],
    [
      'an overrun that was not',
      'hold_resolutions',
      () => `UPDATE hold_resolutions SET overrun = 1 WHERE hold_id = '${resold}'`,
      ['I8', 'I9', 'I12'],
    ],
    [
      'a charge that is gone',
      'hold_resolutions',
      () => `DELETE FROM hold_resolutions WHERE hold_id = '${resold}'`,
      ['I3', 'I5', 'I9', 'I10'],
    ],
    [
      'the metered usage',
      'hold_resolutions',
      () => `UPDATE hold_resolutions SET usage = jsonb_set(usage, '{outputTokens}', '301') WHERE hold_id = '${resold}'`,
      ['I9', 'I12'],
    ],
    [
      'where the usage is from',
      'hold_resolutions',
      () => `UPDATE hold_resolutions SET usage_source = 'counted' WHERE hold_id = '${resold}'`,
      ['I9'],
    ],
    ['a price', 'price_versions', () => 'UPDATE price_versions SET list_output = list_output + 1000', ['I12']],
    ['a cost', 'price_versions', () => 'UPDATE price_versions SET cost_output = cost_output + 1000', ['I12', 'I13']],
    [
      'the terms of a call',
      'holds',
      () => `UPDATE holds SET mode = 'byok', fee_bps = 500 WHERE id = '${resold}'`,
      ['I12'],
    ],
    ['a hold’s line', 'hold_lines', () => `UPDATE hold_lines SET amount = 1 WHERE hold_id = '${resold}'`, ['I4']],
    ['a hold that is gone', 'holds', () => `DELETE FROM holds WHERE id = '${resold}'`, ['I9', 'I10']],
    [
      'a line on no wallet',
      'hold_lines',
      () => `UPDATE hold_lines SET account_id = 999999 WHERE hold_id = '${resold}'`,
      ['I10'],
    ],
    ['a hold that nobody can end', 'hold_progress', () => 'DELETE FROM hold_progress', ['I10']],
    [
      'a hold that nobody ended',
      'hold_progress',
      () => "UPDATE hold_progress SET lease_until = now() - interval '61 seconds'",
      ['I10'],
    ],
    [
      'a receipt’s figures',
      'receipts',
      () =>
        `UPDATE receipts SET body = replace(body, '"output_tokens":300', '"output_tokens":301') WHERE hold_id = '${resold}'`,
      ['I9', 'I14'],
    ],
    [
      'a receipt made good by a new hash',
      'receipts',
      () =>
        `UPDATE receipts SET body = body || ' ', hash = sha256(prev_hash || convert_to(body || ' ', 'UTF8')) WHERE hold_id = '${resold}'`,
      ['I14'],
    ],
    [
      'a receipt that is no JSON',
      'receipts',
      () => `UPDATE receipts SET body = 'paid' WHERE hold_id = '${resold}'`,
      ['I9', 'I14'],
    ],
    ['a receipt that is gone', 'receipts', () => `DELETE FROM receipts WHERE hold_id = '${resold}'`, ['I9', 'I14']],
    [
      'the last receipt of a chain that is gone',
      'receipts',
      () => 'DELETE FROM receipts WHERE seq = (SELECT max(seq) FROM receipts)',
      ['I9', 'I14'],
    ],
    [
      'a top-up that nobody paid',
      'top_ups',
      () => 'DELETE FROM top_ups WHERE id = (SELECT min(id) FROM top_ups)',
      ['I11'],
    ],
    ['a top-up larger than was paid', 'top_ups', () => 'UPDATE top_ups SET amount = amount - 1', ['I11']],
    [
      'a refund larger than the charge',
      'transfers',
      () => "UPDATE transfers SET amount = 1000001 WHERE journal_id = (SELECT id FROM journals WHERE kind = 'refund')",
      ['I11'],
    ],
    ['a digest’s count', 'ledger_digests', () => 'UPDATE ledger_digests SET transfers = transfers + 1', ['I14']],
    [
      'a digest’s signature',
      'ledger_digests',
      () => 'UPDATE ledger_digests SET signature = set_byte(signature, 0, 255 - get_byte(signature, 0))',
      ['I14'],
    ],
    [
      'a day without digest',
      'ledger_digests',
      () => 'DELETE FROM ledger_digests WHERE day = (SELECT day FROM ledger_digests ORDER BY day OFFSET 1 LIMIT 1)',
      ['I14'],
    ],
  ];
  test.each(alterations)('names %s', async (_what, table, sql, expected) => {
    const { ids, details } = await breaches(resale, table, sql());
    expect(ids).toEqual(expect.arrayContaining(expected));
    for (const detail of details) expect(detail).toMatch(/\w+ \S+/);
  });

  test('names a wallet below its floor, which no constraint would let pass', async () => {
    await resale.database.query('ALTER TABLE wallets DROP CONSTRAINT wallets_never_overdrawn');
    const { ids } = await breaches(resale, 'wallets', 'UPDATE wallets SET held = posted + 1');
    expect(ids).toContain('I6');
    await resale.database.query(
      'ALTER TABLE wallets ADD CONSTRAINT wallets_never_overdrawn CHECK (posted - held >= floor)',
    );
  });

  test.each([
    ['commission moved to the publisher', 'revenue:commission', 'payable:publisher:%'],
    ['the share moved to the platform', 'payable:publisher:%', 'revenue:commission'],
  ])('I7, I13: %s', async (_what, from, to) => {
    const move = `UPDATE transfers SET credit_account = ${account(to)} WHERE ${transferOf(published, from)}`;
    expect((await breaches(publisher, 'transfers', move)).ids).toEqual(expect.arrayContaining(['I7', 'I13']));
  });

  test('names the call, the wallet and both figures', async () => {
    const { details } = await breaches(
      resale,
      'wallets',
      "UPDATE wallets SET posted = posted + 1 WHERE bucket = 'paid'",
    );
    expect(details[0]).toMatch(/^wallet wallet:usr_\w+:paid: posted \d+1, transfers say \d+0$/);
  });

  test('of balances only gives up when its time is over', async () => {
    expect(await checkBalances(resale.database, 5_000)).toMatchObject({ ok: true });
    await resale.database.transaction(async (tx) => {
      await tx.query('LOCK TABLE transfers');
      await expect(checkBalances(resale.database, 50)).rejects.toThrow();
    });
  });
});

describe('digests of days', () => {
  test('are written once for each day that has ended, however many processes try', async () => {
    const books = await createTestLedger();
    await fill(books);
    const later = Date.now() + 5 * DAY_MS;
    const closed = await Promise.all([1, 2, 3].map(() => closeDays(books.database, signer, later)));
    expect(closed.flat()).toHaveLength(2);
    const days = (await readDigests(books.database)).map(({ day }) => day);
    expect(days).toHaveLength(5);
    expect(new Set(days).size).toBe(5);
    await books.close();
  });

  test('are not written for a day that has just ended, nor for empty books', async () => {
    const books = await createTestLedger();
    const midnight = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
    expect(await closeDays(books.database, signer, midnight)).toEqual([]);
    await books.fund(newId('usr'), 1n);
    expect(await closeDays(books.database, signer, midnight + 14 * 60_000)).toEqual([]);
    expect(await closeDays(books.database, signer, midnight + 16 * 60_000)).toHaveLength(1);
    await books.close();
  });
});

describe('what stands in the books', () => {
  test.each([
    'transfers',
    'journals',
    'holds',
    'hold_lines',
    'hold_resolutions',
    'receipts',
    'ledger_digests',
    'accounts',
    'price_versions',
    'audit_log',
  ])('rows of %s cannot be changed or deleted', async (table) => {
    await resale.database.query("INSERT INTO audit_log (action) VALUES ('test')");
    await expect(resale.database.query(`DELETE FROM ${table}`)).rejects.toThrow(/append-only|immutable|never/);
    const [column] = await resale.database.query<{ name: string }>(
      'SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND is_identity = $2 LIMIT 1',
      [table, 'NO'],
    );
    await expect(resale.database.query(`UPDATE ${table} SET ${column?.name} = ${column?.name}`)).rejects.toThrow(
      /append-only|immutable|never/,
    );
  });
});
