import type { ThreadMessage } from './queries.ts';

/** Shorter answers come in one piece: a speed of theirs would say nothing. */
const TOKENS_MIN = 8;
const MS_MIN = 50;

/** Output tokens a second after the first one, or null when the answer was too short to tell. */
export function tokensPerSecond({ usage, receipt }: Pick<ThreadMessage, 'usage' | 'receipt'>): number | null {
  if (!usage || !receipt || usage.output_tokens < TOKENS_MIN) return null;
  const ms = receipt.duration_ms - (receipt.ttft_ms ?? 0);
  return ms < MS_MIN ? null : Math.round((usage.output_tokens * 1000) / ms);
}
