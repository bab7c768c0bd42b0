import { z } from 'zod';

/** What a model can do when it is called through this marketplace. */
export const CAPABILITIES = [
  'text',
  'code',
  'reasoning',
  'vision',
  'image_generation',
  'embeddings',
  'audio',
  'tools',
  'structured_output',
  'prompt_caching',
] as const;

/** What a model is mainly for. */
export const CATEGORIES = ['chat', 'code', 'reasoning', 'embedding', 'image', 'audio', 'completion'] as const;

export const MODALITIES = ['text', 'image', 'audio', 'video', 'pdf', 'embedding'] as const;

/** `deprecated` still answers until `lifecycle.retires_at`; `retired` answers no more and names a successor. */
export const MODEL_STATUSES = ['active', 'deprecated', 'retired'] as const;

export const PRICE_TIERS = ['free', 'budget', 'mid', 'premium'] as const;

export const MODEL_SORTS = ['popularity', 'rating', 'price', 'relevance', 'newest', 'context', 'speed'] as const;

/** Kinds of provider calls a model is served by. */
export const ENDPOINTS = ['chat', 'responses', 'embeddings', 'images'] as const;

const MODELS_PER_PAGE_MAX = 100;
const PAGE_MAX = 100_000;
const QUERY_LENGTH_MAX = 200;

export const capabilitySchema = z.enum(CAPABILITIES);
export const categorySchema = z.enum(CATEGORIES);
export const modalitySchema = z.enum(MODALITIES);
export const modelStatusSchema = z.enum(MODEL_STATUSES);
export const endpointSchema = z.enum(ENDPOINTS);

/** A price: dollars per million tokens or per image, as a decimal string. Null where the unit is not sold. */
const priceSchema = z
  .string()
  .regex(/^\d+\.\d{2,12}$/)
  .nullable();

/** What one call costs the buyer (`pricing`) or the platform (`provider_pricing`). */
export const pricingSchema = z.object({
  unit: z.enum(['million_tokens', 'image']),
  currency: z.literal('USD'),
  input: priceSchema,
  output: priceSchema,
  cached_input: priceSchema,
  cache_write: priceSchema,
  image: priceSchema,
});

export type Pricing = z.infer<typeof pricingSchema>;

const apiFormatSchema = z.object({
  endpoint: z.string(),
  format: z.string(),
  modalities: z.array(modalitySchema),
  streaming: z.boolean(),
});

/** One model as every page and client sees it. Figures of use are null or 0 until there are real calls and reviews. */
export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  provider_name: z.string(),
  description: z.string(),
  version: z.string().nullable(),
  category: categorySchema,
  capabilities: z.array(capabilitySchema),
  modalities: z.object({ input: z.array(modalitySchema), output: z.array(modalitySchema) }),
  /** Tokens that can be sent and received here at the price shown; null where tokens are not counted. */
  context_window: z.number().int().nullable(),
  /** The provider's own, larger window, when prices step up inside it and only the part below the step is sold. */
  provider_context_window: z.number().int().nullable(),
  max_output: z.number().int().nullable(),
  /** What the buyer pays; null only for retired models whose last price is not known. */
  pricing: pricingSchema.nullable(),
  /** The provider's own list price. */
  provider_pricing: pricingSchema.nullable(),
  /** The next price that is already known, such as the end of an introductory offer. */
  price_change: z.object({ effective_at: z.iso.datetime(), pricing: pricingSchema }).nullable(),
  price_tier: z.enum(PRICE_TIERS).nullable(),
  /** True when a call costs the buyer nothing. */
  free_tier: z.boolean(),
  rating: z.number().nullable(),
  reviews: z.number().int(),
  usage_count: z.number().int(),
  unique_users: z.number().int(),
  /** Calls a day over the last 14 days, oldest first, today last (UTC). */
  daily_calls: z.array(z.number().int()),
  /** Share of the last seven days' finished calls that the provider answered; null without calls. */
  success_rate: z.number().nullable(),
  /** Measured over the last seven days' calls; null without any. */
  latency: z.object({
    ttft_ms_p50: z.number().nullable(),
    ttft_ms_p95: z.number().nullable(),
    tokens_per_second: z.number().nullable(),
  }),
  status: modelStatusSchema,
  successor: z.string().nullable(),
  available: z.boolean(),
  lifecycle: z.object({
    released_at: z.iso.date().nullable(),
    retires_at: z.iso.date().nullable(),
    checked_at: z.iso.date(),
  }),
  /** Where the facts and the price come from. */
  sources: z.array(z.object({ name: z.string(), as_of: z.iso.date() })),
  api_spec: z.object({ input: apiFormatSchema, output: apiFormatSchema }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export type Model = z.infer<typeof modelSchema>;

/** One model with everybody who serves it now, in the order they are tried: each call is charged at the price of the provider that answers it. */
export const modelDetailSchema = modelSchema.extend({
  offers: z.array(
    z.object({
      provider: z.string(),
      provider_name: z.string(),
      /** What the buyer pays there. */
      pricing: pricingSchema,
      provider_pricing: pricingSchema,
      price_change: modelSchema.shape.price_change,
      context_window: z.number().int().nullable(),
      /** Measured there over the last seven days' calls; null without any. */
      latency: z.object({ ttft_ms_p50: z.number().nullable(), tokens_per_second_p50: z.number().nullable() }),
    }),
  ),
});

export type ModelDetail = z.infer<typeof modelDetailSchema>;

/** What a model costs, has cost and will cost at one provider, as far as it is known. */
export const priceHistorySchema = z.object({
  model: z.string(),
  /** Newest first. A version holds until the next one of the same provider begins. */
  data: z.array(
    z.object({
      provider: z.string(),
      provider_name: z.string(),
      valid_from: z.iso.datetime(),
      pricing: pricingSchema,
      provider_pricing: pricingSchema,
    }),
  ),
});

export type PriceHistory = z.infer<typeof priceHistorySchema>;

const facetSchema = z.array(z.object({ value: z.string(), label: z.string(), count: z.number().int() }));

/** A page of models. Each facet counts the models that would be listed if that value were chosen beside the other filters. */
export const modelListSchema = z.object({
  data: z.array(modelSchema),
  total: z.number().int(),
  page: z.number().int(),
  per_page: z.number().int(),
  facets: z.object({
    providers: facetSchema,
    capabilities: facetSchema,
    modalities: facetSchema,
    price_tiers: facetSchema,
    statuses: facetSchema,
    /** `true` and `false`. */
    availability: facetSchema,
    /** By `PRICE_STEPS`: models at this input price and above, at this and below. */
    min_prices: facetSchema,
    max_prices: facetSchema,
    /** By `CONTEXT_STEPS` and `RATING_STEPS`: models with this much or more. */
    contexts: facetSchema,
    ratings: facetSchema,
  }),
});

export type ModelList = z.infer<typeof modelListSchema>;
export type ModelFacets = ModelList['facets'];

/** One value or several of the same name (`?provider=a&provider=b`), as a list. */
function repeatable<T extends z.ZodType>(value: T) {
  return z.union([value.transform((one) => [one]), z.array(value).max(50)]);
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .union([z.string().regex(/^\d{1,12}$/, message), z.number()])
    .transform(Number)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, message);
}

