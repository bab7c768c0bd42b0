import { importPrice } from '../../apps/server/src/features/catalog/import-price.ts';
import type { SeedModel, SeedPrice } from '../../apps/server/src/features/catalog/seed-format.ts';
import type { Citation, HandModel, SourceName } from './hand-model.ts';
import type { Observation, Source, SourcePrice } from './read-sources.ts';

/** Prices further apart than this share are a disagreement somebody has to decide. */
const TOLERANCE = 0.01;

/** Whose facts count where the sources agree: the freshest first. */
const PRECEDENCE: SourceName[] = ['hand', 'pi-ai', 'genai-prices', 'node-llm', 'models.dev'];

const PRICE_FIELDS = ['input', 'output', 'cachedInput', 'cacheWrite'] as const;

/** A finished row, or the reasons why there is none. */
export interface BuiltRow {
  row: SeedModel | null;
  problems: string[];
}

function apart(left: number, right: number): boolean {
  return Math.abs(left - right) > TOLERANCE * Math.max(Math.abs(left), Math.abs(right));
}

/** The fields both sources price and price differently. */
export function disagreements(left: SourcePrice, right: SourcePrice): (typeof PRICE_FIELDS)[number][] {
  return PRICE_FIELDS.filter((field) => {
    const [a, b] = [left[field], right[field]];
    return a !== undefined && b !== undefined && apart(a, b);
  });
}

/** The sources that give values; hand-written prices cite their own source, models.dev is compared only. */
function packaged(observations: readonly Observation[]): Observation[] {
  return observations.filter((one) => one.source !== 'hand' && one.source !== 'models.dev');
}

interface Believed {
  believed: Observation | null;
  agreeing: Observation[];
  problems: string[];
}

/** Chooses the source whose price counts, and reports every disagreement that no resolution covers and every resolution that covers none. */
export function believe(
  hand: HandModel,
  observations: readonly Observation[],
  loaded: readonly SourceName[],
): Believed {
  const priced = observations
    .filter((observation) => observation.price !== null)
    .sort((a, b) => PRECEDENCE.indexOf(a.source) - PRECEDENCE.indexOf(b.source));
  const resolutions = hand.resolutions ?? [];
  const chosen = resolutions[0]?.believe ?? priced.find((observation) => observation.source !== 'models.dev')?.source;
  const believed = priced.find((observation) => observation.source === chosen) ?? null;
  const differing = (other: Observation) =>
    believed?.price && other.price ? disagreements(believed.price, other.price) : [];
  const overruled = resolutions.flatMap((resolution) => resolution.over);
  const problems = priced
    .filter((other) => !overruled.includes(other.source))
    .flatMap((other) => differing(other).map((field) => disagreementLine(hand.id, field, believed, other)));
  const stale = overruled.filter(
    (source) =>
      loaded.includes(source) && !priced.some((other) => other.source === source && differing(other).length > 0),
  );
  return {
    believed,
    agreeing: priced.filter((other) => differing(other).length === 0),
    problems: [
      ...problems,
      ...stale.map((source) => `${hand.id}: the resolution over ${source} settles nothing any more; remove it`),
    ],
  };
}

function disagreementLine(
  id: string,
  field: (typeof PRICE_FIELDS)[number],
  believed: Observation | null,
  other: Observation,
): string {
  return `${id} ${field}: ${believed?.label} says ${believed?.price?.[field]}, ${other.label} says ${other.price?.[field]}`;
}

function toSeedPrice(price: SourcePrice): SeedPrice | null {
  const strings = PRICE_FIELDS.map((field) => (price[field] === undefined ? undefined : importPrice(price[field])));
  if (strings.includes(null)) return null;
  const [input = '0.00', output = '0.00', cachedInput, cacheWrite] = strings as (string | undefined)[];
  return {
    unit: 'token',
    input,
    output,
    ...(cachedInput === undefined ? {} : { cached_input: cachedInput }),
    ...(cacheWrite === undefined ? {} : { cache_write: cacheWrite }),
  };
}

