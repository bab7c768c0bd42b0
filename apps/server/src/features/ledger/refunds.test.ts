import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { bookAdjustment } from './adjustments.ts';
import { bookGrant } from './grants.ts';
import type { HoldRequest } from './hold.ts';
import { bookRefund, quoteRefund } from './refunds.ts';

const CALL = 1_000_000n;
/** 400 tokens in and 300 out at $1/$2 per million: exactly one CALL, at a cost of 0.7 CALL. */
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const END = { usage: USAGE, usageSource: 'provider' as const, reason: 'completed', attempts: [] };
const VOID = { reason: 'upstream_error', attempts: [] };

let resale: TestLedger;
let publisher: TestLedger;
beforeAll(async () => {
  resale = await createTestLedger('resale');
  publisher = await createTestLedger('publisher');
});
afterAll(async () => {
  await resale?.close();
  await publisher?.close();
});
afterEach(async () => {
  for (const books of [resale, publisher]) {
    const check = await books.ledger.check();
    expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
  }
});

async function call(books: TestLedger, userId: string, amount = 3n * CALL, more: Partial<HoldRequest> = {}) {
  const request = { userId, apiKey: null, modelId: 'test/model', provider: 'test', price: books.price, payee: 'test' };
  const hold = await books.ledger.hold({ id: newId('req'), amount, ...request, ...more });
  await books.ledger.settle(hold, END);
  return hold.id;
}

async function funded(books: TestLedger, nano: bigint): Promise<string> {
  const userId = newId('usr');
  await books.fund(userId, nano);
  return userId;
}

async function grant(books: TestLedger, userId: string, amount: bigint): Promise<string> {
  const id = newId('gnt');
  const expiresAt = new Date(Date.now() + 86_400_000);
  const given = { id, userId, amount, expiresAt, reason: 'a gift', actorId: 'usr_admin' };
  await books.database.transaction((tx) => bookGrant(tx, given));
  return id;
}

const refund = (books: TestLedger, callId: string, amount: bigint | null = null) =>
  books.database.transaction((tx) => bookRefund(tx, { callId, amount, reason: 'it was wrong', actorId: 'usr_admin' }));

