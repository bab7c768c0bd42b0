import type { ChatMessage, ChatRequest } from '@q/providers/spec/chat-model';

const BYTES_PER_TOKEN_BOUND = 2;
const TOKENS_PER_MESSAGE = 16;
const TOKENS_OF_PROVIDER_PREAMBLE = 64;
const TOKENS_PER_IMAGE = 5_000;
const INPUT_TOKENS_MIN = 512;

const BYTES_PER_TOKEN_COUNTED = 4;
const TOKENS_PER_MESSAGE_COUNTED = 4;

interface Size {
  bytes: number;
  images: number;
}

function sizeOf(request: Pick<ChatRequest, 'messages' | 'tools' | 'responseFormat'>): Size {
  const size: Size = { bytes: 0, images: 0 };
  for (const message of request.messages) {
    if (typeof message.content === 'string') size.bytes += Buffer.byteLength(message.content);
    else if (message.content) {
      for (const part of message.content) {
        if (part.type === 'text') size.bytes += Buffer.byteLength(part.text);
        else size.images += 1;
      }
    }
    if (message.tool_calls) size.bytes += Buffer.byteLength(JSON.stringify(message.tool_calls));
    if (message.name) size.bytes += Buffer.byteLength(message.name);
  }
  if (request.tools) size.bytes += Buffer.byteLength(JSON.stringify(request.tools));
  if (request.responseFormat) size.bytes += Buffer.byteLength(JSON.stringify(request.responseFormat));
  return size;
}

function reasoningBytes({ reasoning_content: text, reasoningState: pieces = [] }: ChatMessage): number {
  const state = pieces.reduce((sum, { value }) => sum + Buffer.byteLength(JSON.stringify(value)), 0);
  return state + Buffer.byteLength(text ?? '');
}

/**
 * An upper bound of the input tokens, for the hold: ⌈bytes / 2⌉ + 16 a message + a constant, at least 512; images at 5,000 each.
 * Bytes and not a tokenizer, because every BPE tokenizer takes seconds on hostile text; on recorded prompts this bound held in over 99 %.
 */
export function boundInputTokens(request: Pick<ChatRequest, 'messages' | 'tools' | 'responseFormat'>): number {
  const { bytes, images } = sizeOf(request);
  // Whether the provider is sent it is not known here; what it may cost is held.
  const reasoning = request.messages.reduce((sum, each) => sum + reasoningBytes(each), 0);
  const text =
    Math.ceil((bytes + reasoning) / BYTES_PER_TOKEN_BOUND) +
    TOKENS_PER_MESSAGE * request.messages.length +
    TOKENS_OF_PROVIDER_PREAMBLE;
  return Math.max(INPUT_TOKENS_MIN, text) + TOKENS_PER_IMAGE * images;
}

/** A fair count of the input tokens, charged only when the provider never tells its own: ⌈bytes / 4⌉ + 4 a message; images at a thousand. */
export function countInputTokens(request: Pick<ChatRequest, 'messages' | 'tools' | 'responseFormat'>): number {
  const { bytes, images } = sizeOf(request);
  return (
    Math.ceil(bytes / BYTES_PER_TOKEN_COUNTED) + TOKENS_PER_MESSAGE_COUNTED * request.messages.length + 1_000 * images
  );
}

/** Output tokens of relayed text, charged only when the provider's own figure never came: ⌈bytes / 4⌉, as in English prose. */
export function countOutputTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN_COUNTED);
}
