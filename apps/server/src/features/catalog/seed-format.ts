import {
  capabilitySchema,
  categorySchema,
  endpointSchema,
  modalitySchema,
  modelStatusSchema,
} from '@q/contract/models';
import { parsePricePerMillion } from '@q/contract/money';
import { z } from 'zod';
import { parsePricePerImage, type UnitPrices } from './price.ts';

/** Dollars per million tokens: the most that is believed. */
const PICO_PER_TOKEN_MAX = 10_000_000_000n;
/** Dollars per image: the most that is believed. */
const PICO_PER_IMAGE_MAX = 100_000_000_000_000n;

const usdPerMillion = z.string().refine((text) => {
  const pico = parsePricePerMillion(text);
  return pico !== null && pico <= PICO_PER_TOKEN_MAX;
}, 'must be dollars per million tokens from 0 to 10000, a decimal string with at most six decimals');

const usdPerImage = z.string().refine((text) => {
  const pico = parsePricePerImage(text);
  return pico !== null && pico <= PICO_PER_IMAGE_MAX;
}, 'must be dollars per image from 0 to 100, a decimal string');

/** What a provider charges. Without a cached or cache-write price those tokens cost what input costs. */
const seedPriceSchema = z.discriminatedUnion('unit', [
  z.strictObject({
    unit: z.literal('token'),
    input: usdPerMillion,
    output: usdPerMillion,
    cached_input: usdPerMillion.optional(),
    cache_write: usdPerMillion.optional(),
  }),
  z.strictObject({ unit: z.literal('image'), image: usdPerImage }),
]);

export type SeedPrice = z.infer<typeof seedPriceSchema>;

const sourceSchema = z.strictObject({ name: z.string().min(1), as_of: z.iso.date() });

/** One model of the seed: facts, lifecycle, the provider's price and where all that comes from. */
const seedModelSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*\/\S+$/),
  provider: z.string(),
  upstream_model: z.string().min(1),
  name: z.string().min(1),
  description: z.string().min(1).max(600),
  version: z.string().nullable(),
  category: categorySchema,
  endpoints: z.array(endpointSchema).min(1),
  capabilities: z.array(capabilitySchema),
  input_modalities: z.array(modalitySchema).min(1),
  output_modalities: z.array(modalitySchema).min(1),
  context_window: z.number().int().positive().nullable(),
  provider_context_window: z.number().int().positive().nullable(),
  max_output: z.number().int().positive().nullable(),
  status: modelStatusSchema,
  successor: z.string().nullable(),
  released_at: z.iso.date().nullable(),
  retires_at: z.iso.date().nullable(),
  /** Null when the last price of a retired model is not known. */
  price: z.strictObject({ effective_from: z.iso.date(), terms: seedPriceSchema }).nullable(),
  /** Prices the provider has announced for a later day. */
  price_changes: z.array(z.strictObject({ effective_from: z.iso.date(), terms: seedPriceSchema })),
  sources: z.array(sourceSchema).min(1),
  checked_at: z.iso.date(),
});

export type SeedModel = z.infer<typeof seedModelSchema>;

function lifecycleFaults(models: readonly SeedModel[]): string[] {
  const byId = new Map(models.map((model) => [model.id, model]));
  const faults: string[] = [];
  if (byId.size !== models.length) faults.push('two models have the same id');
  for (const model of models) {
    if (!model.id.startsWith(`${model.provider}/`)) faults.push(`${model.id}: the id must start with its provider`);
    if (model.status !== 'retired' && model.price === null) faults.push(`${model.id}: a model on sale needs a price`);
    if (model.status === 'active') continue;
    const successor = model.successor === null ? undefined : byId.get(model.successor);
    if (!successor) faults.push(`${model.id}: the successor ${model.successor} is not in the catalog`);
    else if (successor.status === 'retired')
      faults.push(`${model.id}: the successor ${model.successor} is retired too`);
  }
  return faults;
}

/** The committed catalog, `apps/server/seeds/models.json`. */
export const seedSchema = z
  .strictObject({
    format: z.literal('q-catalog/1'),
    providers: z.array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]*$/),
        name: z.string().min(1),
        docs_url: z.url().nullable(),
      }),
    ),
    models: z.array(seedModelSchema),
  })
  .superRefine((seed, context) => {
    const providers = new Set(seed.providers.map((provider) => provider.id));
    const strangers = seed.models.filter((model) => !providers.has(model.provider));
    const faults = lifecycleFaults(seed.models).concat(
      strangers.map((model) => `${model.id}: the provider ${model.provider} is not listed`),
    );
    for (const message of faults) context.addIssue({ code: 'custom', message });
  });

export type Seed = z.infer<typeof seedSchema>;

/** The seed's strings as pico-dollars. Call it on parsed prices only: it takes their form for granted. */
export function toUnitPrices(price: SeedPrice): UnitPrices {
  const none = { input: 0n, cachedInput: 0n, cacheWrite: 0n, output: 0n, image: 0n };
  if (price.unit === 'image') return { ...none, image: parsePricePerImage(price.image) ?? 0n };
  const input = parsePricePerMillion(price.input) ?? 0n;
  return {
    ...none,
    input,
    output: parsePricePerMillion(price.output) ?? 0n,
    cachedInput: price.cached_input === undefined ? input : (parsePricePerMillion(price.cached_input) ?? input),
    cacheWrite: price.cache_write === undefined ? input : (parsePricePerMillion(price.cache_write) ?? input),
  };
}
