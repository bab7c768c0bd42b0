import { tokenCount } from '../convert/token-count.ts';
import type { Loose } from '../http/parse-json.ts';
import type { Usage } from '../spec/usage.ts';

/**
 * Reads the counts of a finished answer. Ollama leaves out a prompt that it had wholly in its memory: that is none to evaluate. Null when the
 * output is missing or a count cannot be true: the caller then counts for itself. Thinking is not told apart from the rest of the output.
 */
export function readUsage(answer: Loose<'prompt_eval_count' | 'eval_count'>): Usage | null {
  const inputTokens = tokenCount(answer.prompt_eval_count ?? 0);
  const outputTokens = tokenCount(answer.eval_count);
  if (inputTokens === null || outputTokens === null) return null;
  return { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens, reasoningTokens: 0 };
}