/** Credits less debits of an account. */
async function balance(books: TestLedger, code: string): Promise<bigint> {
  const [row] = await books.database.query<{ sum: bigint }>(
    `SELECT (COALESCE(sum(amount) FILTER (WHERE a.id = credit_account), 0) - COALESCE(sum(amount) FILTER (WHERE a.id = debit_account), 0))::bigint AS sum
     FROM accounts a LEFT JOIN transfers ON a.id IN (credit_account, debit_account) WHERE code = $1`,
    [code],
  );
  return row!.sum;
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('a refund', () => {
  test('of a resold call gives back what the buyer paid out of what the house took; the provider stays owed', async () => {
    const userId = await funded(resale, 10n * CALL);
    const [revenue, cost] = await Promise.all([
      balance(resale, 'revenue:resale'),
      balance(resale, 'expense:provider_cost'),
    ]);
    const callId = await call(resale, userId);
    expect(await refund(resale, callId)).toMatchObject({
      userId,
      amount: CALL,
      toPaid: CALL,
      toPromo: 0n,
      expired: 0n,
    });
    expect(await resale.ledger.balanceOf(userId)).toBe(10n * CALL);
    expect(await balance(resale, 'revenue:resale')).toBe(revenue);
    expect(await balance(resale, 'expense:provider_cost')).toBe(cost - (CALL * 7n) / 10n);
  });

  test('of a publisher’s call takes commission and share back at the split of the charge', async () => {
    const userId = await funded(publisher, 10n * CALL);
    const before = await Promise.all(
      ['revenue:commission', 'payable:publisher:test'].map((code) => balance(publisher, code)),
    );
    const callId = await call(publisher, userId);
    expect(await refund(publisher, callId, CALL / 2n)).toMatchObject({
      fromPublisher: (CALL * 7n) / 20n,
      refunded: CALL / 2n,
    });
    expect(await balance(publisher, 'revenue:commission')).toBe(before[0]! + (CALL * 3n) / 20n);
    await refund(publisher, callId);
    const after = await Promise.all(
      ['revenue:commission', 'payable:publisher:test'].map((code) => balance(publisher, code)),
    );
    expect(after).toEqual(before);
    expect(await publisher.ledger.balanceOf(userId)).toBe(10n * CALL);
  });

  test('in any parts sums up exactly to what the call charged and to its split', async () => {
    const userId = await funded(publisher, 100n * CALL);
    const sizes = fc.array(fc.bigInt({ min: 1n, max: CALL }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes, async (parts) => {
        const codes = ['revenue:commission', 'payable:publisher:test'];
        const before = await Promise.all(codes.map((code) => balance(publisher, code)));
        const callId = await call(publisher, userId);
        let left = CALL;
        for (const part of parts) {
          const size = part < left ? part : left;
          if (size > 0n) left = CALL - (await refund(publisher, callId, size)).refunded;
        }
        if (left > 0n) await refund(publisher, callId);
        expect(await Promise.all(codes.map((code) => balance(publisher, code)))).toEqual(before);
        expect(await publisher.ledger.balanceOf(userId)).toBe(100n * CALL);
      }),
      { numRuns: 15 },
    );
  });

  test('gives paid money back first, then promotional money to the grant it came from', async () => {
    const userId = await funded(resale, 10n * CALL);
    const grantId = await grant(resale, userId, CALL / 4n);
    const promo = `wallet:${userId}:promo:${grantId}`;
    const callId = await call(resale, userId);
    expect(await balance(resale, promo)).toBe(0n);
    expect(await refund(resale, callId, CALL / 2n)).toMatchObject({ toPaid: CALL / 2n, toPromo: 0n });
    expect(await refund(resale, callId)).toMatchObject({ toPaid: CALL / 4n, toPromo: CALL / 4n });
    expect(await balance(resale, promo)).toBe(CALL / 4n);
  });

  test('of promotional money that has expired meanwhile goes to breakage, not to the buyer', async () => {
    const userId = await funded(resale, 10n * CALL);
    await grant(resale, userId, CALL / 4n);
    const callId = await call(resale, userId);
    await resale.database.query(
      "UPDATE wallets SET expires_at = now() - interval '1 second' WHERE user_id = $1 AND bucket = 'promo'",
      [userId],
    );
    const before = await balance(resale, 'revenue:breakage');
    expect(await refund(resale, callId)).toMatchObject({ toPaid: (CALL * 3n) / 4n, toPromo: 0n, expired: CALL / 4n });
    expect(await balance(resale, 'revenue:breakage')).toBe(before + CALL / 4n);
    expect(await resale.ledger.balanceOf(userId)).toBe(10n * CALL);
  });

  test('names its journal by the call and the count', async () => {
    const callId = await call(resale, await funded(resale, 10n * CALL));
    await refund(resale, callId, 1n);
    await refund(resale, callId, 2n);
    const rows = await resale.database.query<{ idem_key: string }>(
      "SELECT idem_key FROM journals WHERE hold_id = $1 AND kind = 'refund' ORDER BY id",
      [callId],
    );
    expect(rows.map((row) => row.idem_key)).toEqual([`refund:${callId}:1`, `refund:${callId}:2`]);
  });

  test('of more than is left is refused with the figures; nothing is booked', async () => {
    const userId = await funded(resale, 10n * CALL);
    const callId = await call(resale, userId);
    await refund(resale, callId, CALL - 5n);
    const error = await refusal(refund(resale, callId, 6n));
    expect(error.code).toBe('conflict');
    expect(error.extra).toEqual({
      charged_usd: '0.001000000',
      refunded_usd: '0.000999995',
      left_usd: '0.000000005',
      needed_usd: '0.000000006',
    });
    expect((await refund(resale, callId)).amount).toBe(5n);
    expect((await refusal(refund(resale, callId))).code).toBe('conflict');
    expect(await resale.ledger.balanceOf(userId)).toBe(10n * CALL);
  });

  test('of a call that runs, was freed, or never was is refused', async () => {
    const userId = await funded(resale, 10n * CALL);
    const request = {
      userId,
      apiKey: null,
      modelId: 'test/model',
      provider: 'test',
      price: resale.price,
      payee: 'test',
    };
    const hold = await resale.ledger.hold({ id: newId('req'), amount: CALL, ...request });
    expect((await refusal(refund(resale, hold.id))).code).toBe('conflict');
    await resale.ledger.void(hold, VOID);
    expect((await refusal(refund(resale, hold.id))).code).toBe('conflict');
    expect((await refusal(refund(resale, 'req_none'))).code).toBe('not_found');
  });
});

describe('under concurrency', () => {
  test('of a call that ends while it is asked for is refused: its size was not known, and nothing is locked', async () => {
    const userId = await funded(resale, 10n * CALL);
    const parties = { modelId: 'test/model', provider: 'test', price: resale.price, payee: 'test' };
    const id = newId('req');
    const hold = await resale.ledger.hold({ id, amount: 3n * CALL, userId, apiKey: null, ...parties });
    expect((await refusal(quoteRefund(resale.database, { callId: id, amount: null }))).code).toBe('conflict');
    const late = resale.database.transaction((tx) => {
      const query: typeof tx.query = async (text, ...rest) => {
        const rows = await tx.query<never>(text, ...rest);
        if (text.includes('hold_resolutions WHERE hold_id = $1 FOR UPDATE')) await resale.ledger.settle(hold, END);
        return rows;
      };
      return bookRefund({ query }, { callId: id, amount: null, reason: 'it was wrong', actorId: 'usr_admin' });
    });
    expect((await refusal(late)).message).toContain('still running');
    expect(await quoteRefund(resale.database, { callId: id, amount: null })).toEqual({ userId, amount: CALL });
    expect(await refund(resale, id)).toMatchObject({ amount: CALL });
  });

  test('50 refunds of a call at the same time never give back more than it cost', async () => {
    const userId = await funded(publisher, 10n * CALL);
    const codes = ['revenue:commission', 'payable:publisher:test'];
    const before = await Promise.all(codes.map((code) => balance(publisher, code)));
    const callId = await call(publisher, userId);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => refund(publisher, callId, CALL / 7n)));
    const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason.code);
    expect(refused).toHaveLength(43);
    expect(new Set(refused)).toEqual(new Set(['conflict']));
    expect(await publisher.ledger.balanceOf(userId)).toBe(9n * CALL + 7n * (CALL / 7n));
    await refund(publisher, callId);
    expect(await Promise.all(codes.map((code) => balance(publisher, code)))).toEqual(before);
  });

  test('50 whole refunds: one of them is booked', async () => {
    const userId = await funded(resale, 10n * CALL);
    const callId = await call(resale, userId);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => refund(resale, callId)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await resale.ledger.balanceOf(userId)).toBe(10n * CALL);
  });

  test('refunds, spending and money taken back on one wallet: never more leaves it than came in', async () => {
    for (let round = 0; round < 10; round += 1) {
      const userId = await funded(resale, 5n * CALL);
      await grant(resale, userId, CALL / 3n);
      const first = await Promise.all([call(resale, userId, CALL), call(resale, userId, CALL)]);
      const other = resale.second();
      let taken = 0n;
      let refunded = 0n;
      let spent = 2n * CALL;
      const spend = async () => {
        const request = {
          userId,
          apiKey: null,
          modelId: 'test/model',
          provider: 'test',
          price: resale.price,
          payee: 'test',
        };
        const hold = await other.hold({ id: newId('req'), amount: CALL, ...request });
        const { charged } = await other.settle(hold, END);
        spent += charged;
      };
      const take = async () => {
        const adjustment = { id: newId('adj'), userId, amount: -CALL, reason: 'taken back', actorId: 'usr_admin' };
        await resale.database.transaction((tx) => bookAdjustment(tx, adjustment));
        taken += CALL;
      };
      const giveBack = async (callId: string) => {
        const { amount } = await refund(resale, callId, CALL / 2n);
        refunded += amount;
      };
      const results = await Promise.allSettled([
        ...Array.from({ length: 8 }, spend),
        ...Array.from({ length: 6 }, take),
        ...Array.from({ length: 4 }, (_, index) => giveBack(first[index % 2]!)),
      ]);
      for (const result of results)
        if (result.status === 'rejected') expect(['insufficient_balance', 'conflict']).toContain(result.reason.code);
      expect(refunded).toBe(2n * CALL);
      const { posted, held } = await resale.ledger.totals(userId);
      expect(held).toBe(0n);
      expect(posted).toBe(5n * CALL + CALL / 3n + refunded - spent - taken);
      expect(posted >= 0n).toBe(true);
    }
  });
});

