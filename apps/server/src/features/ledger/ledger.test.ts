import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { insertTopUp } from '../wallet/store.ts';
import type { HoldRequest } from './hold.ts';

const CALL = 1_000_000n;
/** 400 tokens in and 300 out at $1/$2 per million: exactly one CALL. */
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const END = {
  usage: USAGE,
  usageSource: 'provider' as const,
  reason: 'completed',
  attempts: [{ provider: 'test', outcome: 'completed', upstreamRequestId: 'up_1' }],
};
const VOID = { reason: 'upstream_error', attempts: [] };

let books: TestLedger;
beforeAll(async () => {
  books = await createTestLedger();
});
afterAll(() => books.close());
afterEach(async () => {
  const check = await books.ledger.check();
  expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
});

const request = (userId: string, amount: bigint, apiKey: HoldRequest['apiKey'] = null): HoldRequest => ({
  id: newId('req'),
  userId,
  apiKey,
  modelId: 'test/model',
  provider: 'test',
  price: books.price,
  payee: 'test',
  amount,
});

async function funded(nano: bigint): Promise<string> {
  const userId = newId('usr');
  await books.fund(userId, nano);
  return userId;
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('a hold', () => {
  test('sets money aside, and the settlement charges the usage and frees the rest', async () => {
    const userId = await funded(10n * CALL);
    const hold = await books.ledger.hold(request(userId, 3n * CALL));
    expect(await books.ledger.totals(userId)).toEqual({ posted: 10n * CALL, held: 3n * CALL, credited: 10n * CALL });
    const settled = await books.ledger.settle(hold, END);
    expect(settled).toEqual({ charged: CALL, overrun: 0n, balance: 9n * CALL });
    expect(await books.ledger.totals(userId)).toEqual({ posted: 9n * CALL, held: 0n, credited: 10n * CALL });
  });

  test('is refused with 402 and the three figures when the balance does not bear it', async () => {
    const userId = await funded(5n * CALL);
    await books.ledger.hold(request(userId, 3n * CALL)).then((hold) => books.ledger.void(hold, VOID));
    const open = await books.ledger.hold(request(userId, 3n * CALL));
    const error = await refusal(books.ledger.hold(request(userId, 3n * CALL)));
    expect(error.code).toBe('insufficient_balance');
    expect(error.extra).toEqual({ available_usd: '0.002000000', held_usd: '0.003000000', needed_usd: '0.003000000' });
    await books.ledger.void(open, VOID);
  });

  test('is refused with 402 for somebody who never had a wallet', async () => {
    expect((await refusal(books.ledger.hold(request(newId('usr'), 1n)))).code).toBe('insufficient_balance');
  });

  test('takes the last nano-dollar, and not one more', async () => {
    const userId = await funded(CALL);
    const hold = await books.ledger.hold(request(userId, CALL));
    expect((await refusal(books.ledger.hold(request(userId, 1n)))).code).toBe('insufficient_balance');
    await books.ledger.void(hold, VOID);
    expect((await books.ledger.totals(userId)).posted).toBe(CALL);
  });

  test('a void frees everything and charges nothing', async () => {
    const userId = await funded(CALL);
    const hold = await books.ledger.hold(request(userId, CALL));
    expect(await books.ledger.void(hold, VOID)).toEqual({ charged: 0n, overrun: 0n, balance: CALL });
    expect(await books.ledger.totals(userId)).toEqual({ posted: CALL, held: 0n, credited: CALL });
  });

  test('usage above the hold is charged up to the hold; the rest is the platform’s overrun', async () => {
    const userId = await funded(CALL);
    const hold = await books.ledger.hold(request(userId, CALL / 2n));
    expect(await books.ledger.settle(hold, END)).toEqual({
      charged: CALL / 2n,
      overrun: CALL / 2n,
      balance: CALL / 2n,
    });
  });

  test('grows while it streams, until the balance is used up', async () => {
    const userId = await funded(3n * CALL);
    const hold = await books.ledger.hold(request(userId, CALL));
    expect(await books.ledger.extend(hold, { nano: CALL, tokens: 0n })).toBe(true);
    expect(await books.ledger.extend(hold, { nano: CALL + 1n, tokens: 0n })).toBe(false);
    expect((await books.ledger.totals(userId)).held).toBe(2n * CALL);
    expect((await books.ledger.settle(hold, END)).charged).toBe(CALL);
  });

  test('an ended hold cannot grow', async () => {
    const userId = await funded(3n * CALL);
    const hold = await books.ledger.hold(request(userId, CALL));
    await books.ledger.void(hold, VOID);
    expect(await books.ledger.extend(hold, { nano: CALL, tokens: 0n })).toBe(false);
    expect(hold.lost).toBe(true);
    expect((await books.ledger.totals(userId)).held).toBe(0n);
  });
});

describe('under concurrency', () => {
  test.each([
    [200, 1],
    [400, 31],
    [500, 7],
  ])(
    '%i calls on a wallet for %i: exactly so many pass, the rest are 402, nothing is lost',
    async (calls, affordable) => {
      const userId = await funded(BigInt(affordable) * CALL + 17n);
      const second = books.second();
      const results = await Promise.allSettled(
        Array.from({ length: calls }, (_, index) => (index % 2 ? books.ledger : second).hold(request(userId, CALL))),
      );
      const holds = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
      const refused = results
        .filter((result) => result.status === 'rejected')
        .map((result) => (result.reason as AppError).code);
      expect(holds).toHaveLength(affordable);
      expect(new Set(refused)).toEqual(new Set(['insufficient_balance']));
      await Promise.all(holds.map((hold) => books.ledger.settle(hold, END)));
      expect(await books.ledger.totals(userId)).toMatchObject({ posted: 17n, held: 0n });
    },
  );

  test('three settles and a void of one hold: one of them wins, the others read what stands', async () => {
    const userId = await funded(100n * CALL);
    for (let round = 0; round < 25; round += 1) {
      const hold = await books.ledger.hold(request(userId, 2n * CALL));
      const before = (await books.ledger.totals(userId)).posted;
      const ends = await Promise.all([
        books.ledger.settle(hold, END),
        books.ledger.void(hold, VOID),
        books.ledger.settle(hold, END),
        books.ledger.settle(hold, END),
      ]);
      const charged = new Set(ends.map((end) => end.charged));
      expect(charged.size).toBe(1);
      const after = await books.ledger.totals(userId);
      expect(before - after.posted).toBe([...charged][0]);
      expect(after.held).toBe(0n);
    }
  });

  test('extensions and holds race without overspending', async () => {
    const userId = await funded(20n * CALL);
    const hold = await books.ledger.hold(request(userId, CALL));
    await Promise.allSettled([
      ...Array.from({ length: 30 }, () =>
        books.ledger.hold(request(userId, CALL)).then((each) => books.ledger.void(each, VOID)),
      ),
      ...Array.from({ length: 15 }, () => books.ledger.extend(hold, { nano: CALL, tokens: 0n })),
    ]);
    const { posted, held } = await books.ledger.totals(userId);
    expect(posted).toBe(20n * CALL);
    expect(held).toBe(hold.lines.reduce((sum, line) => sum + line.amount, 0n));
    await books.ledger.void(hold, VOID);
  });

  test('the same credit is booked once', async () => {
    const userId = newId('usr');
    const id = newId('top');
    await insertTopUp(books.database, { id, userId, amount: CALL });
    const credit = {
      idemKey: `topup:${id}`,
      kind: 'top_up' as const,
      userId,
      amount: CALL,
      from: 'asset:test_funds',
      details: {},
    };
    const booked = await Promise.all(
      Array.from({ length: 20 }, () => books.database.transaction((tx) => books.ledger.credit(tx, credit))),
    );
    expect(booked.filter(Boolean)).toHaveLength(1);
    expect(await books.ledger.balanceOf(userId)).toBe(CALL);
  });
});

describe('a key’s daily limit', () => {
  test('counts what is held and what was spent, and answers 429', async () => {
    const userId = await funded(100n * CALL);
    const apiKey = { id: newId('key'), dailyLimitNano: 3n * CALL };
    const first = await books.ledger.hold(request(userId, 2n * CALL, apiKey));
    expect((await refusal(books.ledger.hold(request(userId, 2n * CALL, apiKey)))).code).toBe('rate_limited');
    await books.ledger.settle(first, END);
    const second = await books.ledger.hold(request(userId, 2n * CALL, apiKey));
    expect(await books.ledger.extend(second, { nano: 1n, tokens: 0n })).toBe(false);
    expect(second.shortOf).toBe('key_limit');
    await books.ledger.void(second, VOID);
    const third = await books.ledger.hold(request(userId, 2n * CALL, apiKey));
    await books.ledger.settle(third, END);
    expect((await refusal(books.ledger.hold(request(userId, 2n * CALL, apiKey)))).code).toBe('rate_limited');
  });

  test('of the day a call began bears it after midnight, too', async () => {
    const userId = await funded(100n * CALL);
    const apiKey = { id: newId('key'), dailyLimitNano: 5n * CALL };
    const hold = await books.ledger.hold(request(userId, 2n * CALL, apiKey));
    const yesterday = "(now() AT TIME ZONE 'UTC')::date - 1";
    const [moved] = await books.database.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      await tx.query(`UPDATE holds SET limit_day = ${yesterday} WHERE id = $1`, [hold.id]);
      return tx.query<{ day: string }>(
        `UPDATE api_key_days SET day = ${yesterday} WHERE api_key_id = $1 RETURNING day::text`,
        [apiKey.id],
      );
    });
    Object.assign(hold.apiKeyDay!, moved);
    expect(await books.ledger.extend(hold, { nano: 3n * CALL, tokens: 0n })).toBe(true);
    expect(await books.ledger.extend(hold, { nano: 1n, tokens: 0n })).toBe(false);
    await books.ledger.settle(hold, END);
    const days = await books.database.query('SELECT day::text, held, spent FROM api_key_days WHERE api_key_id = $1', [
      apiKey.id,
    ]);
    expect(days).toEqual([{ day: moved?.day, held: 0n, spent: CALL }]);
  });

  test('a 402 leaves no reservation behind', async () => {
    const userId = await funded(CALL);
    const apiKey = { id: newId('key'), dailyLimitNano: 10n * CALL };
    expect((await refusal(books.ledger.hold(request(userId, 5n * CALL, apiKey)))).code).toBe('insufficient_balance');
    const rows = await books.database.query('SELECT held FROM api_key_days WHERE api_key_id = $1', [apiKey.id]);
    expect(rows).toEqual([]);
  });
});

