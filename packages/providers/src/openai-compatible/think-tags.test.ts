import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromResponse } from './from-response.ts';
import { createStreamReader } from './from-stream.ts';
import { PRESETS } from './quirks.ts';
import { createThinkTagSplitter, splitThinkTags } from './think-tags.ts';

const split = (text: string) => splitThinkTags({ text, reasoning: '' });

describe('reasoning between tags', () => {
  it.each([
    ['<think>\nHm.\n</think>\n\nYes.', '\nHm.\n', 'Yes.'],
    ['\n <think>Hm.</think>Yes.', 'Hm.', 'Yes.'],
    ['<think></think>Yes.', '', 'Yes.'],
    ['<think>cut short, a < b', 'cut short, a < b', ''],
    ['<think>a</thin', 'a</thin', ''],
    ['<think>a</think>', 'a', ''],
  ])('%j is told from the text', (text, reasoning, rest) => {
    expect(split(text)).toEqual({ text: rest, reasoning });
  });

  it.each(['Yes.', ' <thinking>', '<', 'Write <think>x</think>.', '', '  '])('%j is text', (text) => {
    expect(split(text)).toEqual({ text, reasoning: '' });
  });

  it('is read once: a second pair is text', () => {
    expect(split('<think>a</think>b<think>c</think>')).toEqual({ text: 'b<think>c</think>', reasoning: 'a' });
  });

  it('does not depend on where the pieces are cut', () => {
    const words = fc.constantFrom('<think>', '</think>', '<', 'thi', '</', ' ', '\n', 'a', '🙂');
    fc.assert(
      fc.property(fc.array(words), fc.array(fc.nat(60)), (pieces, cuts) => {
        const whole = pieces.join('');
        const ends = [...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
        const splitter = createThinkTagSplitter();
        const said = ends.map((end, index) => splitter.push(whole.slice(ends[index - 1] ?? 0, end)));
        said.push(splitter.end());
        const join = (key: 'text' | 'reasoning') => said.map((content) => content[key]).join('');
        expect({ text: join('text'), reasoning: join('reasoning') }).toEqual(split(whole));
      }),
    );
  });
});

const message = (content: string) => ({ choices: [{ message: { content }, finish_reason: 'stop' }] });
const chunk = (content: string, finish_reason: string | null = null) => ({
  event: '',
  type: 'message',
  raw: false,
  data: JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] }),
});

describe('answers of a provider that leaves the tags in', () => {
  it('have their reasoning beside the text, whole', () => {
    const { choices } = fromResponse(message('<think>Hm.</think>\nYes.'), PRESETS.vllm.quirks);
    expect(choices[0]).toMatchObject({ text: 'Yes.', reasoning: 'Hm.' });
  });

  it('have their reasoning beside the text, streamed, and lose nothing at the end', () => {
    const read = (...pieces: string[]) => {
      const reader = createStreamReader(PRESETS.groq.quirks, undefined);
      const parts: Parameters<typeof reader.push>[1] = [];
      for (const piece of pieces) reader.push(chunk(piece), parts);
      reader.push(chunk('', 'stop'), parts);
      reader.end(parts);
      return parts.map((part) => ('text' in part ? [part.type, part.text] : [part.type]));
    };
    expect(read('<th', 'ink>Hm', '.</', 'think>\n', '\nYes.')).toEqual([
      ['reasoning-delta', 'Hm'],
      ['reasoning-delta', '.'],
      ['text-delta', 'Yes.'],
      ['finish'],
    ]);
    expect(read('<th')).toEqual([['text-delta', '<th'], ['finish']]);
  });

  it('are text as they are where a provider is not known to do so', () => {
    const { choices } = fromResponse(message('<think>Hm.</think>'), PRESETS.openai.quirks);
    expect(choices[0]).toMatchObject({ text: '<think>Hm.</think>', reasoning: '' });
  });
});
