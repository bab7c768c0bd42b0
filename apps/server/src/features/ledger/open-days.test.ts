import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { newId } from '../../lib/id.ts';
import {
  age,
  booksSigner,
  createOpenDaysToFalsify,
  type FalsifiedBooks,
  falsify,
  noonIn,
} from '../../testing/falsified-books.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { databaseNow, firstOpenDay, readDigests } from './digest-store.ts';
import { closeDays, hasEndedDay } from './digests.ts';
import { readTrialBalance } from './trial-balance-store.ts';
import { checkBalances, checkLedger, checkOpenDays } from './verify.ts';

const KEYS = [booksSigner.key];
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };

let today: FalsifiedBooks;
beforeAll(async () => {
  today = await createOpenDaysToFalsify('resale');
});
afterAll(() => today?.close());

const closeEndedDays = async (books: TestLedger) =>
  closeDays(books.database, booksSigner, await databaseNow(books.database));

async function call(books: TestLedger, userId: string): Promise<string> {
  const terms = { apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test', price: books.price };
  const id = newId('req');
  const hold = await books.ledger.hold({ ...terms, id, userId, amount: 2_000_000n });
  await books.ledger.settle(hold, { usage: USAGE, usageSource: 'provider', reason: 'completed', attempts: [] });
  return id;
}

/** Dates the ends of calls a day later. */
async function dateDayLater({ database }: TestLedger, calls: readonly string[]): Promise<void> {
  const [ofCalls, later] = ['hold_id = ANY($1)', "+ interval '1 day'"];
  await database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query(`UPDATE hold_resolutions SET resolved_at = resolved_at ${later} WHERE ${ofCalls}`, [calls]);
    await tx.query(`UPDATE journals SET created_at = created_at ${later} WHERE ${ofCalls}`, [calls]);
    await tx.query(
      `UPDATE transfers SET created_at = created_at ${later} WHERE journal_id IN (SELECT id FROM journals WHERE ${ofCalls})`,
      [calls],
    );
  });
}

/** All that was ever moved, by account, as the transfers say. */
const fold = (books: TestLedger) =>
  books.database.query<{ account_id: bigint; debits: string; credits: string }>(
    `SELECT account_id, sum(debit)::text AS debits, sum(credit)::text AS credits FROM (
       SELECT debit_account AS account_id, amount AS debit, 0 AS credit FROM transfers UNION ALL SELECT credit_account, 0, amount FROM transfers
     ) legs GROUP BY 1 ORDER BY 1`,
  );
const closedBalances = (books: TestLedger) =>
  books.database.query(
    'SELECT account_id, debits::text AS debits, credits::text AS credits FROM closed_balances ORDER BY 1',
  );

describe('the check of the open days', () => {
  test('applies every rule to what was written since the last closed day, and to nothing before', async () => {
    const since = await firstOpenDay(today.database);
    const check = await checkOpenDays(today.database, KEYS);
    const [row] = await today.database.query<{ n: number; all: number }>(
      `SELECT count(*) FILTER (WHERE created_at >= $1::date::timestamp AT TIME ZONE 'UTC')::int AS n, count(*)::int AS all FROM transfers`,
      [since],
    );
    expect(check.invariants.filter(({ ok }) => !ok)).toEqual([]);
    expect(check.invariants).toHaveLength(14);
    expect(check).toMatchObject({ ok: true, since, checked: row?.n });
    expect(row?.n).toBeLessThan(row?.all ?? 0);
  });

  test('reads everything while no day is closed', async () => {
    const books = await createTestLedger();
    await books.fund(newId('usr'), 1n);
    expect(await checkOpenDays(books.database, KEYS)).toMatchObject({ ok: true, since: null, checked: 1 });
    await books.close();
  });

  test('believes the closed days, which the whole check reads again', async () => {
    const oldest = 'UPDATE transfers SET amount = amount + 1 WHERE id = (SELECT min(id) FROM transfers)';
    expect((await falsify(today, 'transfers', oldest, checkOpenDays)).ids).toEqual([]);
    expect((await falsify(today, 'transfers', oldest)).ids).toEqual(expect.arrayContaining(['I1', 'I14']));
  });

  test('finds a chain unbroken whose receipts of midnight fell on both days, as by a clock that was put back', async () => {
    const books = await createTestLedger();
    const userId = newId('usr');
    await books.fund(userId, 90_000_000n);
    const [first, , third] = [await call(books, userId), await call(books, userId), await call(books, userId)];
    await age(books.database, 2);
    await dateDayLater(books, [first, third]);
    await closeDays(books.database, booksSigner, noonIn(-1));
    expect(await checkOpenDays(books.database, KEYS)).toMatchObject({ ok: true, checked: 4 });
    expect(await checkLedger(books.database, KEYS)).toMatchObject({ ok: true });
    await books.close();
  });

  test('believes no digest of somebody else', async () => {
    const { invariants } = await checkOpenDays(today.database, []);
    expect(invariants.filter(({ ok }) => !ok)).toMatchObject([{ id: 'I14', detail: /is not ours/ }].map(expectDetail));
  });

  test('of balances is about everything, when there is time', async () => {
    expect(await checkBalances(today.database, KEYS, 10_000)).toMatchObject({ ok: true, since: null });
    const oldest = 'UPDATE transfers SET amount = amount + 1 WHERE id = (SELECT min(id) FROM transfers)';
    const run = (database: typeof today.database) => checkBalances(database, KEYS, 10_000);
    expect((await falsify(today, 'transfers', oldest, run)).ids).toEqual(['I1']);
  });
});

