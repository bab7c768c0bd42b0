import type { SandboxModelFact } from './knowledge.ts';
import type { IndexedModel } from './model-index.ts';
import { blendedPrice, isFree, readPrice } from './price.ts';
import type { Question } from './understand.ts';
import { readWords } from './words.ts';

/** Context that counts as long when the question names no number. */
const LONG_CONTEXT_TOKENS = 200_000;

/** Models on sale that do what the question needs, within its limits: the available before the others, active before deprecated, then the cheapest. */
export function fittingModels(question: Question, models: readonly SandboxModelFact[]): SandboxModelFact[] {
  const limit = question.priceLimit === null ? null : readPrice(question.priceLimit);
  const context = question.contextTokens ?? (question.asks.context ? LONG_CONTEXT_TOKENS : 0);
  return models
    .filter((model) => model.status !== 'retired' && !model.id.startsWith('sandbox/'))
    .filter((model) => wantedCapabilities(question).every((capability) => model.capabilities.includes(capability)))
    .filter((model) => question.providers.length === 0 || question.providers.includes(model.provider))
    .filter((model) => (model.contextWindow ?? 0) >= context)
    .filter((model) => !question.asks.free || isFree(model))
    .filter((model) => limit === null || isWithin(model, limit))
    .sort(byStandingThenPrice);
}

/** Up to three models of a list in price order, the cheapest, the middle and the top, and before them one that is made for the task by its own words. */
export function spread(question: Question, fitting: readonly SandboxModelFact[]): SandboxModelFact[] {
  const standing = fitting.filter((model) => rankOf(model) === rankOf(fitting[0]));
  const specialist = madeFor(question, fitting);
  const picks = [standing[0], standing[Math.floor((standing.length - 1) / 2)], standing.at(-1)];
  return [...new Set([specialist, ...picks].filter((model) => model !== undefined))];
}

/** Sorts by context, the longest first. */
export function byContext(left: SandboxModelFact, right: SandboxModelFact): number {
  return (right.contextWindow ?? 0) - (left.contextWindow ?? 0);
}

/** Models whose name or description shares words with the question, the most first; the catalog's order among equals. */
export function mentionedModels(question: Question, models: readonly IndexedModel[]): SandboxModelFact[] {
  const wanted = [...new Set(question.words.list.filter((word) => word.length > 3 && !COMMON.has(word)))];
  return models
    .filter(({ model }) => model.status !== 'retired' && !model.id.startsWith('sandbox/'))
    .map(({ model, described }) => ({ model, score: wanted.filter((word) => described.has(word)).length }))
    .filter((one) => one.score > 0)
    .sort((left, right) => right.score - left.score)
    .map((one) => one.model);
}

const COMMON = new Set(
  'about with that this have from what when where which would could should there their they them will your model models than then into very more most some please tell give want like'.split(
    ' ',
  ),
);

function wantedCapabilities(question: Question): string[] {
  const wanted = question.needs.map((need) => need.capability);
  return wanted.length === 0 && !question.asks.list ? ['text'] : wanted;
}

/** The cheapest whose name or description speaks of the first need. */
function madeFor(question: Question, fitting: readonly SandboxModelFact[]): SandboxModelFact | undefined {
  const need = question.needs[0];
  if (!need || need.capability === 'text') return undefined;
  const phrases = need.phrases.filter((phrase) => phrase.length > 3).map((phrase) => phrase.replace('*', ''));
  return fitting.find((model) => {
    const { text } = readWords(model.name);
    return phrases.some((phrase) => text.includes(phrase));
  });
}

function isWithin(model: SandboxModelFact, limit: bigint): boolean {
  const price = readPrice(model.inputPricePerMillion);
  return price !== null && price <= limit;
}

function rankOf(model: SandboxModelFact | undefined): number {
  if (!model) return 3;
  return (model.available ? 0 : 2) + (model.status === 'active' ? 0 : 1);
}

function byStandingThenPrice(left: SandboxModelFact, right: SandboxModelFact): number {
  return (
    rankOf(left) - rankOf(right) ||
    byPrice(blendedPrice(left), blendedPrice(right)) ||
    byPrice(imagePrice(left), imagePrice(right))
  );
}

function byPrice(left: bigint | null, right: bigint | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return left < right ? -1 : Number(left > right);
}

function imagePrice(model: SandboxModelFact): bigint | null {
  return readPrice(model.pricePerImage?.replace(/(\.\d{6})\d+$/, '$1') ?? null);
}
