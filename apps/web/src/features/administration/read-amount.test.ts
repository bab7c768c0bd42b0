import { describe, expect, it } from 'vitest';
import { formatBps, needsPassword, readAmount, readPercent } from './read-amount.ts';
import { reportSearch } from './report-days.ts';

describe('an amount an administrator types', () => {
  it.each([
    ['25', '25.000000000'],
    ['$1,000', '1000.000000000'],
    ['0.000000001', '0.000000001'],
    ['0,5', '0.500000000'],
    ['1000000', '1000000.000000000'],
  ])('%s is understood', (text, amountUsd) => {
    expect(readAmount(text, { signed: false })).toMatchObject({ amountUsd });
  });

  it.each(['', 'ten', '0', '0.0', '1e3', '0.0000000001', '1000000.01', '-5'])(
    '%s is refused where money is given',
    (text) => {
      expect(readAmount(text, { signed: false })).toHaveProperty('fault');
    },
  );

  it('may be taken where a balance is adjusted', () => {
    expect(readAmount('−3.50', { signed: true })).toEqual({ amountUsd: '-3.500000000', nano: -3_500_000_000n });
  });

  it('needs the password above a hundred dollars, given or taken', () => {
    expect(['100', '-100', 'x', '100.01', '-100.000000001'].map(needsPassword)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('a percentage', () => {
  it('is read to the basis point', () => {
    expect(['30', '12.5', '12,5', '0', '99.99 %', '100', '-1', '1.234', ''].map(readPercent)).toEqual([
      3000,
      1250,
      1250,
      0,
      9999,
      null,
      null,
      null,
      null,
    ]);
  });

  it('is written without needless zeros', () => {
    expect([3000, 1250, 5, 0].map(formatBps)).toEqual(['30%', '12.5%', '0.05%', '0%']);
  });
});

describe('the days of a report', () => {
  it('are whole days in UTC, the last one included', () => {
    expect(Object.fromEntries(reportSearch({ from: '2026-02-01', to: '2026-02-28' }))).toEqual({
      from: '2026-02-01T00:00:00.000Z',
      to: '2026-03-01T00:00:00.000Z',
    });
    expect(reportSearch({ from: 'then', to: '2026-99-01' }).size).toBe(0);
  });
});
