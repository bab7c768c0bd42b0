import { tokenCount } from '../convert/token-count.ts';
import { asObject, type Loose } from '../http/parse-json.ts';
import type { Usage } from '../spec/usage.ts';

type RawUsage = Loose<
  | 'promptTokenCount'
  | 'toolUsePromptTokenCount'
  | 'cachedContentTokenCount'
  | 'candidatesTokenCount'
  | 'thoughtsTokenCount'
  | 'totalTokenCount'
>;

/**
 * Reads `usageMetadata`. Google counts answer and thoughts apart, and what its own tools read apart from the prompt; here output and input hold both.
 * An answer without text has no `candidatesTokenCount`. Null when a figure cannot be true or the prompt's is missing: the caller then counts for itself.
 */
export function readUsage(value: unknown): Usage | null {
  const raw: RawUsage | null = asObject(value);
  const prompt = tokenCount(raw?.promptTokenCount);
  const answer = countOrNone(raw?.candidatesTokenCount);
  const thoughts = countOrNone(raw?.thoughtsTokenCount);
  const toolUse = countOrNone(raw?.toolUsePromptTokenCount);
  if (raw === null || prompt === null || answer === null || thoughts === null || toolUse === null) return null;
  const input = prompt + toolUse;
  return {
    inputTokens: input,
    cachedInputTokens: Math.min(tokenCount(raw.cachedContentTokenCount) ?? 0, input),
    cacheWriteTokens: 0,
    outputTokens: answer + thoughts,
    reasoningTokens: thoughts,
  };
}

/** A count; 0 when it is not given, null when it cannot be true. */
function countOrNone(value: unknown): number | null {
  return value === undefined || value === null ? 0 : tokenCount(value);
}
