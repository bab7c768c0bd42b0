import {
  CAPABILITIES,
  MODALITIES,
  MODEL_STATUSES,
  type ModelFacets,
  type ModelQuery,
  PRICE_TIERS,
} from '@q/contract/models';
import { parsePricePerMillion } from '@q/contract/money';
import type { KnownModel } from './model.ts';
import { blendedPrice, type PriceTier, priceTier } from './price.ts';
import type { Relevance } from './search-index.ts';

const PER_PAGE_DEFAULT = 20;

/** A model with what is computed once for each snapshot. */
export interface ListedModel {
  model: KnownModel;
  /** Null when its price is not known. */
  tier: PriceTier | null;
  blended: bigint | null;
  /** In and out. */
  modalities: KnownModel['inputModalities'];
  /** The day it counts from: a model whose release day is not published counts from the day its facts were read. */
  day: string;
}

/** A page of the models that pass the filters, in order. */
export interface Selection {
  page: ListedModel[];
  total: number;
  pageNumber: number;
  perPage: number;
  facets: ModelFacets;
}

/** What a selection needs beside the models. */
export interface SelectionContext {
  isAvailable: (model: KnownModel) => boolean;
  /** What the text search found; null without a query. */
  relevance: Relevance | null;
}

export function toListedModel(model: KnownModel): ListedModel {
  return {
    model,
    tier: model.price ? priceTier(model.price) : null,
    blended: model.price ? blendedPrice(model.price) : null,
    modalities: [...new Set([...model.inputModalities, ...model.outputModalities])],
    day: model.releasedAt ?? model.checkedAt,
  };
}

/**
 * Models in the order that decides between equals: what can be called before what cannot, newer before older, and the id, so that
 * the order is always the same. Sorting is stable, so a selection only compares what it is asked to sort by.
 */
export function inBaseOrder(models: Iterable<KnownModel>): ListedModel[] {
  return [...models]
    .map(toListedModel)
    .sort(
      (a, b) =>
        Number(a.model.status === 'retired') - Number(b.model.status === 'retired') ||
        compareText(b.day, a.day) ||
        compareText(a.model.id, b.model.id),
    );
}

/** The dimensions a facet counts by; every other filter is one of the rest. */
type Dimension = 'provider' | 'modality' | 'price' | 'status' | 'rest';
type Test = (listed: ListedModel) => boolean;

function inputPrice({ model }: ListedModel): bigint | null {
  return model.price?.unit === 'token' ? model.price.list.input : null;
}

function statusTest(query: ModelQuery, context: SelectionContext): Test {
  const { status } = query;
  if (status === 'all') return () => true;
  if (status) return ({ model }) => model.status === status;
  // A list to choose from leaves out what cannot be called; a search by name finds it.
  return context.relevance ? () => true : ({ model }) => model.status !== 'retired';
}

function restTests(query: ModelQuery, context: SelectionContext): Test[] {
  const { capability = [], min_price, max_price, min_context, min_rating, available } = query;
  const tests: Test[] = [];
  if (context.relevance) tests.push(({ model }) => context.relevance?.has(model.id) ?? false);
  for (const wanted of capability) tests.push(({ model }) => model.capabilities.includes(wanted));
  const low = min_price === undefined ? null : parsePricePerMillion(min_price);
  const high = max_price === undefined ? null : parsePricePerMillion(max_price);
  if (low !== null) tests.push((listed) => (inputPrice(listed) ?? -1n) >= low);
  if (high !== null) {
    tests.push((listed) => {
      const price = inputPrice(listed);
      return price !== null && price <= high;
    });
  }
  if (min_context !== undefined) tests.push(({ model }) => model.contextWindow >= min_context);
  if (min_rating !== undefined) tests.push(({ model }) => (model.stats.rating ?? 0) >= Number(min_rating));
  if (available !== undefined) tests.push(({ model }) => context.isAvailable(model) === available);
  return tests;
}

function testsOf(query: ModelQuery, context: SelectionContext): [Dimension, Test][] {
  const { provider, modality, price } = query;
  const tests: [Dimension, Test][] = [['status', statusTest(query, context)]];
  if (provider) tests.push(['provider', ({ model }) => provider.includes(model.provider)]);
  if (modality) tests.push(['modality', ({ modalities }) => modalities.some((one) => modality.includes(one))]);
  if (price) tests.push(['price', ({ tier }) => tier !== null && price.includes(tier)]);
  return [...tests, ...restTests(query, context).map((test): [Dimension, Test] => ['rest', test])];
}

/** The one dimension a model fails, `none` when it passes everything, `several` when it fails more than one. */
function failedDimension(listed: ListedModel, tests: readonly [Dimension, Test][]): Dimension | 'none' | 'several' {
  let failed: Dimension | 'none' = 'none';
  for (const [dimension, test] of tests) {
    if (test(listed)) continue;
    if (failed !== 'none' && failed !== dimension) return 'several';
    failed = dimension;
  }
  return failed;
}

/**
 * What each facet counts, and which filter it leaves out of account so that its other values can be chosen too. A further
 * capability narrows what is left, so capabilities count the models already listed.
 */
