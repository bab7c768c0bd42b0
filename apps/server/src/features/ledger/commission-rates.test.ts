import { describe, expect, test } from 'vitest';
import { type CommissionRate, commissionRule, houseBps } from './commission-rates.ts';

let id = 0n;
const rate = (scope: CommissionRate['scope'], subject: string | null, bps: number | null): CommissionRate => {
  id += 1n;
  return { id, scope, subject, bps, validFrom: new Date(0), actorId: 'usr_admin', reason: 'because' };
};

describe('the rate of a model', () => {
  const all = [rate('house', null, 2_000), rate('publisher', 'acme', 1_000), rate('model', 'acme/one', 0)];

  test('is its own before its publisher’s, that before the house’s, and that before what is configured', () => {
    const of = (rates: CommissionRate[]) => commissionRule(rates, 3_000)('acme/one');
    expect([all, all.slice(0, 2), all.slice(0, 1), []].map(of)).toEqual([0, 1_000, 2_000, 3_000]);
  });

  test('of others is not touched', () => {
    const rule = commissionRule(all, 3_000);
    expect(['acme/two', 'other/one', 'acme-two/one'].map(rule)).toEqual([1_000, 2_000, 2_000]);
  });

  test('without bps is decided by the next wider scope again', () => {
    const rule = commissionRule([rate('model', 'acme/one', null), rate('publisher', 'acme', null)], 3_000);
    expect(rule('acme/one')).toBe(3_000);
  });

  test('a model and a publisher of the same name are two subjects', () => {
    expect(commissionRule([rate('publisher', 'acme/one', 5)], 3_000)('acme/one')).toBe(3_000);
  });
});

test('the house takes what is configured until it has a rate, and again after the rate was withdrawn', () => {
  expect(houseBps([], 3_000)).toBe(3_000);
  expect(houseBps([rate('house', null, 0)], 3_000)).toBe(0);
  expect(houseBps([rate('house', null, null)], 3_000)).toBe(3_000);
});
