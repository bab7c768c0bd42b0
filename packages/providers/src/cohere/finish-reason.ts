import { finishWord } from '../convert/finish-word.ts';
import type { FinishReason } from '../spec/chat-model.ts';

/** Cohere's `finish_reason`, those of version 1 of its API included: some gateways still send them. */
const WORDS: ReadonlyMap<string, FinishReason> = new Map([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['ERROR_LIMIT', 'length'],
  ['TOOL_CALL', 'tool_calls'],
  ['ERROR_TOXIC', 'content_filter'],
  ['ERROR', 'error'],
  ['TIMEOUT', 'error'],
  ['USER_CANCEL', 'error'],
]);

/** Why an answer ended, in OpenAI's vocabulary, and Cohere's own word. Without one it ended by its tool calls or by itself. */
export function readFinishReason(word: string | null, toolCalls: number): { reason: FinishReason; raw: string | null } {
  return word === null ? { reason: toolCalls > 0 ? 'tool_calls' : 'stop', raw: null } : finishWord(WORDS, word);
}
