import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SandboxModelFact } from './knowledge.ts';
import { costOf } from './price.ts';
import { editDistance } from './words.ts';

describe('the cost of a call', () => {
  it('equals the exact sum, rounded up to a nano-dollar', () => {
    const pico = fc.bigInt({ min: 0n, max: 10n ** 10n });
    const tokens = fc.bigInt({ min: 0n, max: 10n ** 9n });
    const decimal = (value: bigint) => `${value / 1_000_000n}.${(value % 1_000_000n).toString().padStart(6, '0')}`;
    fc.assert(
      fc.property(pico, pico, tokens, tokens, (inputPrice, outputPrice, input, output) => {
        const model = {
          inputPricePerMillion: decimal(inputPrice),
          outputPricePerMillion: decimal(outputPrice),
        } as SandboxModelFact;
        const [whole = '', fraction = ''] = (costOf(model, input, output) ?? '').split('.');
        const nano = BigInt(whole) * 10n ** 9n + BigInt(fraction.padEnd(9, '0'));
        const exact = input * inputPrice + output * outputPrice;
        expect(nano * 1_000n >= exact && nano * 1_000n < exact + 1_000n).toBe(true);
      }),
    );
  });
});

describe('counting differing letters', () => {
  it.each([
    ['opus', 'opus', 0],
    ['cluade', 'claude', 1],
    ['gemni', 'gemini', 1],
    ['sonet', 'sonnet', 1],
    ['lama', 'llama', 1],
    ['open', 'opus', 2],
    ['cat', 'elephant', 3],
  ])('%s and %s: %i', (left, right, distance) => {
    expect(editDistance(left, right, 2)).toBe(distance);
    expect(editDistance(right, left, 2)).toBe(distance);
  });
});
