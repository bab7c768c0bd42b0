import { describe, expect, it } from 'vitest';
import { spentPercent } from './spent-share.ts';

describe('what of a limit is spent', () => {
  it.each([
    ['0.000000000', '5.00', 0],
    ['0.049999999', '5.00', 0],
    ['2.500000000', '5.000000000', 50],
    ['4.999999999', '5.00', 99],
    ['5.000000000', '5.00', 100],
    ['7.00', '5.00', 100],
    ['0.000000000', '0.000000000', 100],
  ])('%s of %s is %i percent', (spent, limit, percent) => {
    expect(spentPercent(spent, limit)).toBe(percent);
  });
});
