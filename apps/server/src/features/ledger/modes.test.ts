import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import type { PriceVersion } from '../catalog/price.ts';
import { accountIds } from './account-store.ts';
import type { HoldRequest } from './hold.ts';

const CALL = 1_000_000n;
/** 400 tokens in and 300 out at $1/$2 per million: exactly one CALL, at a cost of 0.7 CALL. */
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const TOKENS = 700n;
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

const request = (books: TestLedger, userId: string, more: Partial<HoldRequest> = {}): HoldRequest => ({
  id: newId('req'),
  userId,
  apiKey: null,
  modelId: 'test/model',
  provider: 'test',
  price: books.price,
  payee: 'test',
  amount: 3n * CALL,
  ...more,
});

async function funded(books: TestLedger, nano: bigint): Promise<string> {
  const userId = newId('usr');
  await books.fund(userId, nano);
  return userId;
}

/** Gives somebody free tokens that end in an hour. */
async function grantTokens(books: TestLedger, userId: string, tokens: bigint): Promise<bigint> {
  const code = `wallet:${userId}:tokens:${newId('jrn')}`;
  return books.database.transaction(async (tx) => {
    const ids = await accountIds(tx, [code, 'tokens:granted']);
    await tx.query(
      "INSERT INTO wallets (account_id, user_id, bucket, expires_at, posted) VALUES ($1, $2, 'free_tokens', now() + interval '1 hour', $3)",
      [ids.get(code), userId, tokens],
    );
    await tx.query(
      `WITH j AS (INSERT INTO journals (idem_key, kind, user_id) VALUES ($1, 'grant', $2) RETURNING id)
       INSERT INTO transfers (journal_id, debit_account, credit_account, amount) SELECT id, $3, $4, $5 FROM j`,
      [`grant:${code}`, userId, ids.get('tokens:granted'), ids.get(code), tokens],
    );
    return ids.get(code) ?? 0n;
  });
}

async function tokensOf(books: TestLedger, userId: string): Promise<{ posted: bigint; held: bigint }> {
  const [row] = await books.database.query<{ posted: bigint; held: bigint }>(
    "SELECT sum(posted)::bigint AS posted, sum(held)::bigint AS held FROM wallets WHERE user_id = $1 AND bucket = 'free_tokens'",
    [userId],
  );
  return row ?? { posted: 0n, held: 0n };
}

/** What one call moved, as `from → to: amount` in the order of the accounts' names. */
async function movesOf(books: TestLedger, holdId: string): Promise<string[]> {
  const rows = await books.database.query<{ move: string }>(
    `SELECT regexp_replace(d.code, '^wallet:[^:]+:([a-z]+).*', 'wallet:\\1') || ' → ' || c.code || ': ' || t.amount AS move
     FROM journals j JOIN transfers t ON t.journal_id = j.id JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
     WHERE j.hold_id = $1 ORDER BY 1`,
    [holdId],
  );
  return rows.map((row) => row.move);
}

describe('who gets what', () => {
  test('resale: the buyer’s whole price to the platform, the provider’s cost out of it', async () => {
    const hold = await resale.ledger.hold(request(resale, await funded(resale, 10n * CALL)));
    await resale.ledger.settle(hold, END);
    expect(await movesOf(resale, hold.id)).toEqual([
      'expense:provider_cost → payable:provider:test: 700000',
      'wallet:paid → revenue:resale: 1000000',
    ]);
  });

  test('a publisher’s model: thirty per cent to the platform, rounded down, the rest to the publisher', async () => {
    const hold = await publisher.ledger.hold(request(publisher, await funded(publisher, 10n * CALL)));
    const odd = { ...USAGE, inputTokens: 401, outputTokens: 300 };
    await publisher.ledger.settle(hold, { ...END, usage: odd });
    expect(await movesOf(publisher, hold.id)).toEqual([
      'wallet:paid → payable:publisher:test: 700700',
      'wallet:paid → revenue:commission: 300300',
    ]);
  });

  test('an own key at five per cent: only the fee, rounded up, and no cost of ours', async () => {
    const price: PriceVersion = { ...resale.price, mode: 'byok', feeBps: 500 };
    const hold = await resale.ledger.hold(request(resale, await funded(resale, CALL), { price, amount: CALL / 10n }));
    const odd = { ...USAGE, inputTokens: 401 };
    const { charged } = await resale.ledger.settle(hold, { ...END, usage: odd });
    expect(charged).toBe(50_050n);
    expect(await movesOf(resale, hold.id)).toEqual(['wallet:paid → revenue:byok_fee: 50050']);
  });

  test('an own key without a fee moves nothing, needs no balance, and has its receipt', async () => {
    const price: PriceVersion = { ...resale.price, mode: 'byok', feeBps: 0 };
    const hold = await resale.ledger.hold(request(resale, newId('usr'), { price, amount: 0n }));
    expect(await resale.ledger.settle(hold, END)).toMatchObject({ charged: 0n, overrun: 0n });
    expect(await movesOf(resale, hold.id)).toEqual([]);
    const [row] = await resale.database.query<{ body: string }>('SELECT body FROM receipts WHERE hold_id = $1', [
      hold.id,
    ]);
    expect(JSON.parse(row?.body ?? '{}')).toMatchObject({ mode: 'byok', charged_usd: '0.000000000' });
  });

  test('an own key’s call whose process died is charged the same fee', async () => {
    const price: PriceVersion = { ...resale.price, mode: 'byok', feeBps: 500 };
    const hold = await resale.ledger.hold(request(resale, await funded(resale, CALL), { price, amount: CALL / 10n }));
    resale.ledger.abandon(hold);
    await resale.database.query(
      "UPDATE hold_progress SET lease_until = now() - interval '1 hour', usage = $2 WHERE hold_id = $1",
      [hold.id, JSON.stringify(USAGE)],
    );
    await resale.ledger.sweep();
    expect(await movesOf(resale, hold.id)).toEqual(['wallet:paid → revenue:byok_fee: 50000']);
  });
});

