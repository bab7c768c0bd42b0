import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findProvider, type ModelPrice } from '@pydantic/genai-prices';
import type { SourceName } from './hand-model.ts';

/** Dollars per million tokens as a source gives them; undefined where it gives none. */
export interface SourcePrice {
  input: number;
  output: number;
  cachedInput?: number | undefined;
  cacheWrite?: number | undefined;
}

/** What one source says of one model. */
export interface Observation {
  source: SourceName;
  /** The source's name and version as it is stored with the row. */
  label: string;
  asOf: string;
  price: SourcePrice | null;
  /** The day the price came into force, when the source says it. */
  priceSince?: string | undefined;
  priceChanges?: { from: string; price: SourcePrice }[] | undefined;
  /** Input tokens above which the price steps up. */
  priceStep?: number | undefined;
  context?: number | undefined;
  maxOutput?: number | undefined;
  released?: string | undefined;
  reasoning?: boolean | undefined;
  tools?: boolean | undefined;
  structuredOutput?: boolean | undefined;
  images?: boolean | undefined;
}

/** Looks one model up in one source: every entry it has for exactly this name. */
export interface Source {
  name: SourceName;
  observe(provider: string, upstreamModel: string): Observation[];
}

const require = createRequire(import.meta.url);

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function packageVersion(entry: string): string {
  let folder = join(entry, '..');
  while (!existsSync(join(folder, 'package.json'))) folder = join(folder, '..');
  return (readJson(join(folder, 'package.json')) as { version: string }).version;
}

/** Sources write 0 where a cached price does not exist. */
function present(price: number | undefined): number | undefined {
  return price === 0 ? undefined : price;
}

interface PiModel {
  id: string;
  type: string;
  reasoning?: boolean;
  input?: string[];
  cost: {
    input: number;
    output: number;
    cacheRead: number;
    cacheWrite: number;
    tiers?: { inputTokensAbove: number }[];
  };
  contextWindow?: number;
  maxTokens?: number;
}

/** The data files of @earendil-works/pi-ai: `dist/providers/data/<provider>.json`, models grouped by wire format. */
export function readPiAi(folder: string): Source {
  const data = join(folder, 'dist/providers/data');
  const { version } = readJson(join(folder, 'package.json')) as { version: string };
  const { generatedAt } = readJson(join(data, '.manifest.json')) as { generatedAt: string };
  const cache = new Map<string, PiModel[]>();
  const modelsOf = (provider: string): PiModel[] => {
    const path = join(data, `${provider}.json`);
    if (!cache.has(provider)) {
      const groups = existsSync(path) ? (readJson(path) as Record<string, Record<string, PiModel>>) : {};
      cache.set(
        provider,
        Object.values(groups).flatMap((group) => Object.values(group)),
      );
    }
    return cache.get(provider) ?? [];
  };
  return {
    name: 'pi-ai',
    observe: (provider, upstreamModel) =>
      modelsOf(provider)
        .filter((model) => model.type === 'chat' && model.id === upstreamModel)
        .map(({ cost, ...model }) => ({
          source: 'pi-ai',
          label: `@earendil-works/pi-ai ${version}`,
          asOf: generatedAt.slice(0, 10),
          price: {
            input: cost.input,
            output: cost.output,
            cachedInput: present(cost.cacheRead),
            cacheWrite: present(cost.cacheWrite),
          },
          priceStep: cost.tiers?.map((tier) => tier.inputTokensAbove).sort((a, b) => a - b)[0],
          context: model.contextWindow,
          maxOutput: model.maxTokens,
          reasoning: model.reasoning,
          images: model.input?.includes('image'),
          // This catalog only lists models that call tools.
          tools: true,
        })),
  };
}

/** The day version 0.1.8 of the package was published. It bears no date of its own. */
const GENAI_PRICES_AS_OF = '2026-09-23';

type Match = { equals?: string; or?: Match[] };

function matchesExactly(match: unknown, name: string): boolean {
  const { equals, or } = match as Match;
  return equals === name || (or?.some((one) => matchesExactly(one, name)) ?? false);
}

function baseOf(price: ModelPrice[string]): number | undefined {
  return typeof price === 'object' ? price.base : price;
}

function toSourcePrice(prices: ModelPrice): SourcePrice | null {
  const input = baseOf(prices['input_mtok']);
  if (input === undefined) return null;
  return {
    input,
    output: baseOf(prices['output_mtok']) ?? 0,
    cachedInput: baseOf(prices['cache_read_mtok']),
    cacheWrite: baseOf(prices['cache_write_mtok']),
  };
}

interface DatedPrices {
  from: string | undefined;
  prices: ModelPrice;
}

