import type { Pricing } from '@q/contract/models';
import { describe, expect, it } from 'vitest';
import { commissionOf, commissionTenths, formatTenths } from './commission.ts';

function pricing(input: string | null, output: string | null, image: string | null = null): Pricing {
  return {
    unit: image === null ? 'million_tokens' : 'image',
    currency: 'USD',
    input,
    output,
    cached_input: null,
    cache_write: null,
    image,
  };
}

describe('commission', () => {
  it('is the difference between the two prices, digit by digit', () => {
    expect(commissionOf('14.285715', '10.00')).toBe('4.285715');
    expect(commissionOf('0.114285714286', '0.08')).toBe('0.034285714286');
    expect(commissionOf('1.00', '1.00')).toBe('0.00');
  });

  it('is unknown when a price is missing or the provider asks more', () => {
    expect([commissionOf(null, '1.00'), commissionOf('1.00', null), commissionOf('1.00', '2.00')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('is a share of what the buyer pays', () => {
    expect(commissionTenths(pricing('14.285715', '71.428572'), pricing('10.00', '50.00'))).toBe(300n);
    expect(commissionTenths(pricing('0.00', '2.50'), pricing('0.00', '2.00'))).toBe(200n);
    expect(commissionTenths(pricing(null, null, '0.114285714286'), pricing(null, null, '0.08'))).toBe(300n);
    expect(commissionTenths(pricing('0.00', '0.00'), pricing('0.00', '0.00'))).toBeNull();
  });

  it('reads as a percentage', () => {
    expect([formatTenths(300n), formatTenths(125n), formatTenths(0n)]).toEqual(['30 %', '12.5 %', '0 %']);
  });
});
