import type { StreamPart } from '@q/providers/spec/stream-part';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChunkWriter } from './openai-format.ts';

const HEAD = { id: 'chatcmpl-"1"', created: 1_760_000_000, model: 'openai/o"1', provider: 'openai' };

/** The chunk as it would be written from an object. */
function chunkOf(text: string, choice: number, isFirst: boolean) {
  const delta = isFirst ? { content: text, role: 'assistant' } : { content: text };
  return {
    id: HEAD.id,
    object: 'chat.completion.chunk',
    created: HEAD.created,
    model: HEAD.model,
    provider: HEAD.provider,
    choices: [{ index: choice, delta, logprobs: null, finish_reason: null }],
    usage: null,
  };
}

test('pieces of text are valid chunks whatever they hold, and only the first of each choice bears the role', () => {
  const piece = fc.record({ text: fc.string({ unit: 'binary' }), choice: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
      const writer = createChunkWriter(HEAD);
      const begun = new Set<number>();
      for (const { text, choice } of pieces) {
        const part: StreamPart = { type: 'text-delta', choice, text };
        const chunk = writer.chunk(part);
        expect(JSON.parse(chunk ?? '')).toEqual(chunkOf(text, choice, !begun.has(choice)));
        begun.add(choice);
      }
    }),
    { seed: 5 },
  );
});

test('text with log probabilities and the end are written whole', () => {
  const writer = createChunkWriter(HEAD);
  writer.chunk({ type: 'text-delta', choice: 0, text: 'a' });
  const logprobs = { content: [{ token: 'b', logprob: -1 }] };
  const [withLogprobs, finish] = [
    writer.chunk({ type: 'text-delta', choice: 0, text: 'b', logprobs }),
    writer.chunk({ type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }),
  ].map((chunk) => JSON.parse(chunk ?? '').choices[0]);
  expect(withLogprobs).toMatchObject({ delta: { content: 'b' }, logprobs });
  expect(finish).toMatchObject({ delta: {}, finish_reason: 'stop' });
  expect(writer.chunk({ type: 'usage', usage: {} as never })).toBeNull();
});
