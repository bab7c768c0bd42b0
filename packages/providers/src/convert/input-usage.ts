import type { Usage } from '../spec/usage.ts';
import { tokenCount } from './token-count.ts';

/** Usage of a call that has input only; null when the count is missing or cannot be true. */
export function inputUsage(count: unknown): Usage | null {
  const inputTokens = tokenCount(count);
  if (inputTokens === null) return null;
  return { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
}
