import { formatUsd } from '@q/contract/money';
import { describe, expect, it } from 'vitest';
import { readDollars } from './read-dollars.ts';

describe('readDollars', () => {
  it.each([
    ['25', '25'],
    ['$25.50', '25.5'],
    ['0,5', '0.5'],
    ['25,50', '25.5'],
    ['0,004', '0.004'],
    ['1234,567', '1234.567'],
    ['1,000', '1000'],
    ['$ 1,000,000.25', '1000000.25'],
    ['−3,50', '-3.5'],
  ])('reads %j as %s', (text, usd) => {
    const nano = readDollars(text);
    expect(nano === null ? null : formatUsd(nano).replace(/\.?0+$/, '')).toBe(usd);
  });

  it.each(['', 'ten', '1e2', '1,00,0', '1,000,00', ',5', '5,', '1.000,50', '0,0000000001'])('refuses %j', (text) => {
    expect(readDollars(text)).toBeNull();
  });
});
