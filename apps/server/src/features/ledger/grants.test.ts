import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { listMovements } from '../wallet/store.ts';
import { createGrantExpiry } from './grant-expiry.ts';
import { bookGrant } from './grants.ts';

const CALL = 1_000_000n;
const DAY_MS = 86_400_000;
/** 400 tokens in and 300 out at $1/$2 per million: exactly one CALL. */
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const END = { usage: USAGE, usageSource: 'provider' as const, reason: 'completed', attempts: [] };
const VOID = { reason: 'upstream_error', attempts: [] };

let books: TestLedger;
let expiry: ReturnType<typeof createGrantExpiry>;
beforeAll(async () => {
  books = await createTestLedger();
  expiry = createGrantExpiry({ database: books.database, clock: createFakeClock(), logger: createLogger('silent') });
});
afterAll(async () => {
  expiry.close();
  await books.close();
});
afterEach(async () => {
  const check = await books.ledger.check();
  expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
});

async function grant(userId: string, amount: bigint, days: number): Promise<string> {
  const id = newId('gnt');
  const expiresAt = new Date(Date.now() + days * DAY_MS);
  await books.database.transaction((tx) =>
    bookGrant(tx, { id, userId, amount, expiresAt, reason: 'a gift', actorId: 'usr_admin' }),
  );
  return id;
}

const lapse = (grantId: string, ago = '1 second') =>
  books.database.query(
    "UPDATE wallets SET expires_at = now() - $2::interval WHERE account_id = (SELECT id FROM accounts WHERE code LIKE '%:promo:' || $1)",
    [grantId, ago],
  );
const left = async (grantId: string): Promise<bigint> => {
  const [row] = await books.database.query<{ posted: bigint }>(
    "SELECT posted FROM wallets JOIN accounts ON id = account_id WHERE code LIKE '%:promo:' || $1",
    [grantId],
  );
  return row!.posted;
};
const breakage = async (): Promise<bigint> => {
  const [row] = await books.database.query<{ sum: bigint }>(
    "SELECT COALESCE(sum(amount), 0)::bigint AS sum FROM transfers JOIN accounts a ON a.id = credit_account WHERE code = 'revenue:breakage'",
  );
  return row!.sum;
};
const hold = (userId: string, amount: bigint) =>
  books.ledger.hold({
    id: newId('req'),
    userId,
    apiKey: null,
    modelId: 'test/model',
    provider: 'test',
    price: books.price,
    payee: 'test',
    amount,
  });

describe('a grant', () => {
  test('can be spent, and is no paid money', async () => {
    const userId = newId('usr');
    await grant(userId, 3n * CALL, 5);
    await books.ledger.settle(await hold(userId, 2n * CALL), END);
    expect(await books.ledger.totals(userId)).toEqual({ posted: 2n * CALL, held: 0n, credited: 3n * CALL });
  });

  test('under one id is booked once, however many give it at the same time', async () => {
    const userId = newId('usr');
    const id = newId('gnt');
    const expiresAt = new Date(Date.now() + DAY_MS);
    const given = await Promise.allSettled(
      Array.from({ length: 100 }, () =>
        books.database.transaction((tx) =>
          bookGrant(tx, { id, userId, amount: CALL, expiresAt, reason: 'a gift', actorId: 'usr_admin' }),
        ),
      ),
    );
    expect(given.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await books.ledger.balanceOf(userId)).toBe(CALL);
  });

  test('is spent before paid money, and the one that expires first before the others', async () => {
    const userId = newId('usr');
    await books.fund(userId, 10n * CALL);
    const late = await grant(userId, CALL, 30);
    const soon = await grant(userId, CALL / 2n, 2);
    const middle = await grant(userId, CALL, 7);
    const spend = async () => books.ledger.settle(await hold(userId, CALL), END);
    await spend();
    expect(await Promise.all([soon, middle, late].map(left))).toEqual([0n, CALL / 2n, CALL]);
    await spend();
    expect(await Promise.all([soon, middle, late].map(left))).toEqual([0n, 0n, CALL / 2n]);
    await spend();
    expect(await left(late)).toBe(0n);
    expect((await books.ledger.totals(userId)).posted).toBe(9n * CALL + CALL / 2n);
  });

  test('cannot be spent once it has expired, nor counts as a balance, though it is not booked yet', async () => {
    const userId = newId('usr');
    await books.fund(userId, CALL);
    await lapse(await grant(userId, 5n * CALL, 1));
    expect(await books.ledger.totals(userId)).toEqual({ posted: CALL, held: 0n, credited: CALL });
    await expect(hold(userId, CALL + 1n)).rejects.toMatchObject({ code: 'insufficient_balance' });
    expect((await books.ledger.void(await hold(userId, CALL), VOID)).balance).toBe(CALL);
    await expiry.run();
    expect(await books.ledger.totals(userId)).toEqual({ posted: CALL, held: 0n, credited: CALL });
  });
});

