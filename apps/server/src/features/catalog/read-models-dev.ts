import { z } from 'zod';
import type { IncomingModel } from './apply-catalog.ts';
import { importPrice } from './import-price.ts';
import type { SeedPrice } from './seed-format.ts';
import type { ModelRow } from './store.ts';

/** Providers whose models are the operator's own: no public catalog knows them. */
const LOCAL_PROVIDERS = new Set(['ollama', 'sandbox']);

/** Only what is used, so that new fields do no harm. Format: https://models.dev/api.json. */
const modelSchema = z.object({
  name: z.string().min(1).optional(),
  reasoning: z.boolean().optional(),
  tool_call: z.boolean().optional(),
  structured_output: z.boolean().optional(),
  status: z.string().optional(),
  release_date: z.string().optional(),
  modalities: z.object({ input: z.array(z.string()).optional(), output: z.array(z.string()).optional() }).optional(),
  limit: z.object({ context: z.number().optional(), output: z.number().optional() }).optional(),
  cost: z
    .object({
      input: z.number().optional(),
      output: z.number().optional(),
      cache_read: z.number().optional(),
      cache_write: z.number().optional(),
      tiers: z.array(z.object({ tier: z.object({ size: z.number() }) })).optional(),
    })
    .nullish(),
});

type ForeignModel = z.infer<typeof modelSchema>;

/** `{provider: {models: {name: …}}}`, as the API answers it or inside `providers` as snapshots keep it. */
const providersSchema = z.record(
  z.string(),
  z.object({ models: z.record(z.string(), z.unknown()) }).catch({ models: {} }),
);

/** What a foreign catalog says of models, and what is wrong with it. Nothing may be written while there are faults. */
export interface ForeignCatalog {
  models: IncomingModel[];
  faults: string[];
  /** Models left alone for a reason a person should know. */
  skipped: { id: string; why: string }[];
}

/** True when `data` looks like a models.dev catalog. */
export function isModelsDev(data: unknown): boolean {
  const providers = providersOf(data);
  return providers !== null && Object.values(providers).some(({ models }) => Object.keys(models).length > 0);
}

function providersOf(data: unknown): z.infer<typeof providersSchema> | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const nested = (data as { providers?: unknown }).providers;
  const parsed = providersSchema.safeParse(typeof nested === 'object' && nested !== null ? nested : data);
  return parsed.success ? parsed.data : null;
}

function readPrice(id: string, cost: NonNullable<ForeignModel['cost']>, faults: string[]): SeedPrice | null {
  if (cost.input === undefined) return null;
  const price = (name: string, usd: number) => {
    const text = importPrice(usd);
    if (text === null) faults.push(`${id}: ${name} ${usd} is no price in dollars per million tokens`);
    return text ?? '0.00';
  };
  // A cached price of 0 beside a paid input means that there is none.
  const optional = (name: string, usd: number | undefined) =>
    usd === undefined || usd === 0 ? undefined : price(name, usd);
  const cachedInput = optional('cache_read', cost.cache_read);
  const cacheWrite = optional('cache_write', cost.cache_write);
  return {
    unit: 'token',
    input: price('input', cost.input),
    output: price('output', cost.output ?? 0),
    ...(cachedInput === undefined ? {} : { cached_input: cachedInput }),
    ...(cacheWrite === undefined ? {} : { cache_write: cacheWrite }),
  };
}

function isFree(price: SeedPrice): boolean {
  return price.unit === 'token' && Number(price.input) === 0 && Number(price.output) === 0;
}

function positive(value: number | undefined): number | null {
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : null;
}

function withCapability(
  capabilities: IncomingModel['capabilities'],
  name: IncomingModel['capabilities'][number],
  here: boolean | undefined,
): IncomingModel['capabilities'] {
  // What a catalog does not list may still be right here; only additions are taken.
  return here === true && !capabilities.includes(name) ? [...capabilities, name] : capabilities;
}

function updatedFacts(row: ModelRow, foreign: ForeignModel) {
  const answersText = row.endpoints.includes('chat') || row.endpoints.includes('responses');
  const step = foreign.cost?.tiers?.map(({ tier }) => tier.size).sort((a, b) => a - b)[0];
  const context = answersText ? positive(foreign.limit?.context) : null;
  const sold = context !== null && step !== undefined ? Math.min(context, step) : context;
  const output = answersText ? positive(foreign.limit?.output) : null;
  const reasoning = withCapability(row.capabilities, 'reasoning', answersText && foreign.reasoning);
  return {
    context_window: sold ?? row.context_window,
    provider_context_window:
      sold !== null && context !== null && sold < context ? context : row.provider_context_window,
    max_output: output !== null && sold !== null ? Math.min(output, sold) : (output ?? row.max_output),
    capabilities: withCapability(reasoning, 'structured_output', answersText && foreign.structured_output),
  };
}

