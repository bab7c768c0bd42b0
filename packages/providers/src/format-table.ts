import * as formats from './formats.ts';
import type { HttpChatProvider, HttpProviderConfig } from './http/chat-provider.ts';
import type { Quirks } from './openai-compatible/quirks.ts';

/** What every format is made from; each takes what concerns it. */
interface FormatConfig extends HttpProviderConfig {
  /** Departures from OpenAI's format, for those that speak it. */
  quirks?: Partial<Quirks>;
  /** The most output tokens of a model, by its name at the provider; undefined for one that is not known. */
  maxOutputOf?: (model: string) => number | undefined;
}

/** The formats by their names: each makes a provider. */
export const FORMATS: Record<keyof typeof formats, (config: FormatConfig) => HttpChatProvider> = { ...formats };

/** The name of a format. */
export type FormatId = keyof typeof FORMATS;

/** Every name of a format. */
export const FORMAT_IDS = Object.keys(FORMATS) as FormatId[];
