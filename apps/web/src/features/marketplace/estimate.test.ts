import type { Pricing } from '@q/contract/models';
import { describe, expect, it } from 'vitest';
import { estimateText } from './estimate.tsx';

const TOKENS: Pricing = {
  unit: 'million_tokens',
  currency: 'USD',
  input: '4.285715',
  output: '21.428572',
  cached_input: null,
  cache_write: null,
  image: null,
};

describe('estimateText', () => {
  it('prices the prompt of the person', () => {
    expect(estimateText(TOKENS, { input: 1200, output: 400 })).toBe('$0.0137');
    expect(estimateText(TOKENS, { input: 0, output: 0 })).toBe('$0.0000');
  });

  it('calls a price of nothing free', () => {
    expect(estimateText({ ...TOKENS, input: '0.00', output: '0.00' }, { input: 1, output: 1 })).toBe('free');
  });

  it('prices one image whatever the prompt', () => {
    const image: Pricing = { ...TOKENS, unit: 'image', input: null, output: null, image: '0.114285714286' };
    expect(estimateText(image, { input: 1200, output: 400 })).toBe('$0.1143');
  });

  it('leaves a gap without a price', () => {
    expect(estimateText(null, { input: 1, output: 1 })).toBe('–');
    expect(estimateText({ ...TOKENS, input: null }, { input: 1, output: 1 })).toBe('–');
  });
});
