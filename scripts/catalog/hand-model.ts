import type { CAPABILITIES, CATEGORIES, ENDPOINTS, MODALITIES } from '@q/contract/models';
import type { Seed, SeedPrice } from '../../apps/server/src/features/catalog/seed-format.ts';

type Capability = (typeof CAPABILITIES)[number];
type Modality = (typeof MODALITIES)[number];

/** Where a fact stands that the packaged catalogs do not hold, and when it was read there. */
export interface Citation {
  name: string;
  asOf: string;
}

/** What is compared with each other: the packaged catalogs, and prices written by hand. */
export type SourceName = 'hand' | 'pi-ai' | 'genai-prices' | 'node-llm' | 'models.dev';

/** One decision between sources that disagree by more than 1 %. */
interface Resolution {
  believe: SourceName;
  over: SourceName[];
  why: string;
}

/**
 * What people wrote about one model. Facts and prices come from the packaged catalogs unless they are given here;
 * a price given here is for models that no catalog prices, and cites its source.
 */
export interface HandModel {
  id: string;
  /** The provider's own name of the model; the id without its provider when absent. */
  upstream?: string;
  name: string;
  description: string;
  version: string | null;
  category: (typeof CATEGORIES)[number];
  /** Provider calls that serve it; by category when absent. */
  endpoints?: (typeof ENDPOINTS)[number][];
  /** Capabilities beyond those the catalogs tell. */
  capabilities?: Capability[];
  /** Capabilities that are not offered here although a catalog lists them. */
  without?: Capability[];
  released?: string;
  context?: number;
  maxOutput?: number;
  input?: Modality[];
  output?: Modality[];
  price?: SeedPrice;
  /** The price is not known: only for retired models. */
  priceUnknown?: true;
  deprecated?: { on: string; successor: string; source: Citation };
  retired?: { on: string | null; successor: string; source: Citation };
  /** Sources of what is given by hand. */
  sources?: Citation[];
  resolutions?: Resolution[];
}

/** One provider's hand-written file. */
export interface HandProvider {
  provider: Seed['providers'][number];
  models: HandModel[];
}
