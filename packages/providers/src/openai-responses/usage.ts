import { tokenCount } from '../convert/token-count.ts';
import { asObject, type Loose } from '../http/parse-json.ts';
import type { Usage } from '../spec/usage.ts';

type RawUsage = Loose<'input_tokens' | 'input_tokens_details' | 'output_tokens' | 'output_tokens_details'>;

/**
 * Reads `usage` of the Responses API: input holds what was cached, output holds reasoning. Null when a total is missing or cannot be true:
 * the caller then counts for itself. Cached and cache-write tokens are never more than the input.
 */
export function readUsage(value: unknown): Usage | null {
  const raw: RawUsage | null = asObject(value);
  const input = tokenCount(raw?.input_tokens);
  const output = tokenCount(raw?.output_tokens);
  if (raw === null || input === null || output === null) return null;
  const details = asObject<'cached_tokens' | 'cache_write_tokens'>(raw.input_tokens_details);
  const reasoning = asObject<'reasoning_tokens'>(raw.output_tokens_details)?.reasoning_tokens;
  return {
    inputTokens: input,
    cachedInputTokens: Math.min(tokenCount(details?.cached_tokens) ?? 0, input),
    cacheWriteTokens: Math.min(tokenCount(details?.cache_write_tokens) ?? 0, input),
    outputTokens: output,
    reasoningTokens: tokenCount(reasoning) ?? 0,
  };
}
