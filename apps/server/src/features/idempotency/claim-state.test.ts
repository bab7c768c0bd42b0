import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClaimFacts, claimState } from './claim-state.ts';

const facts = fc.record({
  status: fc.option(fc.constantFrom(200, 201, 502), { nil: null }),
  lapsed: fc.boolean(),
  held: fc.boolean(),
  end: fc.constantFrom('settle' as const, 'void' as const, null),
  endStands: fc.boolean(),
});
const UNANSWERED: ClaimFacts = { status: null, lapsed: false, held: false, end: null, endStands: false };

describe('what has become of a claim', () => {
  test('a key whose call was charged or may yet be is never free', () => {
    fc.assert(
      fc.property(facts, (claim) => {
        const mayCost = claim.end === 'settle' || (claim.held && claim.end === null);
        if (mayCost) expect(claimState(claim)).not.toBe('free');
      }),
    );
  });

  test('an answer that is there is the answer, and without one nothing counts as answered', () => {
    fc.assert(fc.property(facts, (claim) => (claimState(claim) === 'answered') === (claim.status !== null)));
  });

  test('only a charge can be lost', () => {
    fc.assert(fc.property(facts, (claim) => claimState(claim) !== 'lost' || claim.end === 'settle'));
  });

  test.each([
    ['just claimed', {}, 'running'],
    ['claimed long ago, never held', { lapsed: true }, 'free'],
    ['held and open, even when its lease is over', { held: true, lapsed: true }, 'running'],
    ['charged a moment ago', { held: true, end: 'settle' }, 'running'],
    ['charged, and nobody will answer', { held: true, end: 'settle', endStands: true }, 'lost'],
    ['freed a moment ago', { held: true, end: 'void' }, 'running'],
    ['freed, and nobody will answer', { held: true, end: 'void', endStands: true }, 'free'],
  ] as const)('%s', (_, more, state) => {
    expect(claimState({ ...UNANSWERED, ...more })).toBe(state);
  });
});
