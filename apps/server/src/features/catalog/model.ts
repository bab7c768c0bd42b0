import type { Model } from '@q/contract/models';
import type { PriceVersion } from './price.ts';

/** How fast a model was at one provider over the last seven days. */
export interface ProviderSpeed {
  provider: string;
  /** Median, milliseconds. */
  ttftMsP50: number;
  /** Median of the output tokens a second after the first one; null where no answer was long enough to tell. */
  tokensPerSecondP50: number | null;
}

/** Figures of real use. Null and 0 mean that there is none yet. */
export interface ModelStats {
  usageCount: number;
  uniqueUsers: number;
  /** Median over the last seven days, milliseconds. */
  ttftMsP50: number | null;
  /** The same for the slowest one in twenty. */
  ttftMsP95: number | null;
  /** Output tokens a second after the first one, over the last seven days. */
  tokensPerSecond: number | null;
  /** Share of the last seven days' calls that the provider answered, 0 to 1. */
  successRate: number | null;
  /** Calls a day over 14 days, oldest first, today (UTC) last. */
  dailyCalls: readonly number[];
  /** Mean of all reviews, 1 to 5. */
  rating: number | null;
  reviews: number;
  /** Of those providers whose answers were measured. */
  speeds: readonly ProviderSpeed[];
}

/** A model at another provider than its own, at that provider's price. */
export interface Offer {
  provider: string;
  providerName: string;
  /** The model's name there. */
  upstreamModel: string;
  contextWindow: number;
  maxOutput: number;
  price: PriceVersion;
  nextPrice: PriceVersion | null;
}

/** What is the same for models on sale and for retired ones. */
interface ModelFacts {
  /** `provider/model`. */
  id: string;
  provider: string;
  providerName: string;
  /** The model's name at the provider. */
  upstreamModel: string;
  name: string;
  description: string;
  version: string | null;
  category: Model['category'];
  /** Provider calls that serve it. */
  endpoints: readonly ('chat' | 'responses' | 'embeddings' | 'images')[];
  capabilities: readonly Model['capabilities'][number][];
  inputModalities: readonly Model['modalities']['input'][number][];
  outputModalities: readonly Model['modalities']['output'][number][];
  /** Tokens sold at the price in force; 0 when it is not counted in tokens. */
  contextWindow: number;
  /** The provider's own window when only its lower part is sold; null otherwise. */
  providerContextWindow: number | null;
  /** Most output tokens of one answer: the context window when the provider names no ceiling, 0 when it answers no text. */
  maxOutput: number;
  /** The ceiling as the provider names it; null when it names none. */
  namedMaxOutput: number | null;
  successor: string | null;
  /** Days, `YYYY-MM-DD`. */
  releasedAt: string | null;
  retiresAt: string | null;
  checkedAt: string;
  freeTier: boolean;
  sources: readonly { name: string; as_of: string }[];
  /** The next price already known. */
  nextPrice: PriceVersion | null;
  /** Who serves it besides its own provider, of those that can be called; in the order they are tried. */
  offers: readonly Offer[];
  stats: ModelStats;
  createdAt: Date;
  updatedAt: Date;
}

/** A model on sale: it always has a price. */
export interface CatalogModel extends ModelFacts {
  status: 'active' | 'deprecated';
  price: PriceVersion;
}

/** A model its provider has switched off. Its last price may be unknown. */
export interface RetiredModel extends ModelFacts {
  status: 'retired';
  price: PriceVersion | null;
}

/** Every model the catalog can name. Asking for `status` tells which of the two it is. */
export type KnownModel = CatalogModel | RetiredModel;
