import type { Usage } from '@q/providers/spec/usage';
import type { RefUsage } from '../model/reference-ledger.ts';

/** The reference's usage as the product has it. */
export const toUsage = ({ input, cached, write, output }: RefUsage): Usage => ({
  inputTokens: Number(input),
  cachedInputTokens: Number(cached),
  cacheWriteTokens: Number(write),
  outputTokens: Number(output),
  reasoningTokens: 0,
});

/** The product's usage as the reference has it. */
export const toRefUsage = (usage: Usage): RefUsage => ({
  input: BigInt(usage.inputTokens),
  cached: BigInt(usage.cachedInputTokens),
  write: BigInt(usage.cacheWriteTokens),
  output: BigInt(usage.outputTokens),
});
