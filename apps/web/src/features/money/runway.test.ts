import { describe, expect, it } from 'vitest';
import { runwayText } from './runway.ts';

const NOW = Date.parse('2026-11-21T15:00:00Z');
const day = (date: string, spent_usd: string) => ({ day: date, spent_usd });

describe('how long the money lasts', () => {
  it('spreads what was spent over the days since the first paid call, idle ones too', () => {
    const days = [day('2026-11-18', '1.500000000'), day('2026-11-21', '0.500000000')];
    expect(runwayText('4.990000000', days, NOW)).toBe('≈ 9 days at this pace');
    expect(runwayText('0.600000000', days, NOW)).toBe('≈ 1 day at this pace');
  });

  it('is not told from one afternoon, from top-ups alone, or without money', () => {
    expect(runwayText('5.000000000', [day('2026-11-20', '1.000000000')], NOW)).toBeNull();
    expect(runwayText('5.000000000', [day('2026-11-01', '0.000000000')], NOW)).toBeNull();
    expect(runwayText('0.000000000', [day('2026-11-01', '1.000000000')], NOW)).toBeNull();
    expect(runwayText('5.000000000', [], NOW)).toBeNull();
  });

  it('has words for the ends of the scale', () => {
    const days = [day('2026-11-12', '10.000000000')];
    expect(runwayText('0.999999999', days, NOW)).toBe('less than a day at this pace');
    expect(runwayText('365.000000000', days, NOW)).toBe('≈ 365 days at this pace');
    expect(runwayText('366.000000000', days, NOW)).toBe('more than a year at this pace');
  });
});
