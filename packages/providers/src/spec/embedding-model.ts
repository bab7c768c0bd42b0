import type { CallOptions } from './chat-model.ts';
import type { Usage } from './usage.ts';

/** What is embedded: a text, or its tokens as the model's own tokenizer numbers them. */
export type EmbeddingInput = string | readonly number[];

/** What is asked of an embedding model, provider-neutral. Absent means: the provider's default. */
export interface EmbeddingRequest {
  /** The model's name at the provider, without our prefix. */
  model: string;
  /** At least one; none of them empty. */
  input: readonly EmbeddingInput[];
  /** Numbers in each embedding. */
  dimensions?: number | undefined;
}

/** One embedding for each input, in the order of the inputs. `usage` is null when the provider gave none; it has input tokens only. */
export interface EmbeddingResult {
  embeddings: readonly ArrayLike<number>[];
  usage: Usage | null;
  /** The provider's id of the request, for its support. */
  upstreamRequestId: string | null;
}

/** A provider of embeddings. Throws `ProviderError` and nothing else. */
export interface EmbeddingProvider {
  id: string;
  embed(request: EmbeddingRequest, options: CallOptions): Promise<EmbeddingResult>;
  /** Resolves when the calls under way have ended and the connections are closed. */
  close(): Promise<void>;
}
