import { finishWord } from '../convert/finish-word.ts';
import type { FinishReason } from '../spec/chat-model.ts';

/** Words of OpenAI-compatible providers for why an answer ended. */
const WORDS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['refusal', 'content_filter'],
  ['safety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['error', 'error'],
  ['timeout', 'error'],
  ['malformed_function_call', 'error'],
]);

/** A provider's word in OpenAI's vocabulary, and the word itself where it differs. An unknown word counts as `stop`. */
export function readFinishReason(word: string): { reason: FinishReason; raw: string | null } {
  return finishWord(WORDS, word);
}
