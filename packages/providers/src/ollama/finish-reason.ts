import { finishWord } from '../convert/finish-word.ts';
import type { FinishReason } from '../spec/chat-model.ts';

/** Ollama's `done_reason`. `load` and `unload` answer requests without a prompt. */
const WORDS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['load', 'stop'],
  ['unload', 'stop'],
  ['length', 'length'],
]);

/** Why an answer ended, in OpenAI's vocabulary, and Ollama's own word. An answer that ends with tool calls has simply stopped, says Ollama. */
export function readDoneReason(word: string | null, toolCalls: number): { reason: FinishReason; raw: string | null } {
  const { reason, raw } = word === null ? { reason: 'stop' as const, raw: null } : finishWord(WORDS, word);
  return reason === 'stop' && toolCalls > 0 ? { reason: 'tool_calls', raw: word } : { reason, raw };
}