const FACETS: { leavesOut: Dimension | null; valuesOf: (listed: ListedModel) => readonly string[] }[] = [
  { leavesOut: 'provider', valuesOf: ({ model }) => [model.provider] },
  { leavesOut: null, valuesOf: ({ model }) => model.capabilities },
  { leavesOut: 'modality', valuesOf: ({ modalities }) => modalities },
  { leavesOut: 'price', valuesOf: ({ tier }) => (tier === null ? [] : [tier]) },
  { leavesOut: 'status', valuesOf: ({ model }) => [model.status] },
];

function createFacetCounts() {
  const labels = new Map<string, string>();
  const counts = FACETS.map((facet) => ({ ...facet, found: new Map<string, number>() }));
  const inOrder = (found: ReadonlyMap<string, number> | undefined, values: readonly string[]) =>
    values.flatMap((value) => {
      const count = found?.get(value);
      return count === undefined ? [] : [{ value, label: value.replaceAll('_', ' '), count }];
    });
  return {
    count(listed: ListedModel, failed: Dimension | 'none') {
      for (const { leavesOut, valuesOf, found } of counts) {
        if (failed !== 'none' && failed !== leavesOut) continue;
        for (const value of valuesOf(listed)) found.set(value, (found.get(value) ?? 0) + 1);
      }
      labels.set(listed.model.provider, listed.model.providerName);
    },
    finish(): ModelFacets {
      const [providers, capabilities, modalities, prices, statuses] = counts.map(({ found }) => found);
      return {
        providers: [...(providers ?? [])]
          .map(([value, count]) => ({ value, label: labels.get(value) ?? value, count }))
          .sort((a, b) => b.count - a.count || compareText(a.value, b.value)),
        capabilities: inOrder(capabilities, CAPABILITIES),
        modalities: inOrder(modalities, MODALITIES),
        price_tiers: inOrder(prices, PRICE_TIERS),
        statuses: inOrder(statuses, MODEL_STATUSES),
      };
    },
  };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type SortKey = (listed: ListedModel) => number | bigint | string | null;

const SORT_KEYS: Record<NonNullable<ModelQuery['sort']>, { key: SortKey; order: 'asc' | 'desc' }> = {
  popularity: { key: ({ model }) => model.stats.usageCount, order: 'desc' },
  rating: { key: ({ model }) => model.stats.rating, order: 'desc' },
  price: { key: ({ blended }) => blended, order: 'asc' },
  relevance: { key: () => null, order: 'desc' },
  newest: { key: ({ day }) => day, order: 'desc' },
  context: { key: ({ model }) => model.contextWindow || null, order: 'desc' },
  speed: { key: ({ model }) => model.stats.tokensPerSecond, order: 'desc' },
};

/** Images are priced by the piece and cannot be compared with tokens: they follow them. */
function priceGroup({ model }: ListedModel): number {
  return model.price?.unit === 'image' ? 1 : 0;
}

function compareKeys(a: ReturnType<SortKey>, b: ReturnType<SortKey>, direction: 1 | -1): number {
  if (a === b) return 0;
  // What is not known comes last in both directions.
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -direction : direction;
}

/** Among equally popular models, as all are on a new marketplace, those that can be called come first. */
function availabilityGroup({ model }: ListedModel, context: SelectionContext): number {
  return context.isAvailable(model) ? 0 : 1;
}

function comparator(query: ModelQuery, context: SelectionContext) {
  const { relevance } = context;
  const sort = query.sort ?? (relevance ? 'relevance' : 'popularity');
  // Without a query nothing is more relevant than anything else.
  const chosen = SORT_KEYS[sort === 'relevance' && !relevance ? 'popularity' : sort];
  const key: SortKey = sort === 'relevance' && relevance ? ({ model }) => relevance.get(model.id) ?? 0 : chosen.key;
  const direction = (query.order ?? chosen.order) === 'asc' ? 1 : -1;
  return (a: ListedModel, b: ListedModel): number =>
    (sort === 'price' ? priceGroup(a) - priceGroup(b) : 0) ||
    compareKeys(key(a), key(b), direction) ||
    (chosen === SORT_KEYS.popularity ? availabilityGroup(a, context) - availabilityGroup(b, context) : 0);
}

/** Filters, counts, sorts and cuts out one page of models that are `inBaseOrder`. */
export function selectModels(listed: readonly ListedModel[], query: ModelQuery, context: SelectionContext): Selection {
  const tests = testsOf(query, context);
  const facets = createFacetCounts();
  const passing: ListedModel[] = [];
  for (const one of listed) {
    const failed = failedDimension(one, tests);
    if (failed === 'several' || failed === 'rest') continue;
    facets.count(one, failed);
    if (failed === 'none') passing.push(one);
  }
  passing.sort(comparator(query, context));
  const pageNumber = query.page ?? 1;
  const perPage = query.per_page ?? PER_PAGE_DEFAULT;
  const page = passing.slice((pageNumber - 1) * perPage, pageNumber * perPage);
  return { page, total: passing.length, pageNumber, perPage, facets: facets.finish() };
}
