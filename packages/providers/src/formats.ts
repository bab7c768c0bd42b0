import { createAnthropicProvider } from './anthropic/provider.ts';
import { createCohereProvider } from './cohere/provider.ts';
import { createGoogleProvider } from './google/provider.ts';
import type { HttpChatProvider, HttpProviderConfig } from './http/chat-provider.ts';
import { createOllamaProvider } from './ollama/provider.ts';
import { createOpenAiCompatibleProvider } from './openai-compatible/provider.ts';
import type { Quirks } from './openai-compatible/quirks.ts';

/** What every format is made from; each takes what concerns it. */
export interface FormatConfig extends HttpProviderConfig {
  /** Departures from OpenAI's format, for those that speak it. */
  quirks?: Partial<Quirks>;
  /** The most output tokens of a model, by its name at the provider; undefined for one that is not known. */
  maxOutputOf?: (model: string) => number | undefined;
}

/** The formats that a provider of the operator's own file may speak, by the name it has there. A new one is one more line. */
export const FORMATS = {
  openai: createOpenAiCompatibleProvider,
  anthropic: createAnthropicProvider,
  cohere: createCohereProvider,
  google: createGoogleProvider,
  ollama: createOllamaProvider,
} as const satisfies Record<string, (config: FormatConfig) => HttpChatProvider>;

/** The name of a format. */
export type FormatId = keyof typeof FORMATS;

/** Every name of a format. */
export const FORMAT_IDS = Object.keys(FORMATS) as FormatId[];
