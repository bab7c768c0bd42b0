import { tokenCount } from '../convert/token-count.ts';
import { asObject, type Loose } from '../http/parse-json.ts';
import type { Usage } from '../spec/usage.ts';

type RawUsage = Loose<
  'input_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens' | 'output_tokens' | 'output_tokens_details'
>;

/**
 * Reads `usage`. Anthropic counts input, cache reads and cache writes apart; here the input holds all three. Output holds thinking.
 * Null when a total is missing or cannot be true: the caller then counts for itself.
 */
export function readUsage(value: unknown): Usage | null {
  const raw: RawUsage | null = asObject(value);
  const fresh = tokenCount(raw?.input_tokens);
  const output = tokenCount(raw?.output_tokens);
  if (raw === null || fresh === null || output === null) return null;
  const cached = tokenCount(raw.cache_read_input_tokens) ?? 0;
  const written = tokenCount(raw.cache_creation_input_tokens) ?? 0;
  const thinking = asObject<'thinking_tokens'>(raw.output_tokens_details)?.thinking_tokens;
  return {
    inputTokens: fresh + cached + written,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: output,
    reasoningTokens: tokenCount(thinking) ?? 0,
  };
}

/** Two reports of one stream as one: the later figures are running totals and count wherever they are given. */
export function mergeUsage(earlier: unknown, later: unknown): object {
  const given = Object.entries(asObject<string>(later) ?? {}).filter(([, figure]) => figure !== null);
  return { ...asObject<string>(earlier), ...Object.fromEntries(given) };
}
