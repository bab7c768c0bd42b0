import { finishWord } from '../convert/finish-word.ts';
import type { FinishReason } from '../spec/chat-model.ts';

/** Anthropic's `stop_reason`. `pause_turn` is a break of a long turn, which the next request goes on from. */
const WORDS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

/** A `stop_reason` in OpenAI's vocabulary, and the word itself. */
export function readStopReason(word: string): { reason: FinishReason; raw: string | null } {
  return finishWord(WORDS, word);
}
