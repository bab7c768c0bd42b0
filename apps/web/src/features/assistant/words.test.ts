import { describe, expect, it } from 'vitest';
import { isChatTask } from './is-chat-task.ts';
import { nanoTimes, savedPercent } from './volume-cost.ts';
import { callCost, costPerCall, factorWords, formatPoints, shareWord } from './words.ts';

const judged = (value: number | string | null, more: object = {}) => ({ points: 5, max: 10, value, ...more });

describe('what a factor was judged by', () => {
  it('is said with its public source and date', () => {
    const source = { name: 'LMArena', metric: 'text', value: 1419, as_of: '2025-12' };
    expect(factorWords('capability', judged(0.8, { source }))).toBe('LMArena: text 1419, Dec 2025');
    expect(factorWords('capability', judged(0.8, { source: { ...source, as_of: 'lately' } }))).toBe(
      'LMArena: text 1419, lately',
    );
    expect(factorWords('capability', judged(0.8, { note: 'estimated: newer' }))).toBe('estimated: newer');
  });

  it('is said in the unit of each', () => {
    expect(factorWords('rating', judged(4.5))).toBe('4.5 of 5');
    expect(factorWords('cost', judged('0.014000000'))).toBe('$0.0140 a call');
    expect(factorWords('cost', judged('0.000000000'))).toBe('costs nothing');
    expect(factorWords('context', judged(128_000))).toBe('128,000 tokens');
    expect(factorWords('popularity', judged(1))).toBe('1 call here');
    expect(factorWords('reliability', judged(0.9914))).toBe('99.1 % of recent calls answered');
    expect(factorWords('speed', judged('fast', { note: 'measured' }))).toBe('fast, measured');
    expect(factorWords('provider_preference', judged('openai'))).toBe('openai');
  });

  it('is said to be unknown, never zero', () => {
    expect(factorWords('rating', judged(null))).toBe('nobody has rated it yet');
    expect(factorWords('reliability', judged(null))).toBe('no calls yet');
    expect(shareWord(judged(null))).toBe('assumed');
  });

  it('has a word for how much it gave', () => {
    const words = [10, 8.5, 6, 3.5, 3, 0].map((points) => shareWord({ points, max: 10, value: 1 }));
    expect(words).toEqual(['very good', 'very good', 'good', 'fair', 'weak', 'weak']);
    expect(shareWord({ points: 0, max: 0, value: 1 })).toBe('not counted');
    expect([16.5, 20].map(formatPoints)).toEqual(['16.5', '20']);
  });
});

describe('costs', () => {
  it('are free or have their unit', () => {
    expect([callCost('0.000000000'), costPerCall('0.000000000')]).toEqual(['free', 'free']);
    expect([callCost('0.014000000'), costPerCall('0.014000000')]).toEqual(['$0.0140', '$0.0140 per call']);
  });

  it('are multiplied by a volume exactly', () => {
    expect(nanoTimes('0.000000003', 1_000)).toBe(3_000n);
    expect(nanoTimes('0.000000003', 0.5)).toBe(3n);
    expect(nanoTimes('x', 1)).toBeNull();
    expect(nanoTimes('1.00', Number.POSITIVE_INFINITY)).toBeNull();
  });

  it('are compared in whole per cent, never in favour of the cheaper', () => {
    expect(savedPercent('0.001', '0.003')).toBe(66);
    expect(savedPercent('0.003', '0.001')).toBe(0);
    expect(savedPercent('0.000000000', '0.001')).toBe(100);
    expect(savedPercent('0.001', '0.000000000')).toBe(0);
  });
});

it('tells tasks of the chat from the others', () => {
  expect(isChatTask('code')).toBe(true);
  expect(isChatTask('embeddings')).toBe(false);
});