function decimal(max: number) {
  const message = `must be a number from 0 to ${max} with at most six decimals`;
  return z
    .union([z.string(), z.number()])
    .transform(String)
    .refine((text) => /^\d{1,9}(\.\d{1,6})?$/.test(text) && Number(text) <= max, message);
}

const searchTextSchema = z.string().max(QUERY_LENGTH_MAX);

const modelIdSchema = z.string().min(1).max(260);

const filterShape = {
  /** Only these models, such as a person's favourites. */
  id: repeatable(modelIdSchema).optional(),
  /** Models that could take this one's place, the nearest first. With `q` only those of them that it finds. */
  similar_to: modelIdSchema.optional(),
  provider: repeatable(z.string().min(1).max(100)).optional(),
  capability: repeatable(capabilitySchema).optional(),
  modality: repeatable(modalitySchema).optional(),
  price: repeatable(z.enum(PRICE_TIERS)).optional(),
  /** Dollars per million input tokens, as the buyer pays them. */
  min_price: decimal(1_000_000).optional(),
  max_price: decimal(1_000_000).optional(),
  min_context: wholeNumber(0, 1_000_000_000).optional(),
  min_rating: decimal(5).optional(),
  status: z.enum([...MODEL_STATUSES, 'all']).optional(),
  available: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).optional(),
};

const pageShape = {
  sort: z.enum(MODEL_SORTS).optional(),
  order: z.enum(['asc', 'desc']).optional(),
  page: wholeNumber(1, PAGE_MAX).optional(),
  per_page: wholeNumber(1, MODELS_PER_PAGE_MAX).optional(),
};

/** `GET /api/v1/models`. */
export const modelQuerySchema = z.object({ q: searchTextSchema.optional(), ...filterShape, ...pageShape });

export type ModelQuery = z.infer<typeof modelQuerySchema>;

/** `POST /api/v1/search`: the same as a body. A filter that does not exist is refused, so that a slip of the pen shows. */
export const modelSearchSchema = z.strictObject({
  query: searchTextSchema.default(''),
  filters: z.strictObject({ ...filterShape, ...pageShape }).default({}),
  ...pageShape,
});

const leaderSchema = z.object({ id: z.string(), name: z.string(), provider: z.string() });

/** `GET /api/v1/stats`. */
export const marketplaceStatsSchema = z.object({
  models: z.object({
    total: z.number().int(),
    active: z.number().int(),
    deprecated: z.number().int(),
    retired: z.number().int(),
    available: z.number().int(),
  }),
  providers: z.number().int(),
  users: z.number().int(),
  calls: z.number().int(),
  tokens: z.number().int(),
  most_used: z.array(leaderSchema.extend({ usage_count: z.number().int(), unique_users: z.number().int() })),
  best_rated: z.array(leaderSchema.extend({ rating: z.number(), reviews: z.number().int() })),
  /** Models that are not retired, by price tier. */
  price_distribution: z.record(z.enum(PRICE_TIERS), z.number().int()),
  generated_at: z.iso.datetime(),
});

export type MarketplaceStats = z.infer<typeof marketplaceStatsSchema>;
