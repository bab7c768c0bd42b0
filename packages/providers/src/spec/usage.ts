/**
 * Tokens of one call, normalised over all providers.
 * `inputTokens` holds all input, cached and cache-write tokens included; `outputTokens` all billed output, reasoning included.
 */
export interface Usage {
  inputTokens: number;
  /** Part of `inputTokens` that was read from the provider's prompt cache. */
  cachedInputTokens: number;
  /** Part of `inputTokens` that was written to the provider's prompt cache. */
  cacheWriteTokens: number;
  outputTokens: number;
  /** Part of `outputTokens` spent on reasoning that is not shown. */
  reasoningTokens: number;
  /** Images made, where a model is priced by the image. */
  images?: number;
}

/** Where a usage figure comes from: the provider's own, counted by us from the text, or our last checkpoint before a crash. */
export type UsageSource = 'provider' | 'counted' | 'checkpoint';
