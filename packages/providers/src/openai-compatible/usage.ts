import { tokenCount } from '../convert/token-count.ts';
import { asObject, type Loose } from '../http/parse-json.ts';
import type { Usage } from '../spec/usage.ts';
import type { Quirks } from './quirks.ts';

type RawUsage = Loose<
  | 'prompt_tokens'
  | 'input_tokens'
  | 'completion_tokens'
  | 'output_tokens'
  | 'total_tokens'
  | 'prompt_tokens_details'
  | 'completion_tokens_details'
  | 'prompt_cache_hit_tokens'
  | 'num_cached_tokens'
  | 'cached_tokens'
  | 'cache_read_input_tokens'
  | 'cache_creation_input_tokens'
  | 'reasoning_tokens'
>;

/**
 * Reads a `usage` object. Null when there is none, or when its totals are missing or cannot be true (negative, not a number, above a thousand million):
 * the caller then counts for itself. A figure of detail that cannot be true counts as 0; cached tokens are never more than the input.
 * `reasoningTokens` stays as reported, even where a provider's figures contradict each other: nothing is priced by it.
 */
export function readUsage(value: unknown, billedOutput: Quirks['billedOutput']): Usage | null {
  const raw: RawUsage | null = asObject(value);
  if (raw === null) return null;
  const total = tokenCount(raw.total_tokens);
  const input = tokenCount(raw.prompt_tokens ?? raw.input_tokens);
  if (input === null) return null;
  const completion = tokenCount(raw.completion_tokens ?? raw.output_tokens) ?? rest(raw, total, input);
  if (completion === null) return null;
  const reasoning =
    tokenCount(asObject<'reasoning_tokens'>(raw.completion_tokens_details)?.reasoning_tokens ?? raw.reasoning_tokens) ??
    0;
  return {
    inputTokens: input,
    cachedInputTokens: Math.min(cachedOf(raw), input),
    cacheWriteTokens: Math.min(cacheWriteOf(raw), input),
    outputTokens: outputOf(billedOutput, { input, completion, reasoning, total }),
    reasoningTokens: reasoning,
  };
}

/** True when both say the same. */
export function isSameUsage(left: Usage, right: Usage): boolean {
  return (
    left.inputTokens === right.inputTokens &&
    left.outputTokens === right.outputTokens &&
    left.cachedInputTokens === right.cachedInputTokens &&
    left.cacheWriteTokens === right.cacheWriteTokens &&
    left.reasoningTokens === right.reasoningTokens
  );
}

/** The output where only the total tells it, and nothing false was said in its place. */
function rest(raw: RawUsage, total: number | null, input: number): number | null {
  const isSaid = (raw.completion_tokens ?? raw.output_tokens ?? null) !== null;
  return isSaid || total === null || total < input ? null : total - input;
}

function outputOf(
  billedOutput: Quirks['billedOutput'],
  given: { input: number; completion: number; reasoning: number; total: number | null },
): number {
  if (billedOutput === 'completion_and_reasoning') return given.completion + given.reasoning;
  if (billedOutput === 'total_less_prompt' && given.total !== null)
    return Math.max(given.completion, given.total - given.input);
  return given.completion;
}

function cachedOf(raw: RawUsage): number {
  const details = asObject<'cached_tokens'>(raw.prompt_tokens_details);
  return (
    tokenCount(details?.cached_tokens) ??
    tokenCount(raw.prompt_cache_hit_tokens) ??
    tokenCount(raw.num_cached_tokens) ??
    tokenCount(raw.cached_tokens) ??
    tokenCount(raw.cache_read_input_tokens) ??
    0
  );
}

function cacheWriteOf(raw: RawUsage): number {
  const details = asObject<'cache_write_tokens'>(raw.prompt_tokens_details);
  return tokenCount(details?.cache_write_tokens) ?? tokenCount(raw.cache_creation_input_tokens) ?? 0;
}