/** Lifecycles only move forward: a catalog that still lists a model does not bring it back. */
function updatedStatus(row: ModelRow, foreign: ForeignModel): ModelRow['status'] {
  return row.status === 'active' && foreign.status === 'deprecated' ? 'deprecated' : row.status;
}

function updateOf(row: ModelRow, foreign: ForeignModel, price: SeedPrice | null, asOf: string): IncomingModel {
  const { provider_name: _name, managed_by: _by, free_tier: _free, created_at: _c, updated_at: _u, ...facts } = row;
  const sources = [...row.sources.filter(({ name }) => name !== 'models.dev'), { name: 'models.dev', as_of: asOf }];
  return {
    ...facts,
    ...updatedFacts(row, foreign),
    status: updatedStatus(row, foreign),
    price: price && { effective_from: asOf, terms: price },
    price_changes: null,
    sources,
    checked_at: asOf,
  };
}

function newModel(provider: { id: string; name: string }, upstream: string, foreign: ForeignModel): ModelRow {
  const today = new Date(0);
  const images = foreign.modalities?.input?.includes('image') === true;
  return {
    id: `${provider.id}/${upstream}`,
    provider: provider.id,
    provider_name: provider.name,
    upstream_model: upstream,
    name: foreign.name ?? upstream,
    description: `${foreign.name ?? upstream} by ${provider.name}.`,
    version: null,
    category: 'chat',
    endpoints: ['chat'],
    capabilities: [
      ...(['text'] as const),
      ...(images ? (['vision'] as const) : []),
      ...(foreign.tool_call ? (['tools'] as const) : []),
    ],
    input_modalities: images ? ['text', 'image'] : ['text'],
    output_modalities: ['text'],
    context_window: null,
    provider_context_window: null,
    max_output: null,
    status: 'active',
    successor: null,
    released_at: z.iso.date().safeParse(foreign.release_date).data ?? null,
    retires_at: null,
    free_tier: false,
    managed_by: 'catalog',
    sources: [],
    checked_at: '0001-01-01',
    created_at: today,
    updated_at: today,
  };
}

function isSellable(foreign: ForeignModel, price: SeedPrice | null): boolean {
  const output = foreign.modalities?.output ?? ['text'];
  return (
    price !== null && !isFree(price) && foreign.status !== 'deprecated' && output.length === 1 && output[0] === 'text'
  );
}

/**
 * Reads a models.dev catalog against the stored rows: updates of models that are stored, and with `addNew` further text models of
 * the same providers. Faults are prices and shapes that cannot be true; models of no concern here are not looked at.
 */
export function readModelsDev(
  data: unknown,
  rows: readonly ModelRow[],
  options: { asOf: string; addNew: boolean },
): ForeignCatalog {
  const providers = providersOf(data) ?? {};
  const found: ForeignCatalog = { models: [], faults: [], skipped: [] };
  const known = new Map(rows.map((row) => [`${row.provider}/${row.upstream_model}`, row]));
  const names = new Map(rows.map((row) => [row.provider, row.provider_name]));
  for (const [providerId, { models }] of Object.entries(providers)) {
    const name = names.get(providerId);
    if (name === undefined || LOCAL_PROVIDERS.has(providerId)) continue;
    for (const [upstream, raw] of Object.entries(models)) {
      const row = known.get(`${providerId}/${upstream}`);
      if (!row && !options.addNew) continue;
      readOne(found, {
        id: `${providerId}/${upstream}`,
        raw,
        row,
        provider: { id: providerId, name },
        asOf: options.asOf,
      });
    }
  }
  return found;
}

function readOne(
  found: ForeignCatalog,
  one: { id: string; raw: unknown; row: ModelRow | undefined; provider: { id: string; name: string }; asOf: string },
): void {
  const parsed = modelSchema.safeParse(one.raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    found.faults.push(`${one.id}: ${issue?.path.join('.')}: ${issue?.message}`);
    return;
  }
  const foreign = parsed.data;
  const price = foreign.cost ? readPrice(one.id, foreign.cost, found.faults) : null;
  if (!one.row) {
    const upstream = one.id.slice(one.provider.id.length + 1);
    if (isSellable(foreign, price))
      found.models.push(updateOf(newModel(one.provider, upstream, foreign), foreign, price, one.asOf));
    return;
  }
  if (one.row.endpoints.includes('images')) {
    found.skipped.push({ id: one.row.id, why: 'images are priced by hand' });
  } else if (price && isFree(price) && !one.row.free_tier) {
    // Catalogs write 0 for a price they do not know: nothing is given away on their word.
    found.skipped.push({ id: one.row.id, why: 'its price would fall to zero; set that by hand' });
  } else found.models.push(updateOf(one.row, foreign, price, one.asOf));
}
