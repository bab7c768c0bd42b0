import type { ModelFacets, ModelQuery } from '@q/contract/models';
import { parsePricePerMillion } from '@q/contract/money';
import { compareText } from './compare-text.ts';
import { createFacetCounts, type Dimension, type FacetSteps, facetSteps } from './facets.ts';
import type { KnownModel } from './model.ts';
import { blendedPrice, inputPrice, type PriceTier, priceTier } from './price.ts';
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
  /** The steps of price, context and rating it is on. */
  steps: FacetSteps;
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
    steps: facetSteps(model),
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

type Test = (listed: ListedModel) => boolean;

function statusTest(query: ModelQuery, context: SelectionContext): Test {
  const { status } = query;
  if (status === 'all') return () => true;
  if (status) return ({ model }) => model.status === status;
  // A list to choose from leaves out what cannot be called; a search by name finds it.
  return context.relevance ? () => true : ({ model }) => model.status !== 'retired';
}

function limitTests(query: ModelQuery, context: SelectionContext): [Dimension, Test][] {
  const { min_price, max_price, min_context, min_rating, available } = query;
  const tests: [Dimension, Test][] = [];
  const low = min_price === undefined ? null : parsePricePerMillion(min_price);
  const high = max_price === undefined ? null : parsePricePerMillion(max_price);
  if (low !== null) tests.push(['min_price', ({ model }) => (inputPrice(model) ?? -1n) >= low]);
  if (high !== null) {
    tests.push([
      'max_price',
      ({ model }) => {
        const price = inputPrice(model);
        return price !== null && price <= high;
      },
    ]);
  }
  if (min_context !== undefined) tests.push(['context', ({ model }) => model.contextWindow >= min_context]);
  if (min_rating !== undefined) tests.push(['rating', ({ model }) => (model.stats.rating ?? 0) >= Number(min_rating)]);
  if (available !== undefined) tests.push(['available', ({ model }) => context.isAvailable(model) === available]);
  return tests;
}

function testsOf(query: ModelQuery, context: SelectionContext): [Dimension, Test][] {
  const { id, provider, modality, price, capability = [] } = query;
  const tests: [Dimension, Test][] = [['status', statusTest(query, context)]];
  if (provider) tests.push(['provider', ({ model }) => provider.includes(model.provider)]);
  if (modality) tests.push(['modality', ({ modalities }) => modalities.some((one) => modality.includes(one))]);
  if (price) tests.push(['price', ({ tier }) => tier !== null && price.includes(tier)]);
  if (id) tests.push(['rest', ({ model }) => id.includes(model.id)]);
  if (context.relevance) tests.push(['rest', ({ model }) => context.relevance?.has(model.id) ?? false]);
  for (const wanted of capability) tests.push(['rest', ({ model }) => model.capabilities.includes(wanted)]);
  return [...tests, ...limitTests(query, context)];
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

/** The models in order. What each is compared by is found once, not at every comparison. */
function inOrder(listed: readonly ListedModel[], query: ModelQuery, context: SelectionContext): ListedModel[] {
  const { relevance } = context;
  const sort = query.sort ?? (relevance ? 'relevance' : 'popularity');
  // Without a query nothing is more relevant than anything else.
  const chosen = SORT_KEYS[sort === 'relevance' && !relevance ? 'popularity' : sort];
  const key: SortKey = sort === 'relevance' && relevance ? ({ model }) => relevance.get(model.id) ?? 0 : chosen.key;
  const direction = (query.order ?? chosen.order) === 'asc' ? 1 : -1;
  const byAvailability = chosen === SORT_KEYS.popularity;
  const ranked = listed.map((one) => ({
    one,
    group: sort === 'price' ? priceGroup(one) : 0,
    key: key(one),
    last: byAvailability ? availabilityGroup(one, context) : 0,
  }));
  ranked.sort((a, b) => a.group - b.group || compareKeys(a.key, b.key, direction) || a.last - b.last);
  return ranked.map(({ one }) => one);
}

/** Filters, counts, sorts and cuts out one page of models that are `inBaseOrder`. */
export function selectModels(listed: readonly ListedModel[], query: ModelQuery, context: SelectionContext): Selection {
  const tests = testsOf(query, context);
  const facets = createFacetCounts(listed, context.isAvailable);
  const passing: ListedModel[] = [];
  for (const one of listed) {
    const failed = failedDimension(one, tests);
    if (failed === 'several' || failed === 'rest') continue;
    facets.count(one, failed);
    if (failed === 'none') passing.push(one);
  }
  const pageNumber = query.page ?? 1;
  const perPage = query.per_page ?? PER_PAGE_DEFAULT;
  const page = inOrder(passing, query, context).slice((pageNumber - 1) * perPage, pageNumber * perPage);
  return { page, total: passing.length, pageNumber, perPage, facets: facets.finish() };
}
