import { createAnthropicProvider } from '@q/providers/anthropic/provider';
import { createGoogleProvider } from '@q/providers/google/provider';
import { createOpenAiCompatibleProvider } from '@q/providers/openai-compatible/provider';
import { OPENAI_QUIRKS } from '@q/providers/openai-compatible/quirks';
import type { Config } from '../../config.ts';
import type { ProviderEntry } from './providers.ts';

interface Deps {
  config: Pick<Config, 'openai' | 'anthropic' | 'google'>;
  /** Every model of the catalog. */
  models: () => readonly { provider: string; upstreamModel: string; namedMaxOutput: number | null }[];
}

/** The providers this server has keys of its own for. They hold connections until `close`. */
export function createPlatformProviders({ config, models }: Deps) {
  const maxOutputOf = (upstreamModel: string) =>
    models().find((model) => model.provider === 'anthropic' && model.upstreamModel === upstreamModel)?.namedMaxOutput ??
    undefined;
  const { openai, anthropic, google } = config;
  const all = [
    {
      name: 'OpenAI',
      keys: openai.keys,
      adapter: createOpenAiCompatibleProvider({ id: 'openai', baseUrl: openai.baseUrl, quirks: OPENAI_QUIRKS }),
    },
    {
      name: 'Anthropic',
      keys: anthropic.keys,
      adapter: createAnthropicProvider({ id: 'anthropic', baseUrl: anthropic.baseUrl, maxOutputOf }),
    },
    {
      name: 'Google',
      keys: google.keys,
      adapter: createGoogleProvider({ id: 'google', baseUrl: google.baseUrl }),
    },
  ];
  const entries: ProviderEntry[] = all
    .filter(({ keys }) => keys.length > 0)
    .map(({ name, keys, adapter }) => ({ id: adapter.id, name, adapter, keys }));
  return {
    entries,
    /** Resolves when the calls under way have ended and the connections are closed. */
    async close(): Promise<void> {
      await Promise.all(all.map(({ adapter }) => adapter.close()));
    },
  };
}
