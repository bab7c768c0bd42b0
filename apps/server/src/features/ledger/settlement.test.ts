import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PriceVersion } from '../catalog/price.ts';
import { type HoldLine, planSettlement } from './settlement.ts';

const NONE = { input: 0n, cachedInput: 0n, cacheWrite: 0n, output: 0n, image: 0n };
const price = (mode: PriceVersion['mode']): PriceVersion => ({
  id: 1n,
  modelId: 'a/b',
  mode,
  commissionBps: 3000,
  unit: 'token',
  cost: NONE,
  list: NONE,
  validFrom: new Date(0),
});

const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
const lines: fc.Arbitrary<HoldLine[]> = fc
  .array(fc.record({ accountId: fc.bigInt({ min: 1n, max: 3n }), amount }), { maxLength: 6 })
  .map((list) => list.map((line, index) => ({ ...line, seq: index + 1 })));
const gross = fc.bigInt({ min: 0n, max: 4n * 10n ** 12n });
const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n);

describe('planSettlement', () => {
  test('charges the usage, never more than was held, and releases every line whole', () => {
    fc.assert(
      fc.property(lines, gross, (held, asked) => {
        const plan = planSettlement({
          price: price('resale'),
          payee: 'x',
          asset: 'USD',
          tokens: 0n,
          lines: held,
          gross: asked,
          cost: 0n,
        });
        const total = sum(held.map((line) => line.amount));
        expect(plan.charged + plan.overrun).toBe(asked);
        expect(plan.charged <= total).toBe(true);
        expect(sum(plan.wallets.map((wallet) => wallet.charge))).toBe(plan.charged);
        expect(sum(plan.wallets.map((wallet) => wallet.release))).toBe(total);
        for (const wallet of plan.wallets) expect(wallet.charge <= wallet.release).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test('what leaves the wallets is exactly what is charged, in every mode', () => {
    fc.assert(
      fc.property(
        lines,
        gross,
        fc.constantFrom('resale' as const, 'publisher' as const, 'byok' as const, 'free' as const),
        (held, asked, mode) => {
          const plan = planSettlement({
            price: price(mode),
            payee: 'x',
            asset: 'USD',
            tokens: 0n,
            lines: held,
            gross: asked,
            cost: 0n,
          });
          const fromWallets = plan.transfers.filter((transfer) => typeof transfer.debit === 'bigint');
          expect(sum(fromWallets.map((transfer) => transfer.amount))).toBe(plan.charged);
          for (const transfer of plan.transfers) expect(transfer.amount > 0n).toBe(true);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('a publisher gets everything but ⌊30 %⌋, across several wallets', () => {
    fc.assert(
      fc.property(lines, gross, (held, asked) => {
        const plan = planSettlement({
          price: price('publisher'),
          payee: 'pub',
          asset: 'USD',
          tokens: 0n,
          lines: held,
          gross: asked,
          cost: 0n,
        });
        const to = (code: string) =>
          sum(plan.transfers.filter((transfer) => transfer.credit === code).map((transfer) => transfer.amount));
        expect(to('revenue:commission')).toBe((plan.charged * 3000n) / 10_000n);
        expect(to('payable:publisher:pub')).toBe(plan.charged - (plan.charged * 3000n) / 10_000n);
      }),
      { numRuns: 5_000 },
    );
  });

  test('earlier lines are used up first', () => {
    const held = [
      { seq: 2, accountId: 9n, amount: 50n },
      { seq: 1, accountId: 7n, amount: 30n },
    ];
    const plan = planSettlement({
      price: price('resale'),
      payee: 'x',
      asset: 'USD',
      tokens: 0n,
      lines: held,
      gross: 40n,
      cost: 28n,
    });
    expect(plan.wallets).toEqual([
      { accountId: 7n, charge: 30n, release: 30n },
      { accountId: 9n, charge: 10n, release: 50n },
    ]);
    expect(plan.transfers).toContainEqual({
      debit: 'expense:provider_cost',
      credit: 'payable:provider:x',
      amount: 28n,
    });
  });
});
