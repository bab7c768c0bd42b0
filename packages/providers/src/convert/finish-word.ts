import type { FinishReason } from '../spec/chat-model.ts';

const RAW_LENGTH_MAX = 100;

/** A provider's word in OpenAI's vocabulary by the table given, and the word itself where it differs. An unknown word counts as `stop`. */
export function finishWord(
  words: ReadonlyMap<string, FinishReason>,
  word: string,
): { reason: FinishReason; raw: string | null } {
  const reason = words.get(word) ?? words.get(word.toLowerCase()) ?? 'stop';
  return { reason, raw: word === reason ? null : word.slice(0, RAW_LENGTH_MAX) };
}
