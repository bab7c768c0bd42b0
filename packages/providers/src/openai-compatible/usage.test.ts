import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUsage } from './usage.ts';

const usage = (inputTokens: number, outputTokens: number, more: object = {}) => ({
  inputTokens,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens,
  reasoningTokens: 0,
  ...more,
});
const given = (more: object) => ({ prompt_tokens: 100, completion_tokens: 20, ...more });

describe('reading usage', () => {
  it.each<[string, object, object]>([
    [
      'OpenAI',
      given({ prompt_tokens_details: { cached_tokens: 64, cache_write_tokens: 30 } }),
      { cachedInputTokens: 64, cacheWriteTokens: 30 },
    ],
    ['DeepSeek', given({ prompt_cache_hit_tokens: 70, prompt_cache_miss_tokens: 30 }), { cachedInputTokens: 70 }],
    ['Mistral', given({ num_cached_tokens: 48 }), { cachedInputTokens: 48 }],
    ['Together', given({ cached_tokens: 5 }), { cachedInputTokens: 5 }],
    ['a gateway', given({ cache_creation_input_tokens: 9 }), { cacheWriteTokens: 9 }],
    ['reasoning', given({ completion_tokens_details: { reasoning_tokens: 12 } }), { reasoningTokens: 12 }],
    ['more cached than there was', given({ cached_tokens: 500 }), { cachedInputTokens: 100 }],
    [
      'a detail that cannot be true',
      given({ prompt_tokens_details: { cached_tokens: -3, cache_write_tokens: 'x' } }),
      {},
    ],
    ['details that are null', given({ prompt_tokens_details: null, completion_tokens_details: null }), {}],
  ])('reads that of %s', (_whose, raw, more) => {
    expect(readUsage(raw, 'completion')).toEqual(usage(100, 20, more));
  });

  it('reads the billed output by the provider’s rule', () => {
    const raw = {
      prompt_tokens: 35,
      completion_tokens: 12,
      total_tokens: 109,
      completion_tokens_details: { reasoning_tokens: 7 },
    };
    expect(readUsage(raw, 'completion')?.outputTokens).toBe(12);
    expect(readUsage(raw, 'completion_and_reasoning')?.outputTokens).toBe(19);
    expect(readUsage(raw, 'total_less_prompt')?.outputTokens).toBe(74);
    expect(readUsage({ ...raw, total_tokens: undefined }, 'total_less_prompt')?.outputTokens).toBe(12);
  });

  it('takes the output from the total where only that is given, and rounds fractions up', () => {
    expect(readUsage({ prompt_tokens: 10, total_tokens: 14 }, 'completion')).toEqual(usage(10, 4));
    expect(readUsage({ prompt_tokens: 10.2, completion_tokens: 0.5 }, 'completion')).toEqual(usage(11, 1));
  });

  it('is nothing without both totals', () => {
    for (const raw of [
      null,
      undefined,
      'x',
      [],
      {},
      { prompt_tokens: 5 },
      { completion_tokens: 5 },
      { total_tokens: 5 },
    ]) {
      expect(readUsage(raw, 'completion')).toBeNull();
    }
  });

  it('is nothing, or counts that can be true, whatever is sent', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.constant(null), fc.constant(1e308));
    const raw = fc.record(
      {
        prompt_tokens: number,
        completion_tokens: number,
        total_tokens: number,
        cached_tokens: number,
        prompt_tokens_details: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        raw,
        fc.constantFrom('completion', 'completion_and_reasoning', 'total_less_prompt'),
        (value, rule) => {
          const read = readUsage(value, rule);
          if (read === null) return;
          for (const count of Object.values(read)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
          expect(read.cachedInputTokens).toBeLessThanOrEqual(read.inputTokens);
          expect(read.cacheWriteTokens).toBeLessThanOrEqual(read.inputTokens);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
