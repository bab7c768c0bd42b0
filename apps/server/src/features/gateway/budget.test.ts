import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PriceVersion } from '../catalog/price.ts';
import { grossOf } from '../ledger/charge.ts';
import { budgetFor, clampBudget, mostOfTokens } from './budget.ts';

const unitPrice = fc.bigInt({ min: 0n, max: 100_000_000n });
const prices = fc.record({ input: unitPrice, cachedInput: unitPrice, cacheWrite: unitPrice, output: unitPrice });
const tokens = fc.nat(2_000_000);
const given = fc
  .record({ prices, input: tokens, output: tokens, cached: fc.nat(100), written: fc.nat(100), mode: fc.nat(1) })
  .map(({ prices: list, input, output, cached, written, mode }) => {
    const all = { ...list, image: 0n };
    const price = {
      unit: 'token',
      mode: mode === 0 ? 'resale' : 'byok',
      feeBps: mode === 0 ? null : 500,
      list: all,
      cost: all,
    } as unknown as PriceVersion;
    const usage = {
      inputTokens: input,
      cachedInputTokens: Math.floor((input * cached) / 100),
      cacheWriteTokens: Math.floor((input * written) / 100),
      outputTokens: output,
      reasoningTokens: 0,
    };
    return { price, usage };
  });

it('is never under the charge, whatever of the input is read from a cache or written to it', () => {
  fc.assert(
    fc.property(given, ({ price, usage }) => {
      const most = mostOfTokens(price, usage.inputTokens, usage.outputTokens);
      expect(most).toBeGreaterThanOrEqual(grossOf(usage, price));
    }),
  );
});

it('holds that much, also where it is lowered to what the balance affords', () => {
  fc.assert(
    fc.property(given, fc.bigInt({ min: 0n, max: 10n ** 15n }), ({ price, usage }, available) => {
      const { inputTokens: inputTokensBound, outputTokens } = usage;
      const asked = {
        price,
        inputTokensBound,
        namedCap: null,
        modelMaxOutput: outputTokens,
        stream: false,
        alternatives: 1,
      };
      const budget = budgetFor(asked);
      const within = (held: number) => grossOf({ ...usage, outputTokens: held }, price);
      expect(budget.amount).toBeGreaterThanOrEqual(within(budget.outputTokensHeld));
      const less =
        price.mode === 'byok' ? null : clampBudget(budget, price, { nano: available, shortOf: 'balance' }, 1);
      if (less === null) return;
      expect(less.amount).toBeGreaterThanOrEqual(within(less.outputTokensHeld));
      expect(less.amount).toBeLessThanOrEqual(available);
      expect(less.outputTokensHeld).toBeLessThanOrEqual(budget.outputTokensHeld);
      if (budget.amount <= available) expect(less).toEqual(budget);
    }),
  );
});

it('holds no more than the plain price where writing to a cache costs no more', () => {
  const list = { input: 8n, cachedInput: 1n, cacheWrite: 8n, output: 40n, image: 0n };
  const price = { unit: 'token', mode: 'resale', feeBps: null, list, cost: list } as unknown as PriceVersion;
  expect(mostOfTokens(price, 1_000_000, 0)).toBe(8_000n);
  expect(mostOfTokens({ ...price, list: { ...list, cacheWrite: 10n } }, 1_000_000, 0)).toBe(10_000n);
});
