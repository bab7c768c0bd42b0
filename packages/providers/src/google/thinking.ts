import { refuse } from '../convert/refuse.ts';
import type { ModelTraits } from './model-traits.ts';

/** Tokens for thinking by effort, for models that count it in tokens (as Google's own OpenAI-compatible endpoint has it). */
const BUDGETS: Readonly<Record<string, number>> = { low: 1_024, medium: 8_192, high: 24_576 };

/**
 * `generationConfig.thinkingConfig` for an effort in OpenAI's words; undefined: not sent. Where a model thinks, a summary of its thoughts is asked for.
 * `minimal` is the least effort the model knows. Throws ProviderError `invalid_request` for an effort that the model has not.
 */
export function toThinkingConfig(traits: ModelTraits, effort: string | undefined): Record<string, unknown> | undefined {
  if (effort === undefined) return traits.thinksUnasked ? { includeThoughts: true } : undefined;
  if (effort === 'none') return turnedOff(traits);
  if (traits.thinking === 'none') refuse('reasoning_effort', 'This model does not reason before it answers.');
  const level = effort === 'minimal' ? (traits.efforts[0] ?? effort) : effort;
  if (!traits.efforts.includes(level)) {
    const known = new Set([...(traits.canTurnOff ? ['none'] : []), 'minimal', ...traits.efforts]);
    refuse('reasoning_effort', `This model knows the efforts ${[...known].join(', ')}.`);
  }
  return traits.thinking === 'budget'
    ? { thinkingBudget: BUDGETS[level], includeThoughts: true }
    : { thinkingLevel: level, includeThoughts: true };
}

function turnedOff(traits: ModelTraits): Record<string, unknown> | undefined {
  if (!traits.canTurnOff)
    refuse('reasoning_effort', 'This model always reasons; the least effort it knows is minimal.');
  return traits.thinking === 'budget' ? { thinkingBudget: 0 } : undefined;
}
