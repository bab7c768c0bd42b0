import { createAnthropicProvider } from '@q/providers/anthropic/provider';
import { createCohereProvider } from '@q/providers/cohere/provider';
import { FORMATS } from '@q/providers/format-table';
import { createGoogleProvider } from '@q/providers/google/provider';
import type { HttpChatProvider } from '@q/providers/http/chat-provider';
import { createOllamaProvider } from '@q/providers/ollama/provider';
import { createOpenAiCompatibleProvider } from '@q/providers/openai-compatible/provider';
import { OPENAI_QUIRKS, PRESETS } from '@q/providers/openai-compatible/quirks';
import type { Config } from '../../config.ts';
import type { KeyPool } from '../../lib/key-pool.ts';
import { createBeside, createNoChat, createOtherAdapters } from './other-adapters.ts';
import type { ProviderEntry } from './providers.ts';

interface Deps {
  config: Pick<
    Config,
    'openai' | 'anthropic' | 'google' | 'huggingface' | 'mistral' | 'cohere' | 'stability' | 'ollama' | 'providersFile'
  >;
  /** Whether the Ollama server has a model now. Absent: it has all that the catalog says. */
  hasLocal?: (upstreamModel: string) => boolean;
  /** Every model of the catalog. */
  models: () => readonly { provider: string; upstreamModel: string; namedMaxOutput: number | null }[];
}

/** A provider as it is made: an entry whose adapter holds connections. */
type PlatformProvider = ProviderEntry & { adapter: HttpChatProvider };

/** The providers this server has keys of its own for, and those that need none and have an address. They hold connections until `close`. */
export function createPlatformProviders({ config, models, hasLocal }: Deps) {
  const maxOutputOf = (upstreamModel: string) =>
    models().find((model) => model.provider === 'anthropic' && model.upstreamModel === upstreamModel)?.namedMaxOutput ??
    undefined;
  const { anthropic } = config;
  const withKeys = [
    ...createCompatible(config),
    {
      id: 'anthropic',
      name: 'Anthropic',
      ...poolOf(anthropic),
      adapter: createAnthropicProvider({ id: 'anthropic', baseUrl: anthropic.baseUrl, maxOutputOf }),
    },
    {
      id: 'google',
      name: 'Google',
      ...poolOf(config.google),
      adapter: createGoogleProvider({ id: 'google', baseUrl: config.google.baseUrl }),
    },
    {
      id: 'cohere',
      name: 'Cohere',
      ...poolOf(config.cohere),
      adapter: createCohereProvider({ id: 'cohere', baseUrl: config.cohere.baseUrl }),
    },
    { id: 'stability', name: 'Stability AI', ...poolOf(config.stability), adapter: createNoChat('stability') },
  ];
  const all: PlatformProvider[] = [
    ...withKeys.filter(({ keys }) => keys.length > 0),
    ...createLocal(config, hasLocal),
    ...createFurther(config),
  ];
  const others = createOtherAdapters(config);
  const takingKeys = new Map(
    withKeys.map((each): [string, PlatformProvider] => [each.id, { ...each, ...others.of(each.id) }]),
  );
  return {
    entries: all.map((each): ProviderEntry => ({ ...each, ...others.of(each.id) })),
    /** A provider that takes keys, whether or not there are any: people may have their own. */
    find: (id: string): PlatformProvider | undefined => takingKeys.get(id),
    /** Resolves when the calls under way have ended and the connections are closed. */
    async close(): Promise<void> {
      const open = [...new Set([...withKeys, ...all])].flatMap(({ adapter, embeddings, images }) => {
        return [adapter, ...[embeddings, images].filter((each) => each !== undefined)];
      });
      await Promise.all(open.map((each) => each.close()));
      await others.close();
    },
  };
}

/** The keys of a provider alone. */
function poolOf({ keys, turns }: KeyPool): KeyPool {
  return turns === undefined ? { keys } : { keys, turns };
}

/** Those that speak OpenAI's chat format. */
function createCompatible({ openai, huggingface, mistral }: Deps['config']): PlatformProvider[] {
  return [
    { id: 'openai', name: 'OpenAI', access: openai, quirks: OPENAI_QUIRKS },
    { id: 'huggingface', name: 'Hugging Face', access: huggingface, quirks: PRESETS.huggingface.quirks },
    { id: 'mistral', name: 'Mistral', access: mistral, quirks: PRESETS.mistral.quirks },
  ].map(({ id, name, access, quirks }) => ({
    id,
    name,
    ...poolOf(access),
    adapter: createOpenAiCompatibleProvider({ id, baseUrl: access.baseUrl, quirks }),
  }));
}

function createLocal({ ollama: { baseUrl } }: Deps['config'], has: Deps['hasLocal']): PlatformProvider[] {
  if (baseUrl === null) return [];
  const adapter = createOllamaProvider({ id: 'ollama', baseUrl });
  return [{ id: 'ollama', name: 'Ollama', keys: [], adapter, ...(has ? { has } : {}) }];
}

/** Those of the operator's file that have keys or need none. */
function createFurther({ providersFile }: Deps['config']): PlatformProvider[] {
  const callable = (providersFile?.providers ?? []).filter(
    ({ keysVariable, keys }) => keysVariable === null || keys.length > 0,
  );
  return callable.map(({ id, name, format, baseUrl, quirks, models, serves, ...pool }) => {
    const all = [...models, ...serves];
    const maxOutputOf = (model: string) => all.find(({ upstreamModel }) => upstreamModel === model)?.maxOutput;
    const adapter = FORMATS[format]({ id, baseUrl, quirks, maxOutputOf });
    return { id, name, ...poolOf(pool), adapter, ...(format === 'openai' ? createBeside({ id, baseUrl }) : {}) };
  });
}
