import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import {
  booksSigner,
  createBooksToFalsify,
  DAY_MS,
  type FalsifiedBooks,
  noonIn,
} from '../../testing/falsified-books.ts';
import { createTestLedger } from '../../testing/test-ledger.ts';
import { databaseNow, readDigests } from './digest-store.ts';
import { closeDays } from './digests.ts';
import { createSigner } from './receipt-signature.ts';
import { checkBalances, checkLedger } from './verify.ts';

const ALL = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12', 'I13', 'I14'];

let resale: FalsifiedBooks;
let publisher: FalsifiedBooks;
beforeAll(async () => {
  resale = await createBooksToFalsify('resale');
  publisher = await createBooksToFalsify('publisher');
});
afterAll(async () => {
  await resale?.close();
  await publisher?.close();
});

describe('the check of the books', () => {
  test('finds nothing wrong with honest books, and counts what it saw', async () => {
    for (const books of [resale, publisher]) {
      const check = await checkLedger(books.database, [booksSigner.key]);
      expect(check.invariants.filter(({ ok }) => !ok)).toEqual([]);
      expect(check.invariants.map(({ id }) => id)).toEqual(ALL);
      const [row] = await books.database.query<{ n: number }>('SELECT count(*)::int AS n FROM transfers');
      expect(check).toMatchObject({ ok: true, checked: row?.n });
    }
  });

  test('of balances only gives up when its time is over', async () => {
    expect(await checkBalances(resale.database, [booksSigner.key], 5_000)).toMatchObject({ ok: true });
    await resale.database.transaction(async (tx) => {
      await tx.query('LOCK TABLE transfers');
      await expect(checkBalances(resale.database, [booksSigner.key], 50)).rejects.toThrow();
    });
  });
});

describe('digests of days', () => {
  test('are written once for each day that has ended, however many processes try', async () => {
    const books = await createTestLedger();
    await books.fund(newId('usr'), 1n);
    const later = noonIn(5);
    const closed = await Promise.all([1, 2, 3].map(() => closeDays(books.database, booksSigner, later)));
    expect(closed.flat()).toHaveLength(5);
    const days = (await readDigests(books.database)).map(({ day }) => day);
    expect(days).toHaveLength(5);
    expect(new Set(days).size).toBe(5);
    await books.close();
  });

  test('are not written for a day that has just ended, nor for empty books', async () => {
    const books = await createTestLedger();
    const midnight = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
    expect(await closeDays(books.database, booksSigner, midnight)).toEqual([]);
    await books.fund(newId('usr'), 1n);
    expect(await closeDays(books.database, booksSigner, midnight + 14 * 60_000)).toEqual([]);
    expect(await closeDays(books.database, booksSigner, midnight + 16 * 60_000)).toHaveLength(1);
    await books.close();
  });
});

describe('digests of days', () => {
  test('wait for a transaction that began in the day and may still write', async () => {
    const books = await createTestLedger();
    await books.fund(newId('usr'), 1n);
    const midnight = (Math.floor((await databaseNow(books.database)) / DAY_MS) + 1) * DAY_MS;
    const soonAfter = midnight + 15 * 60_000 + 20;
    await books.database.transaction(async (tx) => {
      await tx.query('SELECT pg_sleep(0.05)');
      expect(await closeDays(books.database, booksSigner, soonAfter)).toEqual([]);
    });
    expect(await closeDays(books.database, booksSigner, soonAfter)).toHaveLength(1);
    await books.close();
  });

  test('are those of our keys only, of which there may be former ones', async () => {
    const books = await createTestLedger();
    await books.fund(newId('usr'), 1n);
    const former = createSigner(randomBytes(32));
    await closeDays(books.database, former, noonIn(1));
    await closeDays(books.database, booksSigner, noonIn(3));
    const broken = async (keys: Parameters<typeof checkLedger>[1]) =>
      (await checkLedger(books.database, keys)).invariants.filter(({ ok }) => !ok).map(({ id }) => id);
    expect(await broken([booksSigner.key])).toEqual(['I14']);
    expect(await broken([booksSigner.key, former.key])).toEqual([]);
    await books.close();
  });
});

describe('a clock that was ahead when days were closed', () => {
  test('dates nothing into them once it is right: money moves, and the books are right', async () => {
    const books = await createTestLedger();
    const userId = newId('usr');
    await books.fund(userId, 1_000_000_000n);
    await closeDays(books.database, booksSigner, noonIn(3));
    const closedUntil = Date.parse((await readDigests(books.database)).at(-1)?.day ?? '') + DAY_MS;
    await books.fund(userId, 1_000_000_000n);
    const hold = await books.ledger.hold({
      id: newId('req'),
      userId,
      apiKey: null,
      modelId: 'test/model',
      provider: 'test',
      price: books.price,
      payee: 'provider:test',
      amount: 1_000_000n,
    });
    const usage = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 50, reasoningTokens: 0 };
    await books.ledger.settle(hold, { usage, usageSource: 'provider', reason: 'completed', attempts: [] });
    const dates = await books.database.query<{ at: Date }>(
      `SELECT created_at AS at FROM transfers WHERE created_at > now() UNION SELECT created_at FROM journals WHERE created_at > now()
       UNION SELECT resolved_at FROM hold_resolutions`,
    );
    expect(dates).toEqual([{ at: new Date(closedUntil) }]);
    // The books are looked at on closing: what came later is not of the closed days.
    await books.close();
  });
});

describe('what stands in the books', () => {
  test.each([
    'transfers',
    'journals',
    'holds',
    'further_hold_lines',
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
