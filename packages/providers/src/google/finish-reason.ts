import { finishWord } from '../convert/finish-word.ts';
import type { FinishReason } from '../spec/chat-model.ts';

/** Google's `finishReason`. */
const WORDS: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['IMAGE_RECITATION', 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['UNEXPECTED_TOOL_CALL', 'error'],
  ['TOO_MANY_TOOL_CALLS', 'error'],
  ['MISSING_THOUGHT_SIGNATURE', 'error'],
  ['MALFORMED_RESPONSE', 'error'],
]);

/** A `finishReason` in OpenAI's vocabulary, and the word itself. An answer that calls tools says STOP as well. */
export function readFinishReason(word: string, calls: number): { reason: FinishReason; raw: string | null } {
  const read = finishWord(WORDS, word);
  return read.reason === 'stop' && calls > 0 ? { reason: 'tool_calls', raw: read.raw } : read;
}
