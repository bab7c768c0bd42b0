import type { Config } from '../../config.ts';
import type { ProviderStatus } from './providers.ts';

/** Providers of the catalog whose adapters this version does not have, with their names. */
const LATER: Record<string, string> = {
  anthropic: 'Anthropic',
  google: 'Google',
  huggingface: 'Hugging Face',
  mistral: 'Mistral',
  cohere: 'Cohere',
  stability: 'Stability AI',
  ollama: 'Ollama',
};

/** Which providers can be called with this configuration, and what an operator has to do for the others. */
export function providerStatuses(config: Pick<Config, 'openai'>): ProviderStatus[] {
  const openai = config.openai.keys.length > 0;
  return [
    { id: 'sandbox', name: 'Sandbox', available: true, reason: null },
    { id: 'openai', name: 'OpenAI', available: openai, reason: openai ? null : 'set OPENAI_API_KEY' },
    ...Object.entries(LATER).map(([id, name]) => ({
      id,
      name,
      available: false,
      reason: 'listed and priced; calling it comes with a later version',
    })),
  ];
}