describe('expiry', () => {
  test('books what is left to breakage, once, however many processes do it at the same time', async () => {
    const grants = await Promise.all(Array.from({ length: 40 }, () => grant(newId('usr'), CALL, 1)));
    const kept = await grant(newId('usr'), CALL, 1);
    for (const id of grants) await lapse(id);
    const before = await breakage();
    const booked = await Promise.all(Array.from({ length: 8 }, () => expiry.run()));
    expect(booked.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect((await breakage()) - before).toBe(40n * CALL);
    expect(await expiry.run()).toBe(0);
    expect(await left(kept)).toBe(CALL);
  });

  test('leaves what a running call holds, which can still be charged; the rest expires when the call has ended', async () => {
    const userId = newId('usr');
    const id = await grant(userId, 5n * CALL, 1);
    const [charged, voided] = [await hold(userId, 2n * CALL), await hold(userId, CALL)];
    await lapse(id);
    expect(await expiry.run()).toBe(1);
    expect(await left(id)).toBe(3n * CALL);
    expect(await expiry.run()).toBe(0);
    await books.ledger.settle(charged, END);
    expect(await left(id)).toBe(2n * CALL);
    await books.ledger.void(voided, VOID);
    expect(await expiry.run()).toBe(1);
    expect(await left(id)).toBe(0n);
    const keys = await books.database.query<{ idem_key: string }>(
      "SELECT idem_key FROM journals WHERE kind = 'expiry' AND user_id = $1 ORDER BY id",
      [userId],
    );
    expect(keys.map((row) => row.idem_key.replace(/^expiry:\d+:/, ''))).toEqual(['1', '2']);
  });

  test('races with the ends of calls without losing or doubling anything', async () => {
    const userId = newId('usr');
    const id = await grant(userId, 30n * CALL, 1);
    const holds = await Promise.all(Array.from({ length: 30 }, () => hold(userId, CALL)));
    await lapse(id);
    const before = await breakage();
    await Promise.all([
      ...holds.map((each, index) => (index % 2 ? books.ledger.void(each, VOID) : books.second().settle(each, END))),
      ...Array.from({ length: 10 }, () => expiry.run()),
    ]);
    await expiry.run();
    expect(await left(id)).toBe(0n);
    expect((await breakage()) - before).toBe(15n * CALL);
  });

  test('free tokens expire to their own account, not to money', async () => {
    const userId = newId('usr');
    const before = await breakage();
    await books.database.query(
      `WITH a AS (
         INSERT INTO accounts (code, kind, asset) VALUES ('wallet:' || $1 || ':tokens:g1', 'liability', 'FREE_TOKEN'), ('tokens:granted', 'expense', 'FREE_TOKEN') RETURNING id, code
       ),
       w AS (INSERT INTO wallets (account_id, user_id, bucket, posted, expires_at) SELECT id, $1, 'free_tokens', 1000, now() - interval '1 second' FROM a WHERE code LIKE 'wallet:%'),
       j AS (INSERT INTO journals (idem_key, kind, user_id) VALUES ('grant:' || $1, 'grant', $1) RETURNING id)
       INSERT INTO transfers (journal_id, debit_account, credit_account, amount)
       SELECT j.id, (SELECT id FROM a WHERE code = 'tokens:granted'), (SELECT id FROM a WHERE code LIKE 'wallet:%'), 1000 FROM j`,
      [userId],
    );
    expect(await expiry.run()).toBe(1);
    expect(await breakage()).toBe(before);
  });

  test('is not counted in what one had after a later movement, though it is not booked yet', async () => {
    const userId = newId('usr');
    await books.fund(userId, 3n * CALL);
    await lapse(await grant(userId, 5n * CALL, 1));
    await books.ledger.settle(await hold(userId, CALL), END);
    const filter = { userId, kind: null, model: null, from: null, to: null, beforeId: null, limit: 10, offset: 0 };
    const newest = async () => {
      const [row] = (await listMovements(books.database, filter)).rows;
      return [row?.kind, row?.balance_after];
    };
    const { posted } = await books.ledger.totals(userId);
    expect(posted).toBe(2n * CALL);
    expect(await newest()).toEqual(['charge', posted]);
    await expiry.run();
    expect(await newest()).toEqual(['expiry', posted]);
  });

  test('is booked by itself within seconds, so that the movements soon sum up to the balance again', async () => {
    const clock = createFakeClock();
    const expiring = createGrantExpiry({ database: books.database, clock, logger: createLogger('silent') });
    const id = await grant(newId('usr'), CALL, 1);
    await lapse(id);
    clock.advance(2_000);
    await expect.poll(() => left(id)).toBe(0n);
    expiring.close();
  });

  test('is booked by itself every minute, however long ago it was', async () => {
    const clock = createFakeClock();
    const expiring = createGrantExpiry({ database: books.database, clock, logger: createLogger('silent') });
    const [old, recent] = [await grant(newId('usr'), CALL, 1), await grant(newId('usr'), CALL, 1)];
    await lapse(old, '1 day');
    await lapse(recent);
    clock.advance(58_000);
    await expect.poll(() => left(recent)).toBe(0n);
    expect(await left(old)).toBe(CALL);
    clock.advance(2_000);
    await expect.poll(() => left(old)).toBe(0n);
    expiring.close();
  });

  test('waits while no money moves', async () => {
    const clock = createFakeClock();
    const moneyGuard = { reason: (): string | null => 'the books are wrong' };
    const deps = { database: books.database, clock, logger: createLogger('silent'), moneyGuard };
    const expiring = createGrantExpiry(deps);
    const id = await grant(newId('usr'), CALL, 1);
    await lapse(id);
    clock.advance(60_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await left(id)).toBe(CALL);
    moneyGuard.reason = () => null;
    clock.advance(60_000);
    await expect.poll(() => left(id)).toBe(0n);
    expiring.close();
  });
});
