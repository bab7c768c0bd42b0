import type { Model, ModelDetail, PriceHistory, Pricing } from '@q/contract/models';
import { formatPricePerMillion } from '@q/contract/money';
import type { KnownModel } from './model.ts';
import { formatPricePerImage, type PriceVersion, type UnitPrices } from './price.ts';
import type { ListedModel } from './select-models.ts';

const RATING_DECIMALS = 2;

/** A price as it goes over the wire: dollars per million tokens or per image. */
function presentPricing(unit: PriceVersion['unit'], prices: UnitPrices): Pricing {
  const perToken = unit === 'token';
  const tokens = (pico: bigint) => (perToken ? formatPricePerMillion(pico) : null);
  return {
    unit: perToken ? 'million_tokens' : 'image',
    currency: 'USD',
    input: tokens(prices.input),
    output: tokens(prices.output),
    cached_input: tokens(prices.cachedInput),
    cache_write: tokens(prices.cacheWrite),
    image: perToken ? null : formatPricePerImage(prices.image),
  };
}

const API_FORMATS = {
  chat: {
    endpoint: 'POST /v1/chat/completions',
    input: 'openai.chat.completions',
    output: 'openai.chat.completion',
    streaming: true,
  },
  responses: { endpoint: 'POST /v1/responses', input: 'openai.responses', output: 'openai.response', streaming: true },
  embeddings: {
    endpoint: 'POST /v1/embeddings',
    input: 'openai.embeddings',
    output: 'openai.embedding.list',
    streaming: false,
  },
  images: {
    endpoint: 'POST /v1/images/generations',
    input: 'openai.images.generations',
    output: 'openai.images',
    streaming: false,
  },
} as const;

function presentApiSpec(model: KnownModel): Model['api_spec'] {
  const { endpoint, input, output, streaming } = API_FORMATS[model.endpoints[0] ?? 'chat'];
  return {
    input: { endpoint, format: input, modalities: [...model.inputModalities], streaming: false },
    output: { endpoint, format: output, modalities: [...model.outputModalities], streaming },
  };
}

function round(value: number | null, decimals: number): number | null {
  return value === null ? null : Number(value.toFixed(decimals));
}

function presentUse({ stats }: KnownModel) {
  return {
    rating: round(stats.rating, RATING_DECIMALS),
    reviews: stats.reviews,
    usage_count: stats.usageCount,
    unique_users: stats.uniqueUsers,
    daily_calls: [...stats.dailyCalls],
    success_rate: round(stats.successRate, 4),
    latency: {
      ttft_ms_p50: round(stats.ttftMsP50, 0),
      ttft_ms_p95: round(stats.ttftMsP95, 0),
      tokens_per_second: round(stats.tokensPerSecond, 1),
    },
  };
}

function presentChange(next: PriceVersion | null): Model['price_change'] {
  return next && { effective_at: next.validFrom.toISOString(), pricing: presentPricing(next.unit, next.list) };
}

/** One model as it goes over the wire. */
export function presentModel({ model, tier }: ListedModel, available: boolean): Model {
  const { price, nextPrice } = model;
  return {
    id: model.id,
    name: model.name,
    provider: model.provider,
    provider_name: model.providerName,
    description: model.description,
    version: model.version,
    category: model.category,
    capabilities: [...model.capabilities],
    modalities: { input: [...model.inputModalities], output: [...model.outputModalities] },
    context_window: model.contextWindow || null,
    provider_context_window: model.providerContextWindow,
    max_output: model.namedMaxOutput,
    pricing: price && presentPricing(price.unit, price.list),
    provider_pricing: price && presentPricing(price.unit, price.cost),
    price_change: presentChange(nextPrice),
    price_tier: tier,
    free_tier: model.freeTier,
    ...presentUse(model),
    status: model.status,
    successor: model.successor,
    available,
    lifecycle: { released_at: model.releasedAt, retires_at: model.retiresAt, checked_at: model.checkedAt },
    sources: model.sources.map(({ name, as_of }) => ({ name, as_of })),
    api_spec: presentApiSpec(model),
    created_at: model.createdAt.toISOString(),
    updated_at: model.updatedAt.toISOString(),
  };
}

function presentSpeed({ stats }: KnownModel, provider: string): ModelDetail['offers'][number]['latency'] {
  const speed = stats.speeds.find((each) => each.provider === provider);
  return {
    ttft_ms_p50: round(speed?.ttftMsP50 ?? null, 0),
    tokens_per_second_p50: round(speed?.tokensPerSecondP50 ?? null, 1),
  };
}

/** One model as its own page shows it, with who serves it: its own provider, where that can be called (`isOwn`), then the others. */
export function presentModelDetail(listed: ListedModel, available: boolean, isOwn: boolean): ModelDetail {
  const { model } = listed;
  const own = isOwn && available && model.price ? [{ ...model, price: model.price }] : [];
  return {
    ...presentModel(listed, available),
    offers: [...own, ...(available ? model.offers : [])].map(({ price, ...offer }) => ({
      provider: offer.provider,
      provider_name: offer.providerName,
      pricing: presentPricing(price.unit, price.list),
      provider_pricing: presentPricing(price.unit, price.cost),
      price_change: presentChange(offer.nextPrice),
      context_window: offer.contextWindow || null,
      latency: presentSpeed(model, offer.provider),
    })),
  };
}

/** The versions of a model's price as its page shows them. */
export function presentPriceHistory(
  model: KnownModel,
  versions: readonly { providerName: string; version: PriceVersion }[],
): PriceHistory {
  return {
    model: model.id,
    data: versions.map(({ providerName, version }) => ({
      provider: version.provider ?? model.provider,
      provider_name: providerName,
      valid_from: version.validFrom.toISOString(),
      pricing: presentPricing(version.unit, version.list),
      provider_pricing: presentPricing(version.unit, version.cost),
    })),
  };
}
