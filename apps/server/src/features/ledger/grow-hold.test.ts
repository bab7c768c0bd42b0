import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import type { Hold } from './hold.ts';

const CALL = 1_000_000n;
/** 400 tokens in and 300 out at $1/$2 per million: exactly one CALL. */
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const END = { usage: USAGE, usageSource: 'provider' as const, reason: 'completed', attempts: [] };

let books: TestLedger;
beforeAll(async () => {
  books = await createTestLedger();
});
afterAll(() => books?.close());
afterEach(async () => {
  const { invariants } = await books.ledger.check();
  expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
});

async function held(funds: bigint): Promise<{ userId: string; hold: Hold }> {
  const userId = newId('usr');
  await books.fund(userId, funds);
  const terms = { modelId: 'test/model', provider: 'test', price: books.price, payee: 'test' };
  const hold = await books.ledger.hold({ id: newId('req'), userId, apiKey: null, ...terms, amount: 2n * CALL });
  return { userId, hold };
}

const own = () => ({
  modelId: 'test/model',
  provider: 'another',
  price: { ...books.price, mode: 'byok' as const, feeBps: 500 },
  payee: 'another',
});
const resold = () => ({ modelId: 'test/model', provider: 'another', price: books.price, payee: 'another' });
const money = (nano: bigint) => ({ nano, tokens: 0n });
const rowOf = async (hold: Hold) =>
  (await books.database.query('SELECT provider, payee, mode, fee_bps FROM holds WHERE id = $1', [hold.id]))[0];

test('a redirected hold is charged at the price, and for the provider, it was given to last', async () => {
  const { userId, hold } = await held(5n * CALL);
  expect(await books.ledger.redirect(hold, own(), money(CALL))).toBe(true);
  expect(await rowOf(hold)).toEqual({ provider: 'another', payee: 'another', mode: 'byok', fee_bps: 500 });
  const { charged } = await books.ledger.settle(hold, END);
  expect(charged).toBe(CALL / 20n);
  expect(await books.ledger.totals(userId)).toMatchObject({ posted: 5n * CALL - charged, held: 0n });
});

test('grows to what the other price needs, and to no more than the balance bears', async () => {
  const { userId, hold } = await held(5n * CALL);
  expect(await books.ledger.redirect(hold, resold(), money(4n * CALL))).toBe(true);
  expect(await books.ledger.totals(userId)).toMatchObject({ held: 4n * CALL });
  expect(await books.ledger.redirect(hold, own(), money(6n * CALL))).toBe(false);
  expect(await books.ledger.totals(userId)).toMatchObject({ held: 4n * CALL });
  expect([hold.provider, hold.price.mode, await rowOf(hold)]).toMatchObject([
    'another',
    'resale',
    { provider: 'another', mode: 'resale' },
  ]);
  await books.ledger.void(hold, { reason: 'upstream_error', attempts: [] });
});

test('a hold that has ended keeps its terms, whoever wants to change them', async () => {
  const { hold } = await held(5n * CALL);
  const change = () => books.database.query("UPDATE holds SET provider = 'another' WHERE id = $1", [hold.id]);
  await books.ledger.settle(hold, END);
  expect(await books.ledger.redirect(hold, resold(), money(CALL))).toBe(false);
  expect(hold.lost).toBe(true);
  await expect(change()).rejects.toThrow(/append-only/);
  expect(await rowOf(hold)).toMatchObject({ provider: 'test' });
});

test.each(['user_id', 'api_key_id', 'created_at', 'id'])('an open hold keeps its %s', async (column) => {
  const { hold } = await held(5n * CALL);
  const value = column === 'created_at' ? "now() - interval '1 day'" : `'changed_${hold.id}'`;
  await expect(books.database.query(`UPDATE holds SET ${column} = ${value} WHERE id = $1`, [hold.id])).rejects.toThrow(
    /append-only/,
  );
  await books.ledger.void(hold, { reason: 'upstream_error', attempts: [] });
});
