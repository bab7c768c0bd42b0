import { describe, expect, it } from 'vitest';
import { tokensPerSecond } from './tokens-per-second.ts';

const receipt = { model_id: 'a/b', provider: 'a', ttft_ms: 500, duration_ms: 2500, usage_source: 'provider' };
const usage = { input_tokens: 10, output_tokens: 300 };

describe('tokensPerSecond', () => {
  it('leaves the wait for the first token out', () => {
    expect(tokensPerSecond({ usage, receipt })).toBe(150);
    expect(tokensPerSecond({ usage, receipt: { ...receipt, ttft_ms: null } })).toBe(120);
  });

  it('says nothing where there is nothing to tell', () => {
    expect(tokensPerSecond({ usage: null, receipt })).toBeNull();
    expect(tokensPerSecond({ usage, receipt: null })).toBeNull();
    expect(tokensPerSecond({ usage: { ...usage, output_tokens: 3 }, receipt })).toBeNull();
    expect(tokensPerSecond({ usage, receipt: { ...receipt, duration_ms: 501 } })).toBeNull();
  });
});