/** The believed price, with cached prices from a source that agrees where the believed one has none. */
function mergedPrice(believed: Observation, agreeing: readonly Observation[]): SourcePrice | null {
  if (believed.price === null) return null;
  const first = (field: 'cachedInput' | 'cacheWrite') =>
    believed.price?.[field] ?? packaged(agreeing).find((one) => one.price?.[field] !== undefined)?.price?.[field];
  return { ...believed.price, cachedInput: first('cachedInput'), cacheWrite: first('cacheWrite') };
}

function capabilitiesOf(
  hand: HandModel,
  seen: readonly Observation[],
  price: SeedPrice | null,
): SeedModel['capabilities'] {
  const any = (key: 'reasoning' | 'tools' | 'structuredOutput' | 'images') => seen.some((one) => one[key] === true);
  const endpoints = endpointsOf(hand);
  const answersText = answersInText(hand);
  const found: [SeedModel['capabilities'][number], boolean][] = [
    ['text', answersText],
    ['code', false],
    ['reasoning', answersText && any('reasoning')],
    ['vision', answersText && inputOf(hand, seen).includes('image')],
    ['image_generation', endpoints.includes('images')],
    ['embeddings', endpoints.includes('embeddings')],
    ['tools', answersText && any('tools')],
    ['structured_output', answersText && any('structuredOutput')],
    [
      'prompt_caching',
      price?.unit === 'token' && price.cached_input !== undefined && price.cached_input !== price.input,
    ],
  ];
  return found
    .filter(([name, here]) => (here || hand.capabilities?.includes(name)) && !hand.without?.includes(name))
    .map(([name]) => name);
}

function endpointsOf(hand: HandModel): SeedModel['endpoints'] {
  if (hand.endpoints) return hand.endpoints;
  if (hand.category === 'embedding') return ['embeddings'];
  return hand.category === 'image' ? ['images'] : ['chat'];
}

function answersInText(hand: HandModel): boolean {
  return endpointsOf(hand).some((endpoint) => endpoint === 'chat' || endpoint === 'responses');
}

function inputOf(hand: HandModel, seen: readonly Observation[]): SeedModel['input_modalities'] {
  if (hand.input) return hand.input;
  // Only what the chat format here carries is listed: text, and images where the model reads them.
  return answersInText(hand) && seen.some((one) => one.images === true) ? ['text', 'image'] : ['text'];
}

function outputOf(hand: HandModel): SeedModel['output_modalities'] {
  if (hand.output) return hand.output;
  if (hand.category === 'embedding') return ['embedding'];
  return hand.category === 'image' ? ['image'] : ['text'];
}

/** What is sold ends where the price steps up, so that one price holds for every call. Images and vectors have no token limits of their own. */
function limitsOf(hand: HandModel, seen: readonly Observation[]) {
  const limits = answersInText(hand) ? seen : [];
  const whole = hand.context ?? limits.find((one) => (one.context ?? 0) > 0)?.context ?? null;
  const largest = Math.max(whole ?? 0, ...limits.map((one) => one.context ?? 0));
  const step = limits.find((one) => one.priceStep !== undefined)?.priceStep;
  const sold = whole === null || step === undefined ? whole : Math.min(whole, step);
  const output = hand.maxOutput ?? limits.find((one) => (one.maxOutput ?? 0) > 0)?.maxOutput ?? null;
  return {
    context_window: sold,
    provider_context_window: step !== undefined && sold !== null && largest > sold ? largest : null,
    max_output: output === null || sold === null ? output : Math.min(output, sold),
  };
}

function lifecycleOf(hand: HandModel) {
  if (hand.retired)
    return { status: 'retired' as const, successor: hand.retired.successor, retires_at: hand.retired.on };
  if (hand.deprecated) {
    return { status: 'deprecated' as const, successor: hand.deprecated.successor, retires_at: hand.deprecated.on };
  }
  return { status: 'active' as const, successor: null, retires_at: null };
}

