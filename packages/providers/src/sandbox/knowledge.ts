/** What the sandbox knows of one model of the catalog. */
export interface SandboxModelFact {
  /** `provider/model`, as callers write it. */
  id: string;
  name: string;
  /** The provider's name as people read it. */
  provider: string;
  /** `active`, `deprecated` or `retired`. */
  status: string;
  /** Id of the model to use instead; null when there is none. */
  successor: string | null;
  /** True when it can be called on this marketplace now. */
  available: boolean;
  /** Dollars per million tokens as decimal strings of at most six decimals; null where tokens are not what is sold. */
  inputPricePerMillion: string | null;
  outputPricePerMillion: string | null;
  /** Dollars per image as a decimal string; absent or null where images are not what is sold. */
  pricePerImage?: string | null;
  /** Tokens; null where tokens are not counted. */
  contextWindow: number | null;
  /** Words of the catalog: `code`, `vision`, `image_generation`, `embeddings` … */
  capabilities: readonly string[];
  description: string;
}

/** A short answer about the marketplace, found by its keywords. The text is Markdown. */
export interface SandboxDoc {
  title: string;
  text: string;
  keywords: readonly string[];
}

/** What the sandbox may tell. Both are asked anew for each answer, so that prices are always those in force. */
export interface SandboxKnowledge {
  models(): readonly SandboxModelFact[];
  docs(): readonly SandboxDoc[];
}
