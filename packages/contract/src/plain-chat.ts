import { CHAT_LIMITS, type ChatCompletionRequest } from './chat.ts';

/** What most requests consist of, and how each field is checked. A field that may be null is left to the schema when it is. */
const FIELDS: Record<string, (value: unknown) => boolean> = {
  model: (value) => typeof value === 'string' && value.length >= 1 && value.length <= CHAT_LIMITS.modelIdLength,
  messages: isConversation,
  stream: (value) => typeof value === 'boolean',
  stream_options: (value) => isRecord(value) && hasOnly(value, STREAM_OPTIONS),
  max_tokens: isTokenCeiling,
  max_completion_tokens: isTokenCeiling,
  temperature: (value) => typeof value === 'number' && value >= 0 && value <= 2,
  top_p: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  user: (value) => typeof value === 'string',
};
const STREAM_OPTIONS: Record<string, (value: unknown) => boolean> = {
  include_usage: (value) => typeof value === 'boolean',
};
const MESSAGE: Record<string, (value: unknown) => boolean> = {
  role: (value) => value === 'user' || value === 'assistant' || value === 'system' || value === 'developer',
  content: (value) => typeof value === 'string',
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when every field of `value` is one of `fields` and right. */
function hasOnly(value: Record<string, unknown>, fields: Record<string, (value: unknown) => boolean>): boolean {
  for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name) || !fields[name]?.(value[name])) return false;
  return true;
}

function isTokenCeiling(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= CHAT_LIMITS.outputTokens;
}

function isConversation(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > CHAT_LIMITS.messages) return false;
  return value.every((message) => isRecord(message) && 'role' in message && hasOnly(message, MESSAGE));
}

/**
 * A parsed body that is a conversation of plain texts with ordinary settings, as `chatCompletionBodySchema` would give it; null for whatever
 * else, right or wrong, which is for the schema to say. Most requests are of this kind, and the schema takes 13 µs over one
 * under full load, 100 and more where calls are few.
 */
export function readPlainChat(body: unknown): ChatCompletionRequest | null {
  if (!isRecord(body) || !('model' in body) || !('messages' in body)) return null;
  return hasOnly(body, FIELDS) ? (body as ChatCompletionRequest) : null;
}
