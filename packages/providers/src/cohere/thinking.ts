import { refuse } from '../convert/refuse.ts';

/** Models that answer without reasoning. One that is not known is taken for one that can. */
const WITHOUT =
  /^(?:command(?:-light|-nightly|-light-nightly)?$|command-r|command-a-(?:03-2025|vision|translate)|c4ai-)/;
/** The most tokens that are thought with, by effort; null: as many as the model likes. */
const BUDGETS: ReadonlyMap<string, number | null> = new Map([
  ['minimal', 1_024],
  ['low', 2_048],
  ['medium', 8_192],
  ['high', null],
]);
/** At most this share of the output ceiling is thought with; the rest is the answer's. */
const BUDGET_SHARE = 0.75;

/** `thinking` of a request for an effort in OpenAI's words; undefined: not sent. Throws ProviderError `invalid_request` for an effort that is none. */
export function toThinking(
  model: string,
  effort: string | undefined,
  maxTokens: number | undefined,
): Record<string, unknown> | undefined {
  if (effort === undefined) return undefined;
  const thinks = !WITHOUT.test(model);
  if (effort === 'none') return thinks ? { type: 'disabled' } : undefined;
  if (!thinks) refuse('reasoning_effort', 'This model does not reason before it answers.');
  const budget = BUDGETS.get(effort);
  if (budget === undefined)
    refuse('reasoning_effort', `Cohere’s models know the efforts none, ${[...BUDGETS.keys()].join(', ')}.`);
  if (budget === null) return { type: 'enabled' };
  const share = Math.max(1, Math.floor((maxTokens ?? Number.POSITIVE_INFINITY) * BUDGET_SHARE));
  return { type: 'enabled', token_budget: Math.min(budget, share) };
}
