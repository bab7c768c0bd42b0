import type { EmbeddingInput } from '../spec/embedding-model.ts';
import { refuse } from './refuse.ts';

/** The inputs of an embedding call as texts. Refuses tokens, which mean nothing to another tokenizer, and more than `max` texts where there is a limit. */
export function textsOnly(input: readonly EmbeddingInput[], max = Number.POSITIVE_INFINITY): string[] {
  if (input.length > max) refuse('input', `This provider embeds at most ${max} texts at once.`);
  return input.map((each) =>
    typeof each === 'string' ? each : refuse('input', 'This provider embeds texts, not lists of tokens.'),
  );
}
