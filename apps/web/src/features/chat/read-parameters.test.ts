import { chatParametersSchema } from '@q/contract/chat';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NUMBER_PARAMETERS, readParameters } from './read-parameters.ts';

const read = (texts: Record<string, string>) => readParameters((name) => texts[name] ?? '');

describe('readParameters', () => {
  it('leaves empty fields to the model', () => {
    expect(read({ temperature: ' ', system_prompt: '\n' })).toEqual({ parameters: {}, faults: {} });
  });

  it('reads numbers as people write them', () => {
    expect(read({ temperature: '0,7', presence_penalty: '−1.5', max_tokens: '800' }).parameters).toEqual({
      temperature: 0.7,
      presence_penalty: -1.5,
      max_tokens: 800,
    });
  });

  it('says by field what is wrong', () => {
    expect(read({ temperature: '3', max_tokens: '1.5', top_p: 'x' }).faults).toEqual({
      temperature: 'Enter a number from 0 to 2.',
      max_tokens: 'Enter a whole number from 1 to 1000000.',
      top_p: 'Enter a number from 0 to 1.',
    });
    expect(read({ system_prompt: 'x'.repeat(32_001) }).faults).toHaveProperty('system_prompt');
  });

  it('answers nothing the server would refuse', () => {
    const text = fc.oneof(fc.string(), fc.double({ noNaN: true }).map(String), fc.integer().map(String));
    const texts = fc.dictionary(fc.constantFrom('system_prompt', ...NUMBER_PARAMETERS.map(({ name }) => name)), text);
    fc.assert(
      fc.property(texts, (given) => {
        expect(chatParametersSchema.safeParse(read(given).parameters).success).toBe(true);
      }),
    );
  });
});