describe('free tokens', () => {
  test('pay a whole call: the platform pays the price, the wallet of money stays as it is', async () => {
    const userId = await funded(resale, 5n * CALL);
    await grantTokens(resale, userId, 2_000n);
    const hold = await resale.ledger.hold(request(resale, userId, { tokensMax: 1_500n }));
    expect(await tokensOf(resale, userId)).toEqual({ posted: 2_000n, held: 1_500n });
    const settled = await resale.ledger.settle(hold, END);
    expect(settled).toEqual({ charged: 0n, overrun: 0n, balance: 5n * CALL });
    expect(await tokensOf(resale, userId)).toEqual({ posted: 2_000n - TOKENS, held: 0n });
    expect(await movesOf(resale, hold.id)).toEqual([
      'expense:free_tokens → revenue:resale: 1000000',
      'expense:provider_cost → payable:provider:test: 700000',
      'wallet:tokens → tokens:used: 700',
    ]);
  });

  test('give a publisher what a paying caller would have given', async () => {
    const userId = newId('usr');
    await grantTokens(publisher, userId, 2_000n);
    const hold = await publisher.ledger.hold(request(publisher, userId, { tokensMax: 1_000n }));
    await publisher.ledger.settle(hold, END);
    expect(await movesOf(publisher, hold.id)).toEqual([
      'expense:free_tokens → payable:publisher:test: 700000',
      'expense:free_tokens → revenue:commission: 300000',
      'wallet:tokens → tokens:used: 700',
    ]);
  });

  test('that do not suffice for the whole call are left alone: money pays', async () => {
    const userId = await funded(resale, 5n * CALL);
    await grantTokens(resale, userId, 1_499n);
    const hold = await resale.ledger.hold(request(resale, userId, { tokensMax: 1_500n }));
    expect((await resale.ledger.settle(hold, END)).charged).toBe(CALL);
    expect(await tokensOf(resale, userId)).toEqual({ posted: 1_499n, held: 0n });
  });

  test('that have ended pay nothing', async () => {
    const userId = await funded(resale, 5n * CALL);
    const wallet = await grantTokens(resale, userId, 9_000n);
    await resale.database.query("UPDATE wallets SET expires_at = now() - interval '1 s' WHERE account_id = $1", [
      wallet,
    ]);
    const hold = await resale.ledger.hold(request(resale, userId, { tokensMax: 1_500n }));
    expect((await resale.ledger.settle(hold, END)).charged).toBe(CALL);
  });

  test('come back when the call costs nothing', async () => {
    const userId = newId('usr');
    await grantTokens(resale, userId, 2_000n);
    const hold = await resale.ledger.hold(request(resale, userId, { tokensMax: 1_500n }));
    await resale.ledger.void(hold, VOID);
    expect(await tokensOf(resale, userId)).toEqual({ posted: 2_000n, held: 0n });
  });

  test('grow with a stream, in tokens', async () => {
    const userId = newId('usr');
    await grantTokens(resale, userId, 2_000n);
    const hold = await resale.ledger.hold(request(resale, userId, { tokensMax: 500n }));
    expect(await resale.ledger.extend(hold, { nano: 1n, tokens: 1_000n })).toBe(true);
    expect(await resale.ledger.extend(hold, { nano: 1n, tokens: 501n })).toBe(false);
    await resale.ledger.settle(hold, END);
    expect(await tokensOf(resale, userId)).toEqual({ posted: 2_000n - TOKENS, held: 0n });
  });

  test('usage beyond what was held takes no more tokens than that', async () => {
    const userId = newId('usr');
    await grantTokens(resale, userId, 600n);
    const hold = await resale.ledger.hold(request(resale, userId, { tokensMax: 600n }));
    expect((await resale.ledger.settle(hold, END)).charged).toBe(0n);
    expect(await tokensOf(resale, userId)).toEqual({ posted: 0n, held: 0n });
  });

  test('for three calls serve three of a hundred at once; money serves its two, the rest are refused', async () => {
    const userId = await funded(resale, 6n * CALL);
    await grantTokens(resale, userId, 3_000n);
    const tries = Array.from({ length: 100 }, () => resale.ledger.hold(request(resale, userId, { tokensMax: 1_000n })));
    const holds = (await Promise.allSettled(tries)).flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    expect(holds.filter((hold) => hold.asset === 'FREE_TOKEN')).toHaveLength(3);
    expect(holds.filter((hold) => hold.asset === 'USD')).toHaveLength(2);
    for (const hold of holds) await resale.ledger.settle(hold, END);
    expect((await resale.ledger.totals(userId)).posted).toBe(4n * CALL);
    expect(await tokensOf(resale, userId)).toEqual({ posted: 900n, held: 0n });
  });

  test('of a call whose process died are taken for what was delivered', async () => {
    const userId = newId('usr');
    await grantTokens(resale, userId, 2_000n);
    const hold = await resale.ledger.hold(request(resale, userId, { tokensMax: 1_500n }));
    resale.ledger.abandon(hold);
    await resale.database.query(
      "UPDATE hold_progress SET lease_until = now() - interval '1 hour', usage = $2 WHERE hold_id = $1",
      [hold.id, JSON.stringify({ ...USAGE, outputTokens: 100 })],
    );
    await resale.ledger.sweep();
    expect(await tokensOf(resale, userId)).toEqual({ posted: 1_500n, held: 0n });
  });
});

