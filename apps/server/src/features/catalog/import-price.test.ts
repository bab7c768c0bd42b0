import { parsePricePerMillion } from '@q/contract/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importPrice } from './import-price.ts';

describe('importPrice', () => {
  test.each([
    [0, '0.00'],
    [3, '3.00'],
    [0.0375, '0.0375'],
    [0.003625, '0.003625'],
    [10_000, '10000.00'],
  ])('%s stays %s', (price, text) => {
    expect(importPrice(price)).toBe(text);
  });

  test.each([
    [0.49299999999999994, '0.493'],
    [0.18000000000000002, '0.18'],
    [0.1 + 0.2, '0.30'],
  ])('float noise of %s is taken off', (price, text) => {
    expect(importPrice(price)).toBe(text);
  });

  test('what is finer than six decimals goes up, since it is our cost', () => {
    expect(importPrice(0.0000001)).toBe('0.000001');
    expect(importPrice(1.2345671)).toBe('1.234568');
  });

  test.each([-0.01, Number.NaN, Number.POSITIVE_INFINITY, 10_000.01])('%s is no price', (price) => {
    expect(importPrice(price)).toBeNull();
  });

  test('every price of at most six decimals survives unchanged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999 }), (micros) => {
        const text = importPrice(micros / 1_000_000);
        expect(text).not.toBeNull();
        expect(parsePricePerMillion(text ?? '')).toBe(BigInt(micros));
      }),
    );
  });

  test('is never below the price it was given', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (price) => {
        const text = importPrice(price);
        expect(Number(text)).toBeGreaterThanOrEqual(price - 1e-10);
        expect(Number(text)).toBeLessThanOrEqual(price + 1.1e-6);
      }),
    );
  });
});
