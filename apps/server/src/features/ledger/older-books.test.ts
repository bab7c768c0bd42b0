import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import type { Database } from '../../platform/database/database.ts';
import { migrate, readMigrations } from '../../platform/database/migrate.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';

const FUNDS = 1_000_000_000n;
const USAGE = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 50, reasoningTokens: 0 };

/** Puts the tables of calls as they were before migration 0017. */
const AS_BEFORE = `
  ALTER TABLE holds DISABLE TRIGGER USER;
  DROP VIEW hold_lines;
  ALTER TABLE further_hold_lines RENAME TO hold_lines;
  INSERT INTO hold_lines (hold_id, seq, account_id, amount)
    SELECT id, 1, line_account_id, line_amount FROM holds WHERE line_account_id IS NOT NULL;
  ALTER TABLE holds DROP COLUMN line_account_id, DROP COLUMN line_amount;
  ALTER TABLE holds ENABLE TRIGGER USER;
  DROP INDEX journals_one_charge, journals_by_key, journals_besides_charges;
  ALTER TABLE journals ADD CONSTRAINT journals_idem_key_key UNIQUE (idem_key);
  CREATE INDEX journals_of_refunds ON journals (hold_id) WHERE kind = 'refund';
  CREATE INDEX journals_of_corrections ON journals (user_id) WHERE kind IN ('adjustment', 'expiry');
  ALTER TABLE transfers DROP CONSTRAINT transfers_pkey, ADD PRIMARY KEY (id);
  CREATE INDEX transfers_by_journal ON transfers (journal_id);
  CREATE INDEX transfers_by_debit ON transfers (debit_account, id);
  CREATE INDEX transfers_by_credit ON transfers (credit_account, id);
  ALTER TABLE hold_resolutions ALTER attempts DROP DEFAULT, ALTER usage TYPE jsonb, ALTER attempts TYPE jsonb,
    ALTER attempts SET DEFAULT '[]';
  DELETE FROM schema_migrations WHERE version >= 17`;

let books: TestLedger;
beforeEach(async () => {
  books = await createTestLedger();
});
afterEach(() => books.close());

async function countRows(database: Database): Promise<unknown> {
  const tables = ['holds', 'hold_lines', 'hold_progress', 'hold_resolutions', 'journals', 'transfers', 'receipts'];
  const counts = tables.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`);
  const [row] = await database.query(
    `SELECT ${counts.join(', ')}, (SELECT sum(amount)::text FROM hold_lines) AS lines`,
  );
  return row;
}

test('books from before a hold had its first line in its own row are right, and gone on with', async () => {
  const { database, ledger, price } = books;
  const userId = newId('usr');
  await books.fund(userId, FUNDS);
  const hold = () =>
    ledger.hold({
      id: newId('req'),
      userId,
      apiKey: null,
      modelId: 'test/model',
      provider: 'test',
      price,
      payee: 'test',
      amount: 1_000_000n,
    });
  const settle = async () =>
    ledger.settle(await hold(), { usage: USAGE, usageSource: 'provider', reason: 'completed', attempts: [] });
  await settle();
  await settle();
  const open = await hold();
  const before = await countRows(database);
  const totals = await ledger.totals(userId);

  await database.query(AS_BEFORE);
  expect(await migrate(database, readMigrations().slice(0, 18))).toEqual([
    '0017-fewer-rows.sql',
    '0018-movements-by-person.sql',
  ]);

  expect(await countRows(database)).toEqual(before);
  expect(await ledger.totals(userId)).toEqual(totals);
  expect((await ledger.check()).ok).toBe(true);
  const { charged } = await ledger.settle(open, {
    usage: USAGE,
    usageSource: 'provider',
    reason: 'completed',
    attempts: [],
  });
  expect(charged).toBe(200_000n);
  await settle();
  expect(await ledger.totals(userId)).toMatchObject({ posted: FUNDS - 4n * 200_000n, held: 0n });
});