describe('holds of one moment', () => {
  test('a hold too large does not keep a smaller one behind it from its money', async () => {
    const userId = await funded(resale, 5n * CALL);
    const [large, small] = await Promise.allSettled([
      resale.ledger.hold(request(resale, userId, { amount: 6n * CALL })),
      resale.ledger.hold(request(resale, userId, { amount: 5n * CALL })),
    ]);
    expect([large?.status, small?.status]).toEqual(['rejected', 'fulfilled']);
    if (small?.status === 'fulfilled') await resale.ledger.void(small.value, VOID);
  });

  test('a person without money does not stop another', async () => {
    const rich = await funded(resale, 5n * CALL);
    const [poor, paid] = await Promise.allSettled([
      resale.ledger.hold(request(resale, newId('usr'))),
      resale.ledger.hold(request(resale, rich)),
    ]);
    expect([poor?.status, paid?.status]).toEqual(['rejected', 'fulfilled']);
    if (paid?.status === 'fulfilled') await resale.ledger.void(paid.value, VOID);
  });

  test('one that the database refuses fails alone', async () => {
    const userId = await funded(resale, 50n * CALL);
    const bad = request(resale, userId, { price: { ...resale.price, mode: 'byok', feeBps: 10_001 } });
    const settled = await Promise.allSettled([
      resale.ledger.hold(request(resale, userId)),
      resale.ledger.hold(bad),
      resale.ledger.hold(request(resale, userId)),
    ]);
    expect(settled.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    for (const each of settled) if (each.status === 'fulfilled') await resale.ledger.void(each.value, VOID);
  });

  test('balances after the calls of one batch fall by one call each', async () => {
    const userId = await funded(resale, 10n * CALL);
    const holds = await Promise.all([1, 2, 3].map(() => resale.ledger.hold(request(resale, userId))));
    const ended = await Promise.all(holds.map((hold) => resale.ledger.settle(hold, END)));
    expect(ended.map((each) => each.balance)).toEqual([9n * CALL, 8n * CALL, 7n * CALL]);
  });
});
