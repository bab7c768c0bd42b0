import { describe, expect, it } from 'vitest';
import { exactUsd } from './exact-usd.ts';

describe('exactUsd', () => {
  it.each([
    ['-0.000412000', '−$0.000412'],
    ['25.000000000', '$25.00'],
    ['1234567.890000001', '$1,234,567.890000001'],
    ['0.000000000', '$0.00'],
    ['not money', '–'],
  ])('writes %s as %s', (usd, text) => {
    expect(exactUsd(usd)).toBe(text);
  });

  it('marks what was added', () => {
    expect(exactUsd('10.000000000', { sign: true })).toBe('+$10.00');
    expect(exactUsd('-1.000000000', { sign: true })).toBe('−$1.00');
  });
});