describe('recovery', () => {
  const expire = (id: string) =>
    books.database.query("UPDATE hold_progress SET lease_until = now() - interval '41 seconds' WHERE hold_id = $1", [
      id,
    ]);

  test('a hold whose process died before any output is freed', async () => {
    const userId = await funded(CALL);
    const hold = await books.ledger.hold(request(userId, CALL));
    books.ledger.abandon(hold);
    await expire(hold.id);
    expect(await books.second().sweep()).toBe(1);
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: CALL, held: 0n });
  });

  test('one that had delivered is charged at its checkpoint, once, whoever sweeps', async () => {
    const userId = await funded(10n * CALL);
    const hold = await books.ledger.hold(request(userId, 5n * CALL));
    books.ledger.abandon(hold);
    await books.database.query('UPDATE hold_progress SET usage = $2 WHERE hold_id = $1', [
      hold.id,
      JSON.stringify(USAGE),
    ]);
    await expire(hold.id);
    const others = [books.second(), books.second(), books.ledger];
    const swept = await Promise.all(others.map((ledger) => ledger.sweep()));
    expect(swept.toSorted()).toEqual([0, 0, 1]);
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: 9n * CALL, held: 0n });
    const late = await books.ledger.settle(hold, { ...END, usage: { ...USAGE, outputTokens: 900 } });
    expect(late.charged).toBe(CALL);
  });

  test('one that cannot be ended keeps nobody else waiting', async () => {
    const [wrong, right] = [await funded(CALL), await funded(CALL)];
    const holds = [await books.ledger.hold(request(wrong, CALL)), await books.ledger.hold(request(right, CALL))];
    for (const hold of holds) {
      books.ledger.abandon(hold);
      await expire(hold.id);
    }
    await books.database.query('UPDATE wallets SET held = 5 WHERE user_id = $1', [wrong]);
    expect(await books.ledger.sweep()).toBe(1);
    expect(await books.ledger.totals(right)).toMatchObject({ posted: CALL, held: 0n });
    await books.database.query('UPDATE wallets SET held = $2 WHERE user_id = $1', [wrong, CALL]);
    expect(await books.ledger.sweep()).toBe(1);
    expect(await books.ledger.totals(wrong)).toMatchObject({ posted: CALL, held: 0n });
  });

  test('a live hold is left alone', async () => {
    const userId = await funded(CALL);
    const hold = await books.ledger.hold(request(userId, CALL));
    expect(await books.second().sweep()).toBe(0);
    await books.ledger.void(hold, VOID);
  });
});
