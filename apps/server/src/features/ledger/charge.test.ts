import type { Usage } from '@q/providers/spec/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listPrice, type PriceVersion } from '../catalog/price.ts';
import { commissionOf, costOf, grossOf } from './charge.ts';

const RUNS = 60_000;

const pico = fc.bigInt({ min: 0n, max: 500_000_000n });
const bps = fc.integer({ min: 0, max: 9_999 });
const tokens = fc.integer({ min: 0, max: 3_000_000 });

const usage: fc.Arbitrary<Usage> = fc
  .record({ cached: tokens, write: tokens, plain: tokens, outputTokens: tokens })
  .map((part) => ({
    inputTokens: part.cached + part.write + part.plain,
    cachedInputTokens: part.cached,
    cacheWriteTokens: part.write,
    outputTokens: part.outputTokens,
    reasoningTokens: 0,
  }));

const price: fc.Arbitrary<PriceVersion> = fc
  .record({ input: pico, cachedInput: pico, cacheWrite: pico, output: pico, bps })
  .map(({ bps: commissionBps, ...units }) => {
    const cost = { ...units, image: 0n };
    const list = {
      input: listPrice(units.input, commissionBps),
      cachedInput: listPrice(units.cachedInput, commissionBps),
      cacheWrite: listPrice(units.cacheWrite, commissionBps),
      output: listPrice(units.output, commissionBps),
      image: 0n,
    };
    return { id: 1n, modelId: 'a/b', mode: 'resale', commissionBps, unit: 'token', cost, list, validFrom: new Date(0) };
  });

const worked: PriceVersion = {
  id: 1n,
  modelId: 'anthropic/claude-opus',
  mode: 'resale',
  commissionBps: 3000,
  unit: 'token',
  cost: { input: 15_000_000n, cachedInput: 15_000_000n, cacheWrite: 15_000_000n, output: 75_000_000n, image: 0n },
  list: { input: 21_428_572n, cachedInput: 21_428_572n, cacheWrite: 21_428_572n, output: 107_142_858n, image: 0n },
  validFrom: new Date(0),
};

describe('the price of a call', () => {
  test('1,000 tokens in and 500 out at $15/$75 cost $0.0525; the buyer pays $0.075000001', () => {
    const call = {
      inputTokens: 1_000,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 500,
      reasoningTokens: 0,
    };
    expect(costOf(call, worked)).toBe(52_500_000n);
    expect(grossOf(call, worked)).toBe(75_000_001n);
  });

  test('cached and cache-write tokens are priced once, at their own price', () => {
    const each = {
      ...worked,
      list: { input: 1_000_000n, cachedInput: 100_000n, cacheWrite: 1_250_000n, output: 0n, image: 0n },
    };
    const call = {
      inputTokens: 1_000,
      cachedInputTokens: 600,
      cacheWriteTokens: 300,
      outputTokens: 0,
      reasoningTokens: 0,
    };
    expect(grossOf(call, each)).toBe(100n * 1_000n + 600n * 100n + 300n * 1_250n);
  });

  test('is rounded once, up, by less than a nano-dollar', () => {
    fc.assert(
      fc.property(usage, price, (call, version) => {
        const { list } = version;
        const plain = BigInt(call.inputTokens - call.cachedInputTokens - call.cacheWriteTokens);
        const exact =
          plain * list.input +
          BigInt(call.cachedInputTokens) * list.cachedInput +
          BigInt(call.cacheWriteTokens) * list.cacheWrite +
          BigInt(call.outputTokens) * list.output;
        const gross = grossOf(call, version) * 1_000n;
        return gross >= exact && gross - exact < 1_000n;
      }),
      { numRuns: RUNS },
    );
  });

  test('never leaves the platform with a loss, whatever the commission', () => {
    fc.assert(
      fc.property(usage, price, (call, version) => grossOf(call, version) >= costOf(call, version)),
      { numRuns: RUNS },
    );
  });

  test('keeps at least the commission of what the buyer pays, less one nano-dollar', () => {
    fc.assert(
      fc.property(usage, price, (call, version) => {
        const gross = grossOf(call, version);
        return gross - costOf(call, version) >= commissionOf(gross, version.commissionBps) - 1n;
      }),
      { numRuns: RUNS },
    );
  });

  test('more tokens never cost less', () => {
    fc.assert(
      fc.property(usage, price, tokens, (call, version, more) => {
        const longer = { ...call, outputTokens: call.outputTokens + more };
        return grossOf(longer, version) >= grossOf(call, version);
      }),
      { numRuns: RUNS },
    );
  });

  test('33,600 calls of $0.02 make $672 gross and exactly $201.60 commission', () => {
    let gross = 0n;
    let commission = 0n;
    for (let call = 0; call < 33_600; call += 1) {
      gross += 20_000_000n;
      commission += commissionOf(20_000_000n, 3000);
    }
    expect([gross, commission]).toEqual([672_000_000_000n, 201_600_000_000n]);
  });
});
