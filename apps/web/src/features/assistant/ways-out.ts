import type { RecommendationAnswer } from '@q/contract/recommendations';
import type { AssistantSearch } from './assistant-search.ts';
import { type Limit, limitsOf } from './limits.ts';
import { t } from './strings.ts';
import type { Requirements } from './words.ts';

/** The kinds of limits behind each requirement that can fail. */
const KINDS: Record<string, readonly Limit['kind'][]> = {
  speed: ['fast'],
  provider: ['include'],
  budget: ['budget'],
  tools: ['tools'],
  structured_output: ['structured_output'],
  context: ['context', 'long_context'],
  excluded_provider: ['exclude'],
  free: ['free_only'],
  local: ['local'],
  open_weights: ['open_weights'],
};

/** What stands in the way and can be let go: limits of the sentence, or a switch beside it. */
interface WaysOut {
  limits: Limit[];
  patch: { label: string; change: { free?: undefined; available?: undefined } } | null;
}

/** What to let go for the requirements that fail. */
export function waysOut(failing: readonly string[], requirements: Requirements, search: AssistantSearch): WaysOut {
  const kinds = failing.flatMap((name) => KINDS[name] ?? []);
  const limits = limitsOf(requirements).filter(({ kind }) => kinds.includes(kind));
  if (failing.includes('available') && search.available) {
    return { limits, patch: { label: t('modelsThatAreNot'), change: { available: undefined } } };
  }
  if (failing.includes('free') && search.free) {
    return { limits, patch: { label: t('paidModelsToo'), change: { free: undefined } } };
  }
  return { limits, patch: null };
}

/** Figures that a budget is rounded up to: two digits of what it has to be. */
function roundedUp(usd: string): string | null {
  const dollars = Number(usd);
  if (!(dollars > 0)) return null;
  const step = 10 ** (Math.floor(Math.log10(dollars)) - 1);
  const rounded = Math.ceil(Number((dollars / step).toPrecision(12))) * step;
  // Six decimals are what a budget can have; anything finer counts as the smallest.
  return Math.max(rounded, 0.000001).toFixed(6).replace(/0+$/, '').replace(/\.$/, '');
}

/** The budget per call that the cheapest pick would fit in, when the budget of the sentence is one per call and had to be given up. */
export function budgetThatFits({
  relaxed,
  recommendations,
  analysis,
}: Pick<RecommendationAnswer, 'relaxed' | 'recommendations' | 'analysis'>): { now: Limit; next: Limit } | null {
  const now = limitsOf(analysis.requirements).find(({ kind }) => kind === 'budget');
  if (!relaxed.includes('budget') || now?.kind !== 'budget' || now.per !== 'call') return null;
  const costs = recommendations.map(({ estimated_cost_usd: cost }) => cost).sort((a, b) => Number(a) - Number(b));
  const amount = roundedUp(costs[0] ?? '');
  return amount === null ? null : { now, next: { kind: 'budget', amount, per: 'call' } };
}