function expectDetail({ id, detail }: { id: string; detail: RegExp }) {
  return { id, detail: expect.stringMatching(detail) };
}

describe('closed balances', () => {
  test('are those of the transfers, after each of several days', async () => {
    const books = await createTestLedger();
    const userId = newId('usr');
    await books.fund(userId, 90_000_000n);
    for (const days of [2, 1, 2]) {
      await call(books, userId);
      await books.fund(newId('usr'), 1_000n);
      await age(books.database, days);
    }
    await call(books, userId);
    await age(books.database, 2);
    expect(await hasEndedDay(books.database, await databaseNow(books.database))).toBe(true);
    expect((await closeEndedDays(books)).length).toBeGreaterThanOrEqual(6);
    expect(await hasEndedDay(books.database, await databaseNow(books.database))).toBe(false);
    expect(await closedBalances(books)).toEqual(await fold(books));
    await call(books, userId);
    expect(await checkLedger(books.database, KEYS)).toMatchObject({ ok: true });
    expect(await checkOpenDays(books.database, KEYS)).toMatchObject({ ok: true, checked: 2 });
    await books.close();
  });

  test('are made of everything where days were closed before there were any', async () => {
    const books = await createTestLedger();
    const userId = newId('usr');
    await books.fund(userId, 90_000_000n);
    await age(books.database, 5);
    await closeEndedDays(books);
    await asBefore(books);
    expect(await checkLedger(books.database, KEYS)).toMatchObject({ ok: true });
    expect(await checkOpenDays(books.database, KEYS)).toMatchObject({ ok: true, since: null });
    await call(books, userId);
    await closeDays(books.database, booksSigner, noonIn(3));
    expect(await closedBalances(books)).toEqual(await fold(books));
    expect(await checkLedger(books.database, KEYS)).toMatchObject({ ok: true });
    await books.close();
  });
});

/** Rewrites the digests as the first version wrote them. */
async function asBefore({ database }: TestLedger): Promise<void> {
  let prev_hash: string | undefined;
  const rows = (await readDigests(database)).map((row) => {
    const { day, transfers, transfers_hash, chain_heads } = row;
    const said = { v: 1, day, transfers: transfers.toString(), transfers_hash, chain_heads };
    const prev = prev_hash ?? row.prev_hash;
    prev_hash = createHash('sha256')
      .update(canonicalJson({ ...said, prev_hash: prev }))
      .digest('hex');
    return { day, prev, hash: prev_hash, signature: booksSigner.sign('digest', prev_hash) };
  });
  await database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query('DELETE FROM closed_balances');
    for (const { day, prev, hash, signature } of rows)
      await tx.query(
        `UPDATE ledger_digests SET prev_hash = decode($2, 'hex'), hash = decode($3, 'hex'), signature = decode($4, 'base64'), balances_hash = NULL
         WHERE day = $1`,
        [day, prev, hash, signature],
      );
  });
}

test('the trial balance is the same, whether days are closed or not', async () => {
  const books = await createTestLedger();
  const userId = newId('usr');
  await books.fund(userId, 90_000_000n);
  await call(books, userId);
  await age(books.database, 3);
  await call(books, userId);
  const before = await readTrialBalance(books.database);
  await closeEndedDays(books);
  expect(await closedBalances(books)).not.toEqual(await fold(books));
  expect(await readTrialBalance(books.database)).toEqual(before);
  expect(before.find(({ code }) => code === 'wallet:*:paid')?.credits).toBe(90_000_000n);
  await books.close();
});

test('the trial balance counts nothing twice when a day is closed while it is read', async () => {
  const books = await createTestLedger();
  const userId = newId('usr');
  await books.fund(userId, 90_000_000n);
  await age(books.database, 3);
  await closeEndedDays(books);
  await call(books, userId);
  const before = await readTrialBalance(books.database);
  const { database } = books;
  const transaction: typeof database.transaction = (work, options) =>
    database.transaction(
      (tx) =>
        work({
          async query<T extends object>(text: string, ...more: [values?: readonly unknown[], name?: string]) {
            const rows = await tx.query<T>(text, ...more);
            if (text.includes('ledger_digests')) await closeDays(database, booksSigner, noonIn(3));
            return rows;
          },
        }),
      options,
    );
  expect(await readTrialBalance({ ...database, transaction })).toEqual(before);
  expect(await closedBalances(books)).toEqual(await fold(books));
  await books.close();
});
