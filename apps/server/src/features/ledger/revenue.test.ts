import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { bookAdjustment } from './adjustments.ts';
import { createGrantExpiry } from './grant-expiry.ts';
import { bookGrant } from './grants.ts';
import type { HoldRequest } from './hold.ts';
import { bookRefund } from './refunds.ts';
import { type AccountSum, type RevenueFigures, revenueFigures } from './revenue.ts';
import { type RevenueSplit, type RevenueWindow, readRevenue, readRevenueOfMany } from './revenue-store.ts';
import { readTrialBalance } from './trial-balance-store.ts';

const CALL = 1_000_000n;
/** 400 tokens in and 300 out at $1/$2 per million: exactly one CALL, at a cost of 0.7 CALL. */
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const END = { usage: USAGE, usageSource: 'provider' as const, reason: 'completed', attempts: [] };
const ALWAYS = { from: new Date(0), to: new Date('2100-01-01'), interval: null, groupBy: null };

let books: TestLedger;

async function call(userId: string, more: Partial<HoldRequest> = {}): Promise<string> {
  const request = { userId, apiKey: null, modelId: 'test/model', provider: 'test', price: books.price, payee: 'test' };
  const hold = await books.ledger.hold({ id: newId('req'), amount: 3n * CALL, ...request, ...more });
  await books.ledger.settle(hold, END);
  return hold.id;
}

/** Gives a call and its journals another day, as if it had been made then. */
const moveTo = (callId: string, day: string) =>
  books.database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query(
      'UPDATE transfers SET created_at = $2 WHERE journal_id IN (SELECT id FROM journals WHERE hold_id = $1)',
      [callId, day],
    );
    await tx.query('UPDATE journals SET created_at = $2 WHERE hold_id = $1', [callId, day]);
    await tx.query('UPDATE hold_resolutions SET resolved_at = $2 WHERE hold_id = $1', [callId, day]);
  });

beforeAll(async () => {
  books = await createTestLedger();
  const { database, price } = books;
  const people = Array.from({ length: 3 }, () => newId('usr'));
  const [one = '', two = '', three = ''] = people;
  for (const person of people) await books.fund(person, 20n * CALL);
  const actorId = 'usr_admin';
  const reason = 'a reason';
  const expiresAt = new Date(Date.now() + 86_400_000);
  for (const [userId, amount] of [
    [one, CALL / 2n],
    [three, 9n * CALL],
  ] as const)
    await database.transaction((tx) => bookGrant(tx, { id: newId('gnt'), userId, amount, expiresAt, reason, actorId }));
  const resold = await call(one);
  const published = await call(two, { price: { ...price, mode: 'publisher' }, payee: 'pub', provider: 'pub' });
  await call(two, { price: { ...price, mode: 'byok', feeBps: 500 } });
  await call(two, { amount: CALL / 4n });
  const refunds = [
    [resold, 333_333n],
    [published, 123_457n],
  ] as const;
  for (const [callId, amount] of refunds)
    await database.transaction((tx) => bookRefund(tx, { callId, amount, reason, actorId }));
  for (const amount of [7n, -3n])
    await database.transaction((tx) => bookAdjustment(tx, { id: newId('adj'), userId: two, amount, reason, actorId }));
  await database.query(
    "UPDATE wallets SET expires_at = now() - interval '1 second' WHERE user_id = $1 AND bucket = 'promo'",
    [three],
  );
  const expiry = createGrantExpiry({ database, clock: createFakeClock(), logger: createLogger('silent') });
  await expiry.run();
  expiry.close();
});
afterAll(async () => {
  expect((await books.ledger.check()).ok).toBe(true);
  await books.close();
});

const total = (lines: { sums: AccountSum[] }[]) => revenueFigures(lines.flatMap(({ sums }) => sums));
const report = async (window: Partial<RevenueWindow> = {}) => {
  const asked = { ...ALWAYS, ...window };
  const [lines = []] = await readRevenue(books.database, asked, [asked]);
  return lines;
};

