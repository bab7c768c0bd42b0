import type { ChatMessage } from '../spec/chat-model.ts';

const BYTES_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;

/** The text of a message; other parts than text count nothing. */
export function textOf(message: ChatMessage): string {
  if (typeof message.content === 'string') return message.content;
  return (message.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** The sandbox's tokens of a conversation: ⌈UTF-8 bytes of all text / 4⌉ + 4 a message. */
export function countInput(messages: readonly ChatMessage[]): number {
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(textOf(message)), 0);
  return Math.ceil(bytes / BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE * messages.length;
}

/** The sandbox's tokens of an answer: ⌈UTF-8 bytes / 4⌉. */
export function countOutput(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** The longest beginning of a text that counts at most so many tokens, cut between characters. */
export function cutToTokens(text: string, tokensMax: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > tokensMax * BYTES_PER_TOKEN) return text.slice(0, end);
    end += character.length;
  }
  return text;
}