describe('an adjustment', () => {
  const adjust = (userId: string, amount: bigint, id = newId('adj')) =>
    resale.database.transaction((tx) =>
      bookAdjustment(tx, { id, userId, amount, reason: 'a correction', actorId: 'usr_admin' }),
    );

  test('gives from expense and takes to revenue, in the paid wallet', async () => {
    const userId = newId('usr');
    const [given, taken] = await Promise.all([
      balance(resale, 'expense:adjustment'),
      balance(resale, 'revenue:adjustment'),
    ]);
    await adjust(userId, 5n * CALL);
    await adjust(userId, -2n * CALL);
    expect(await balance(resale, `wallet:${userId}:paid`)).toBe(3n * CALL);
    expect(await balance(resale, 'expense:adjustment')).toBe(given - 5n * CALL);
    expect(await balance(resale, 'revenue:adjustment')).toBe(taken + 2n * CALL);
    expect(await resale.ledger.totals(userId)).toEqual({ posted: 3n * CALL, held: 0n, credited: 3n * CALL });
  });

  test('takes what is available to the last nano-dollar, and neither held nor promotional money', async () => {
    const userId = await funded(resale, 5n * CALL);
    await grant(resale, userId, CALL);
    const request = {
      userId,
      apiKey: null,
      modelId: 'test/model',
      provider: 'test',
      price: resale.price,
      payee: 'test',
    };
    const hold = await resale.ledger.hold({ id: newId('req'), amount: 3n * CALL, ...request });
    const error = await refusal(adjust(userId, -3n * CALL - 1n));
    expect(error.code).toBe('conflict');
    expect(error.extra).toEqual({ available_usd: '0.003000000', held_usd: '0.002000000', needed_usd: '0.003000001' });
    await adjust(userId, -3n * CALL);
    expect((await refusal(adjust(userId, -1n))).code).toBe('conflict');
    await resale.ledger.void(hold, VOID);
    expect(await resale.ledger.totals(userId)).toMatchObject({ posted: 3n * CALL, held: 0n });
  });

  test('of somebody without a wallet takes nothing', async () => {
    expect((await refusal(adjust(newId('usr'), -1n))).extra).toMatchObject({ available_usd: '0.000000000' });
  });

  test('under one id is booked once', async () => {
    const userId = newId('usr');
    const id = newId('adj');
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => adjust(userId, CALL, id)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await resale.ledger.balanceOf(userId)).toBe(CALL);
  });
});