describe('the figures', () => {
  test('are what happened, to the nano-dollar', async () => {
    expect(total(await report())).toEqual({
      gross: CALL + CALL + CALL / 20n + CALL / 4n,
      refunds: 333_333n + 123_457n,
      // As if the published call had cost 876,543: ⌊30 %⌋ of it.
      commission: 262_962n,
      publisherShares: 876_543n - 262_962n,
      resale: 2n * CALL - 333_333n,
      providerCost: (CALL * 14n) / 10n,
      overruns: (CALL * 3n) / 4n,
      resaleMargin: 2n * CALL - 333_333n - (CALL * 14n) / 10n - (CALL * 3n) / 4n,
      byokFees: CALL / 20n,
      freeTokens: 0n,
      promo: 9n * CALL + CALL / 2n,
      adjustmentsGiven: 7n,
      adjustmentsTaken: 3n,
      breakage: 9n * CALL,
      topUps: 60n * CALL,
      net: 2n * CALL - 333_333n - (CALL * 14n) / 10n - (CALL * 3n) / 4n + 262_962n + CALL / 20n - CALL / 2n - 4n,
    } satisfies RevenueFigures);
  });

  test('agree with the balances of the accounts', async () => {
    const figures = total(await report());
    const rows = await readTrialBalance(books.database);
    const balance = (code: string) => {
      const row = rows.find((one) => one.code === code);
      if (!row) return 0n;
      return row.kind === 'asset' || row.kind === 'expense' ? row.debits - row.credits : row.credits - row.debits;
    };
    expect({
      commission: balance('revenue:commission'),
      resale: balance('revenue:resale'),
      providerCost: balance('expense:provider_cost'),
      byokFees: balance('revenue:byok_fee'),
      publisherShares: balance('payable:publisher:pub'),
      overruns: balance('expense:overrun'),
      freeTokens: balance('expense:free_tokens'),
      promo: balance('expense:promo'),
      adjustmentsGiven: balance('expense:adjustment'),
      adjustmentsTaken: balance('revenue:adjustment'),
      breakage: balance('revenue:breakage'),
      topUps: balance('asset:test_funds'),
    }).toEqual(Object.fromEntries(Object.entries(figures).filter(([name]) => !/gross|refunds|Margin|net/.test(name))));
    const owed =
      balance('wallet:*:paid') +
      balance('wallet:*:promo') +
      balance('payable:publisher:pub') +
      balance('payable:provider:test');
    expect(owed + figures.net).toBe(balance('asset:test_funds'));
    expect(rows.reduce((sum, row) => sum + row.debits - row.credits, 0n)).toBe(0n);
    expect(rows.find((row) => row.code === 'wallet:*:paid')?.accounts).toBe(3);
  });

  test('of the models and of the days sum up to the whole', async () => {
    const whole = total(await report());
    for (const split of [
      { groupBy: 'model' as const },
      { groupBy: 'provider' as const },
      { interval: 'hour' as const },
    ])
      expect(total(await report(split))).toEqual(whole);
    const groups = (await report({ groupBy: 'provider' })).map((line) => line.group);
    expect(groups).toEqual(['pub', 'test', null]);
  });

  test('stand on the day, week and month (UTC) of their transfers; `to` is not part of the window', async () => {
    const userId = newId('usr');
    await books.fund(userId, 10n * CALL);
    await moveTo(await call(userId), '2024-02-29T23:59:59.999Z');
    await moveTo(await call(userId), '2024-03-01T00:00:00Z');
    const window = { from: new Date('2024-02-01'), to: new Date('2024-03-02') };
    const periods = async (interval: RevenueWindow['interval'], to = window.to) =>
      (await report({ ...window, to, interval })).map((line) => [line.period?.toISOString(), total([line]).gross]);
    expect(await periods('day')).toEqual([
      ['2024-02-29T00:00:00.000Z', CALL],
      ['2024-03-01T00:00:00.000Z', CALL],
    ]);
    expect(await periods('week')).toEqual([['2024-02-26T00:00:00.000Z', 2n * CALL]]);
    expect((await periods('month')).map(([from]) => from)).toEqual([
      '2024-02-01T00:00:00.000Z',
      '2024-03-01T00:00:00.000Z',
    ]);
    expect(await periods('hour', new Date('2024-03-01'))).toEqual([['2024-02-29T23:00:00.000Z', CALL]]);
  });

  test('are the same in several splits at once as in each alone', async () => {
    const splits: RevenueSplit[] = [
      { interval: null, groupBy: null },
      { interval: 'day', groupBy: 'provider' },
      { interval: 'month', groupBy: 'model' },
    ];
    const together = await readRevenue(books.database, ALWAYS, splits);
    for (const [index, split] of splits.entries()) expect(together[index]).toEqual(await report(split));
    expect(together.map((lines) => total(lines).gross)).toEqual(Array(3).fill(total(await report()).gross));
  });
});

describe('the report of what many people did', () => {
  /** The day before, on which two people call in the morning, one of them in the evening again, and a third at noon with another model. */
  const DAY = { from: new Date('2023-05-01'), to: new Date('2023-05-02'), groupBy: null };
  beforeAll(async () => {
    const [one = '', two = '', three = ''] = Array.from({ length: 3 }, () => newId('usr'));
    for (const person of [one, two, three]) await books.fund(person, 10n * CALL);
    await moveTo(await call(one), '2023-05-01T08:00:00Z');
    await moveTo(await call(two), '2023-05-01T08:30:00Z');
    await moveTo(await call(two), '2023-05-01T20:00:00Z');
    await moveTo(await call(three, { modelId: 'test/rare' }), '2023-05-01T12:00:00Z');
  });
  const ofMany = async (interval: RevenueWindow['interval'], peopleMin: number) => {
    const { lines, withheld } = await readRevenueOfMany(books.database, { ...DAY, interval }, peopleMin);
    return [lines.map((line) => [line.period?.getUTCHours() ?? null, total([line]).gross]), withheld];
  };

  test('leaves out the cells that fewer stand behind', async () => {
    expect(await ofMany('day', 1)).toEqual([[[0, 4n * CALL]], 0]);
    expect(await ofMany('day', 2)).toEqual([[[0, 3n * CALL]], 1]);
    expect(await ofMany(null, 2)).toEqual([[[null, 3n * CALL]], 1]);
    expect(await ofMany(null, 3)).toEqual([[], 2]);
  });

  test('shows the hours of a cell only if enough stand behind each of them', async () => {
    const hours = [
      [8, 2n * CALL],
      [12, CALL],
      [20, CALL],
    ];
    expect(await ofMany('hour', 1)).toEqual([hours, 0]);
    expect(await ofMany('hour', 2)).toEqual([[], 2]);
  });

  test('is empty where nothing was booked', async () => {
    const window = { ...DAY, interval: null, from: new Date('2022-01-01'), to: new Date('2022-02-01') };
    expect(await readRevenueOfMany(books.database, window, 1)).toEqual({ lines: [], withheld: 0 });
  });
});
