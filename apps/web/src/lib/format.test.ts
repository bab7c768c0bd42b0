import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  estimateCostNano,
  formatBill,
  formatCompact,
  formatContext,
  formatCost,
  formatCostNano,
  formatCount,
  formatDate,
  formatMostNano,
  formatPrice,
  formatPriceShort,
  formatSeconds,
  formatUtcDay,
  isZeroPrice,
} from './format.ts';

describe('money', () => {
  it('writes a balance with two decimals, rounded half away from zero', () => {
    expect(formatBill('24.618200000')).toBe('$24.62');
    expect(formatBill('0.005000000')).toBe('$0.01');
    expect(formatBill('-0.005000000')).toBe('−$0.01');
    expect(formatBill('1234567.000000000')).toBe('$1,234,567.00');
  });

  it('never writes minus zero', () => {
    expect(formatBill('-0.001000000')).toBe('$0.00');
  });

  it('leaves a gap for what is missing or unreadable', () => {
    expect([formatBill(null), formatBill('abc'), formatBill('1e3'), formatCost(undefined)]).toEqual(Array(4).fill('–'));
  });

  it('writes a call with four decimals under a dollar and two above', () => {
    expect(formatCost('0.014285715')).toBe('$0.0143');
    expect(formatCost('0.999950000')).toBe('$1.0000');
    expect(formatCost('4.960000000')).toBe('$4.96');
    expect(formatCost('0.000000000')).toBe('$0.0000');
  });

  it('says that a tiny cost is less than the last digit instead of nothing', () => {
    expect(formatCostNano(49_999n)).toBe('<$0.0001');
    expect(formatCostNano(50_000n)).toBe('$0.0001');
  });

  it('rounds up what is the most', () => {
    const most = [0n, 1n, 2_140_000n, 2_100_000n, 999_999_999n, 1_000_000_001n];
    expect(most.map(formatMostNano)).toEqual(['$0.0000', '$0.0001', '$0.0022', '$0.0021', '$1.00', '$1.01']);
  });

  it('is exact where a float is not', () => {
    expect(formatBill('9007199254.995000000')).toBe('$9,007,199,255.00');
  });
});

describe('unit prices', () => {
  it('keeps every digit of an exact price and at least two decimals', () => {
    expect(formatPrice('21.428572')).toBe('21.428572');
    expect(formatPrice('3')).toBe('3.00');
    expect(formatPrice('0.500000')).toBe('0.50');
    expect(formatPrice(null)).toBe('–');
  });

  it('rounds for a column by size', () => {
    expect(formatPriceShort('21.428572')).toBe('21.43');
    expect(formatPriceShort('0.214286')).toBe('0.214');
    expect(formatPriceShort('0.500000')).toBe('0.50');
    expect(formatPriceShort('0.001428')).toBe('0.0014');
    expect(formatPriceShort('0.114285714286')).toBe('0.114');
    expect(formatPriceShort('0.999999')).toBe('1.00');
    expect(formatPriceShort('0.00')).toBe('0.00');
    expect(formatPriceShort('about 3')).toBe('–');
  });

  it('knows a price of nothing from a missing one', () => {
    expect([isZeroPrice('0.00'), isZeroPrice('0'), isZeroPrice('0.000001'), isZeroPrice(null)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('estimateCostNano', () => {
  it('prices the tokens of one call', () => {
    // 1,200 × $14.285715/M + 400 × $71.428572/M = $0.0457142868
    expect(estimateCostNano({ input: 1200, output: 400 }, { input: '14.285715', output: '71.428572' })).toBe(
      45_714_287n,
    );
  });

  it('counts a missing output price as nothing and a missing input price as unknown', () => {
    expect(estimateCostNano({ input: 1_000_000, output: 5 }, { input: '2.00', output: null })).toBe(2_000_000_000n);
    expect(estimateCostNano({ input: 1, output: 1 }, { input: null, output: '1.00' })).toBeNull();
  });

  it('never rounds in favour of the buyer, and by less than a nano-dollar', () => {
    const price = fc.bigInt({ min: 0n, max: 999_999_999n });
    const tokens = fc.integer({ min: 0, max: 10_000_000 });
    const text = (pico: bigint) => `${pico / 1_000_000n}.${(pico % 1_000_000n).toString().padStart(6, '0')}`;
    fc.assert(
      fc.property(price, price, tokens, tokens, (input, output, sent, received) => {
        const nano = estimateCostNano({ input: sent, output: received }, { input: text(input), output: text(output) });
        const pico = BigInt(sent) * input + BigInt(received) * output;
        return nano !== null && nano * 1000n >= pico && nano * 1000n - pico < 1000n;
      }),
    );
  });
});

describe('counts and times', () => {
  it('groups thousands', () => {
    expect([formatCount(0), formatCount(999), formatCount(1_234_567)]).toEqual(['0', '999', '1,234,567']);
  });

  it('shortens large counts', () => {
    expect([950, 12_400, 128_000, 999_600, 1_200_000].map(formatCompact)).toEqual([
      '950',
      '12.4k',
      '128k',
      '1M',
      '1.2M',
    ]);
  });

  it('writes context windows by their usual names', () => {
    expect([2048, 128_000, 131_072, 1_000_000, 1_048_576, null].map(formatContext)).toEqual([
      '2k',
      '128k',
      '131k',
      '1M',
      '1M',
      '–',
    ]);
  });

  it('leaves a gap for times that are not known', () => {
    expect([formatSeconds(680), formatSeconds(12_340), formatSeconds(null)]).toEqual(['0.68 s', '12.3 s', '–']);
    expect([formatSeconds(0), formatSeconds(4), formatSeconds(10)]).toEqual(['<1 ms', '4 ms', '0.01 s']);
    expect([formatDate(null), formatDate('not a day')]).toEqual(['–', '–']);
    expect(formatDate('2026-11-21T12:00:00Z')).toBe('21 Nov 2026');
    expect([formatUtcDay('2026-11-21'), formatUtcDay('2026-11-21T00:00:00.000Z'), formatUtcDay(null)]).toEqual([
      '21 Nov 2026',
      '21 Nov 2026',
      '–',
    ]);
  });
});
