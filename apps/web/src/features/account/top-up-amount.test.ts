import { TOP_UP_MAX, TOP_UP_MIN, topUpRequestSchema } from '@q/contract/wallet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTopUpAmount, TOP_UP_MAX_NANO, TOP_UP_MIN_NANO } from './top-up-amount.ts';

describe('readTopUpAmount', () => {
  it('has the limits of the server', () => {
    expect([TOP_UP_MIN_NANO, TOP_UP_MAX_NANO]).toEqual([TOP_UP_MIN, TOP_UP_MAX]);
  });

  it.each([
    ['25', '25.00'],
    ['$25.50', '25.50'],
    [' 500 ', '500.00'],
    ['5', '5.00'],
    ['25,50', '25.50'],
    ['499.99', '499.99'],
  ])('reads %j as %s', (text, amountUsd) => {
    expect(readTopUpAmount(text)).toEqual({ amountUsd });
  });

  it.each([
    ['', 'Enter an amount.'],
    ['4.99', 'The least is $5.'],
    ['0', 'The least is $5.'],
    ['500.01', 'The most at once is $500.'],
    ['1,000', 'The most at once is $500.'],
    ['5.001', 'Enter whole cents.'],
    ['-10', 'Enter dollars as a number, such as 25 or 25.50.'],
    ['ten', 'Enter dollars as a number, such as 25 or 25.50.'],
    ['1e2', 'Enter dollars as a number, such as 25 or 25.50.'],
    ['1,00,0', 'Enter dollars as a number, such as 25 or 25.50.'],
  ])('says what is wrong with %j', (text, fault) => {
    expect(readTopUpAmount(text)).toEqual({ fault });
  });

  it('answers nothing the server would refuse', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.double({ min: 0, max: 600 }).map((number) => number.toFixed(2)),
        ),
        (text) => {
          const amount = readTopUpAmount(text);
          if ('amountUsd' in amount)
            expect(topUpRequestSchema.safeParse({ amount_usd: amount.amountUsd }).success).toBe(true);
        },
      ),
    );
  });
});