function citations(hand: HandModel, agreeing: readonly Observation[]): SeedModel['sources'] {
  const cited: Citation[] = [
    ...packaged(agreeing).map(({ label, asOf }) => ({ name: label, asOf })),
    ...(hand.sources ?? []),
    ...(hand.deprecated ? [hand.deprecated.source] : []),
    ...(hand.retired ? [hand.retired.source] : []),
  ];
  const unique = new Map(cited.map(({ name, asOf }) => [name, { name, as_of: asOf }]));
  return [...unique.values()];
}

interface PricePart {
  price: SeedModel['price'];
  changes: SeedModel['price_changes'];
  problem: string | null;
}

function priceOf(hand: HandModel, { believed, agreeing }: Believed, checkedAt: string): PricePart {
  const nothing = { price: null, changes: [], problem: null };
  if (hand.priceUnknown) return nothing;
  const dated = [...packaged(agreeing), ...(hand.sources ?? [])].map((one) => one.asOf).sort();
  if (hand.price) return { ...nothing, price: { effective_from: dated[0] ?? checkedAt, terms: hand.price } };
  const merged = believed ? mergedPrice(believed, agreeing) : null;
  const terms = merged ? toSeedPrice(merged) : null;
  if (!terms) return { ...nothing, problem: `${hand.id}: no source has a price that can be believed` };
  const since = agreeing.find((one) => one.priceSince !== undefined)?.priceSince;
  const changes = (agreeing.find((one) => one.priceChanges?.length)?.priceChanges ?? []).flatMap(({ from, price }) => {
    const later = toSeedPrice(price);
    return later ? [{ effective_from: from, terms: later }] : [];
  });
  return { price: { effective_from: since ?? dated[0] ?? checkedAt, terms }, changes, problem: null };
}

/** One seed row from what people wrote and what the sources say. */
export function buildRow(hand: HandModel, sources: readonly Source[]): BuiltRow {
  const slash = hand.id.indexOf('/');
  const provider = hand.id.slice(0, slash);
  const upstream = hand.upstream ?? hand.id.slice(slash + 1);
  const observations = sources.flatMap((source) => source.observe(provider, upstream));
  const loaded = sources.map((source) => source.name);
  const belief =
    hand.price?.unit === 'image'
      ? { believed: null, agreeing: [], problems: [] }
      : believe(hand, withHand(hand, observations), loaded);
  const seen = packaged(observations);
  const used = citations(hand, belief.agreeing);
  const checkedAt = used
    .map((source) => source.as_of)
    .sort()
    .at(-1);
  if (checkedAt === undefined) return { row: null, problems: [`${hand.id}: nothing says where this comes from`] };
  const { price, changes, problem } = priceOf(hand, belief, checkedAt);
  const row: SeedModel = {
    id: hand.id,
    provider,
    upstream_model: upstream,
    name: hand.name,
    description: hand.description,
    version: hand.version,
    category: hand.category,
    endpoints: endpointsOf(hand),
    capabilities: capabilitiesOf(hand, seen, price?.terms ?? null),
    input_modalities: inputOf(hand, seen),
    output_modalities: outputOf(hand),
    ...limitsOf(hand, seen),
    ...lifecycleOf(hand),
    released_at: hand.released ?? seen.find((one) => one.released)?.released ?? null,
    price,
    price_changes: changes,
    sources: used,
    checked_at: checkedAt,
  };
  return { row, problems: problem ? [...belief.problems, problem] : belief.problems };
}

/** A token price written by hand takes part in the comparison like any other source, and is believed. */
function withHand(hand: HandModel, observations: readonly Observation[]): Observation[] {
  if (hand.price?.unit !== 'token') return [...observations];
  const price: SourcePrice = {
    input: Number(hand.price.input),
    output: Number(hand.price.output),
    cachedInput: hand.price.cached_input === undefined ? undefined : Number(hand.price.cached_input),
    cacheWrite: hand.price.cache_write === undefined ? undefined : Number(hand.price.cache_write),
  };
  return [{ source: 'hand', label: 'the hand-written file', asOf: '', price }, ...observations];
}
