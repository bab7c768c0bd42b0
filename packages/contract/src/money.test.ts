import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPricePerMillion, formatUsd, parsePricePerMillion, parseUsd } from './money.ts';

const RUNS = 20_000;

describe('money as text', () => {
  test.each([
    [4_960_000_000n, '4.960000000'],
    [0n, '0.000000000'],
    [-1n, '-0.000000001'],
    [500_000_000_000n, '500.000000000'],
  ])('%s nano-dollars are %s', (nano, text) => {
    expect(formatUsd(nano)).toBe(text);
    expect(parseUsd(text)).toBe(nano);
  });

  test('every amount survives the way out and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (nano) => parseUsd(formatUsd(nano)) === nano),
      { numRuns: RUNS },
    );
  });

  test.each(['', '1.', '.5', '1e3', '+1', ' 1', '1.0000000001', 'NaN', '0x10', '1,5', '12345678901', '--1', '١'])(
    '%j is not an amount',
    (text) => {
      expect(parseUsd(text)).toBeNull();
    },
  );

  test('whatever it accepts means the same as its digits', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const nano = parseUsd(text);
        return nano === null || Math.abs(Number(text) - Number(nano) / 1e9) < 1e-6;
      }),
      { numRuns: RUNS },
    );
  });
});

describe('prices per million tokens as text', () => {
  test.each([
    [21_428_572n, '21.428572'],
    [500_000n, '0.50'],
    [37_500n, '0.0375'],
    [1_000_000n, '1.00'],
    [0n, '0.00'],
  ])('%s pico-dollars a token are %s', (pico, text) => {
    expect(formatPricePerMillion(pico)).toBe(text);
    expect(parsePricePerMillion(text)).toBe(pico);
  });

  test('every price survives the way out and back', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 14n }),
        (pico) => parsePricePerMillion(formatPricePerMillion(pico)) === pico,
      ),
      { numRuns: RUNS },
    );
  });
});
