import { tokenCount } from '../convert/token-count.ts';
import { asObject, type Loose } from '../http/parse-json.ts';
import type { Usage } from '../spec/usage.ts';

type RawUsage = Loose<'billed_units' | 'tokens' | 'cached_tokens'>;
type RawTokens = Loose<'input_tokens' | 'output_tokens' | 'reasoning_tokens'>;

/**
 * Reads `usage`. Cohere counts twice: `tokens` is all the model saw, a hidden preamble of hundreds of tokens included, `billed_units` what it charges
 * for. What is charged for counts. `cached_tokens` is a part of the former, and no discount of the latter: it counts only where nothing says what
 * is billed. Null when a total is missing or cannot be true: the caller then counts for itself.
 */
export function readUsage(value: unknown): Usage | null {
  const raw: RawUsage | null = asObject(value);
  const tokens: RawTokens | null = asObject(raw?.tokens);
  const billed = totalsOf(raw?.billed_units);
  const totals = billed ?? totalsOf(tokens);
  if (totals === null) return null;
  const cached = billed === null ? (tokenCount(raw?.cached_tokens) ?? 0) : 0;
  return {
    ...totals,
    cachedInputTokens: Math.min(cached, totals.inputTokens),
    cacheWriteTokens: 0,
    reasoningTokens: Math.min(tokenCount(tokens?.reasoning_tokens) ?? 0, totals.outputTokens),
  };
}

function totalsOf(value: unknown): Pick<Usage, 'inputTokens' | 'outputTokens'> | null {
  const raw: RawTokens | null = asObject(value);
  const inputTokens = tokenCount(raw?.input_tokens);
  const outputTokens = tokenCount(raw?.output_tokens);
  return inputTokens === null || outputTokens === null ? null : { inputTokens, outputTokens };
}