function datedPrices(prices: unknown): DatedPrices[] {
  if (!Array.isArray(prices)) return [{ from: undefined, prices: prices as ModelPrice }];
  return (prices as { constraint?: { type: string; start_date?: string }; prices: ModelPrice }[])
    .filter(({ constraint }) => constraint === undefined || constraint.type === 'start_date')
    .map(({ constraint, prices: dated }) => ({ from: constraint?.start_date, prices: dated }));
}

/** @pydantic/genai-prices, by exact ids only: its own matching takes prefixes, and gives a new model its predecessor's price. */
export function readGenaiPrices(today: string): Source {
  const label = `@pydantic/genai-prices ${packageVersion(require.resolve('@pydantic/genai-prices'))}`;
  return {
    name: 'genai-prices',
    observe(provider, upstreamModel) {
      const models = findProvider({ providerId: provider })?.models ?? [];
      return models
        .filter((model) => model.id === upstreamModel || matchesExactly(model.match, upstreamModel))
        .map((model) => {
          const dated = datedPrices(model.prices);
          const inForce = dated.filter(({ from }) => from === undefined || from <= today).at(-1);
          const input = inForce?.prices['input_mtok'];
          return {
            source: 'genai-prices' as const,
            label,
            asOf: GENAI_PRICES_AS_OF,
            price: inForce ? toSourcePrice(inForce.prices) : null,
            priceSince: inForce?.from,
            priceChanges: dated.flatMap(({ from, prices }) => {
              const price = toSourcePrice(prices);
              return from !== undefined && from > today && price ? [{ from, price }] : [];
            }),
            priceStep: typeof input === 'object' ? input.tiers[0]?.start : undefined,
          };
        });
    },
  };
}

interface NodeLlmModel {
  id: string;
  provider: string;
  created_at: string | null;
  context_window: number | null;
  max_output_tokens: number | null;
  modalities: { input: string[] };
  capabilities: string[];
  pricing: {
    text_tokens?: {
      standard?: { input_per_million?: number; output_per_million?: number; cached_input_per_million?: number };
    };
  };
  metadata?: { last_synced?: string };
}

const NODE_LLM_PROVIDERS: Record<string, string> = { google: 'gemini' };

/** @node-llm/core's `models.json`: capabilities, dates, limits; prices to compare. */
export function readNodeLlm(): Source {
  const entry = require.resolve('@node-llm/core');
  const label = `@node-llm/core ${packageVersion(entry)}`;
  const models = readJson(join(entry, '../models/models.json')) as NodeLlmModel[];
  const newestSync =
    models
      .map((model) => model.metadata?.last_synced ?? '')
      .sort()
      .at(-1) ?? '';
  return {
    name: 'node-llm',
    observe: (provider, upstreamModel) =>
      models
        .filter((model) => model.id === upstreamModel && model.provider === (NODE_LLM_PROVIDERS[provider] ?? provider))
        .map((model) => {
          const price = model.pricing.text_tokens?.standard;
          const input = price?.input_per_million;
          return {
            source: 'node-llm',
            label,
            asOf: newestSync.slice(0, 10),
            price:
              input === undefined
                ? null
                : {
                    input,
                    output: price?.output_per_million ?? 0,
                    cachedInput: present(price?.cached_input_per_million),
                  },
            context: model.context_window ?? undefined,
            maxOutput: model.max_output_tokens ?? undefined,
            released: model.created_at?.slice(0, 10),
            reasoning: model.capabilities.includes('reasoning'),
            tools: model.capabilities.includes('tools'),
            structuredOutput: model.capabilities.includes('structured_output'),
            images: model.modalities.input.includes('image'),
          };
        }),
  };
}

interface ModelsDevModel {
  cost?: { input?: number; output?: number; cache_read?: number; cache_write?: number } | null;
}

/** A models.dev snapshot, compared only: the seed comes out the same with or without it. */
export function readModelsDev(path: string): Source {
  const file = readJson(path) as { providers?: Record<string, unknown>; source?: string };
  const providers = (file.providers ?? file) as Record<string, { models: Record<string, ModelsDevModel> }>;
  const asOf = /\d{4}-\d{2}-\d{2}/.exec(file.source ?? '')?.[0] ?? 'undated';
  return {
    name: 'models.dev',
    observe(provider, upstreamModel) {
      const cost = providers[provider]?.models[upstreamModel]?.cost;
      if (cost?.input === undefined) return [];
      const price = {
        input: cost.input,
        output: cost.output ?? 0,
        cachedInput: present(cost.cache_read),
        cacheWrite: present(cost.cache_write),
      };
      return [{ source: 'models.dev', label: 'models.dev', asOf, price }];
    },
  };
}
