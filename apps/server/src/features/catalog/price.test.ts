import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blendedPrice,
  formatPricePerImage,
  listPrice,
  listPrices,
  parsePricePerImage,
  priceTier,
  sameTerms,
  type UnitPrices,
} from './price.ts';

const cost = fc.bigInt({ min: 0n, max: 10n ** 16n });
const bps = fc.integer({ min: 0, max: 9_999 });
const units = fc.bigInt({ min: 0n, max: 10n ** 9n });

const prices = (over: Partial<UnitPrices> = {}): UnitPrices => ({
  input: 0n,
  cachedInput: 0n,
  cacheWrite: 0n,
  output: 0n,
  image: 0n,
  ...over,
});

describe('listPrice', () => {
  test('30 % of what the buyer pays, on known prices', () => {
    expect(listPrice(350_000n, 3_000)).toBe(500_000n);
    expect(listPrice(1_400_000n, 3_000)).toBe(2_000_000n);
    expect(listPrice(15_000_000n, 3_000)).toBe(21_428_572n);
    expect(listPrice(75_000_000n, 3_000)).toBe(107_142_858n);
  });

  test('no commission passes the cost through', () => {
    fc.assert(fc.property(cost, (c) => listPrice(c, 0) === c));
  });

  test('is the smallest price whose remainder after commission still covers the cost', () => {
    fc.assert(
      fc.property(cost, bps, (c, b) => {
        const list = listPrice(c, b);
        const keeps = (price: bigint) => price * (10_000n - BigInt(b)) >= c * 10_000n;
        expect(keeps(list)).toBe(true);
        expect(list === 0n || !keeps(list - 1n)).toBe(true);
      }),
    );
  });

  test('the margin of a call is never negative', () => {
    fc.assert(
      fc.property(cost, bps, units, (c, b, n) => {
        const up = (value: bigint) => (value + 999n) / 1_000n;
        return up(n * listPrice(c, b)) >= up(n * c);
      }),
    );
  });

  test('grows with the cost and with the commission', () => {
    fc.assert(
      fc.property(cost, bps, (c, b) => {
        expect(listPrice(c + 1n, b)).toBeGreaterThan(listPrice(c, b));
        if (b < 9_999) expect(listPrice(c, b + 1)).toBeGreaterThanOrEqual(listPrice(c, b));
      }),
    );
  });

  test.each([
    [-1n, 3_000],
    [1n, -1],
    [1n, 10_000],
    [1n, 0.5],
  ])('refuses a cost of %s at %s basis points', (c, b) => {
    expect(() => listPrice(c, b)).toThrow(RangeError);
  });

  test('prices each unit by itself', () => {
    expect(listPrices({ input: 7n, cachedInput: 14n, cacheWrite: 21n, output: 28n, image: 35n }, 3_000)).toEqual({
      input: 10n,
      cachedInput: 20n,
      cacheWrite: 30n,
      output: 40n,
      image: 50n,
    });
  });
});

describe('price tiers', () => {
  const tier = (input: bigint, output: bigint) => priceTier({ unit: 'token', list: prices({ input, output }) });

  test('follow the blended price of three parts input and one part output', () => {
    expect(blendedPrice({ unit: 'token', list: prices({ input: 500_000n, output: 2_000_000n }) })).toBe(875_000n);
    expect(tier(0n, 0n)).toBe('free');
    expect(tier(500_000n, 2_000_000n)).toBe('budget');
    expect(tier(1_000_000n, 1_000_000n)).toBe('mid');
    expect(tier(6_000_000n, 5_999_996n)).toBe('mid');
    expect(tier(6_000_000n, 6_000_000n)).toBe('premium');
  });

  test('a model that sells no output counts by its input', () => {
    expect(blendedPrice({ unit: 'token', list: prices({ input: 130_000n }) })).toBe(130_000n);
  });

  test('images have tiers of their own', () => {
    const image = (usdThousandths: bigint) =>
      priceTier({ unit: 'image', list: prices({ image: usdThousandths * 10n ** 9n }) });
    expect([image(0n), image(49n), image(50n), image(99n), image(100n)]).toEqual([
      'free',
      'budget',
      'mid',
      'mid',
      'premium',
    ]);
  });
});

describe('prices per image as text', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (pico) => {
        expect(parsePricePerImage(formatPricePerImage(pico))).toBe(pico);
      }),
    );
  });

  test('keep at least two decimals', () => {
    expect(formatPricePerImage(0n)).toBe('0.00');
    expect(formatPricePerImage(80_000_000_000n)).toBe('0.08');
    expect(formatPricePerImage(114_285_714_286n)).toBe('0.114285714286');
    expect(formatPricePerImage(2_500_000_000_000n)).toBe('2.50');
  });

  test.each(['', '-1', '1e3', '0.1234567890123', '.5', '1,5'])('%j is not a price', (text) => {
    expect(parsePricePerImage(text)).toBeNull();
  });
});

test('terms are the same only when every price, the unit, the mode and the commission are', () => {
  const base = {
    modelId: 'a/b',
    mode: 'resale' as const,
    commissionBps: 3_000,
    unit: 'token' as const,
    cost: prices({ input: 7n }),
    list: prices({ input: 10n }),
    validFrom: new Date(0),
  };
  expect(sameTerms(base, { ...base, validFrom: new Date(1) })).toBe(true);
  expect(sameTerms(base, { ...base, commissionBps: 0 })).toBe(false);
  expect(sameTerms(base, { ...base, mode: 'free' })).toBe(false);
  expect(sameTerms(base, { ...base, unit: 'image' })).toBe(false);
  for (const unit of ['input', 'cachedInput', 'cacheWrite', 'output', 'image'] as const) {
    expect(sameTerms(base, { ...base, cost: prices({ input: 7n, [unit]: 8n }) })).toBe(false);
    expect(sameTerms(base, { ...base, list: prices({ input: 10n, [unit]: 11n }) })).toBe(false);
  }
});
