import { CONTEXT_STEPS, PRICE_STEPS, RATING_STEPS } from '@q/contract/catalog-steps';
import { CAPABILITIES, MODALITIES, MODEL_STATUSES, type ModelFacets, PRICE_TIERS } from '@q/contract/models';
import { parsePricePerMillion } from '@q/contract/money';
import { compareText } from './compare-text.ts';
import type { KnownModel } from './model.ts';
import { inputPrice } from './price.ts';
import type { ListedModel } from './select-models.ts';

/** The filters a facet counts by; every other filter is one of the rest. */
export type Dimension =
  | 'provider'
  | 'modality'
  | 'price'
  | 'status'
  | 'available'
  | 'min_price'
  | 'max_price'
  | 'context'
  | 'rating'
  | 'rest';

/** The steps a model is on: those of its price and below, of its price and above, of its context and rating and below. */
export interface FacetSteps {
  minPrices: readonly string[];
  maxPrices: readonly string[];
  contexts: readonly string[];
  ratings: readonly string[];
}

const PRICES = PRICE_STEPS.map((step) => ({ step, price: parsePricePerMillion(step) ?? 0n }));

/** The steps a model is counted under. */
export function facetSteps(model: KnownModel): FacetSteps {
  const price = inputPrice(model);
  const rating = model.stats.rating ?? 0;
  const onSteps = (fits: (step: bigint) => boolean) =>
    PRICES.filter((one) => fits(one.price)).map(({ step }) => String(step));
  return {
    minPrices: price === null ? [] : onSteps((step) => price >= step),
    maxPrices: price === null ? [] : onSteps((step) => price <= step),
    contexts: CONTEXT_STEPS.filter((step) => model.contextWindow >= step).map(String),
    ratings: RATING_STEPS.filter((step) => rating >= step).map(String),
  };
}

interface Facet {
  name: keyof ModelFacets;
  /** The filter it leaves out of account, so that its other values can be chosen too; null leaves out none. */
  leavesOut: Dimension | null;
  valuesOf: (listed: ListedModel) => readonly string[];
  /** Its values in order; by count when absent. */
  order?: readonly string[];
}

/** Facets that are boxes to choose from: each names every value of the models on sale, so that no box comes and goes as others are chosen. */
const BOXES = {
  providers: ({ model }) => [model.provider],
  capabilities: ({ model }) => model.capabilities,
  modalities: ({ modalities }) => modalities,
  price_tiers: ({ tier }) => (tier === null ? [] : [tier]),
} satisfies Partial<Record<keyof ModelFacets, Facet['valuesOf']>>;

type BoxValues = ReadonlyMap<string, ReadonlySet<string>>;

/** By the models listed, which never change. */
const boxValues = new WeakMap<readonly ListedModel[], BoxValues>();

function boxValuesOf(listed: readonly ListedModel[]): BoxValues {
  const known = boxValues.get(listed);
  if (known) return known;
  const onSale = listed.filter(({ model }) => model.status !== 'retired');
  const values = new Map(Object.entries(BOXES).map(([name, valuesOf]) => [name, new Set(onSale.flatMap(valuesOf))]));
  boxValues.set(listed, values);
  return values;
}

/** A further capability narrows what is left, so capabilities count the models already listed. */
function facetsOf(isAvailable: (model: KnownModel) => boolean): Facet[] {
  return [
    { name: 'providers', leavesOut: 'provider', valuesOf: BOXES.providers },
    { name: 'capabilities', leavesOut: null, valuesOf: BOXES.capabilities, order: CAPABILITIES },
    { name: 'modalities', leavesOut: 'modality', valuesOf: BOXES.modalities, order: MODALITIES },
    {
      name: 'price_tiers',
      leavesOut: 'price',
      valuesOf: BOXES.price_tiers,
      order: PRICE_TIERS,
    },
    { name: 'statuses', leavesOut: 'status', valuesOf: ({ model }) => [model.status], order: MODEL_STATUSES },
    {
      name: 'availability',
      leavesOut: 'available',
      valuesOf: ({ model }) => [String(isAvailable(model))],
      order: ['true', 'false'],
    },
    { name: 'min_prices', leavesOut: 'min_price', valuesOf: ({ steps }) => steps.minPrices, order: PRICE_STEPS },
    { name: 'max_prices', leavesOut: 'max_price', valuesOf: ({ steps }) => steps.maxPrices, order: PRICE_STEPS },
    {
      name: 'contexts',
      leavesOut: 'context',
      valuesOf: ({ steps }) => steps.contexts,
      order: CONTEXT_STEPS.map(String),
    },
    { name: 'ratings', leavesOut: 'rating', valuesOf: ({ steps }) => steps.ratings, order: RATING_STEPS.map(String) },
  ];
}

/** Counts, model by model, how many of `listed` each value of each filter stands for. */
export function createFacetCounts(listed: readonly ListedModel[], isAvailable: (model: KnownModel) => boolean) {
  const labels = new Map(listed.map(({ model }) => [model.provider, model.providerName]));
  const boxes = boxValuesOf(listed);
  const counts = facetsOf(isAvailable).map((facet) => ({
    ...facet,
    found: new Map([...(boxes.get(facet.name) ?? [])].map((value) => [value, 0])),
  }));
  return {
    /** Counts a model that fails the filter `failed` and no other, or none at all. */
    count(one: ListedModel, failed: Dimension | 'none'): void {
      for (const { leavesOut, valuesOf, found } of counts) {
        if (failed !== 'none' && failed !== leavesOut) continue;
        for (const value of valuesOf(one)) found.set(value, (found.get(value) ?? 0) + 1);
      }
    },
    finish(): ModelFacets {
      const facets = counts.map(({ name, found, order }) => {
        const values = order
          ? order.filter((value) => found.has(value))
          : [...found.keys()].sort((a, b) => (found.get(b) ?? 0) - (found.get(a) ?? 0) || compareText(a, b));
        const labelOf = (value: string) => (order ? value.replaceAll('_', ' ') : (labels.get(value) ?? value));
        return [name, values.map((value) => ({ value, label: labelOf(value), count: found.get(value) ?? 0 }))] as const;
      });
      return Object.fromEntries(facets) as ModelFacets;
    },
  };
}
