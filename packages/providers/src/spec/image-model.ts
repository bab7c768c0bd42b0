import type { CallOptions } from './chat-model.ts';
import type { Usage } from './usage.ts';

/** What is asked of an image model, provider-neutral, in OpenAI's words. Absent means: the provider's default. */
export interface ImageRequest {
  /** The model's name at the provider, without our prefix. */
  model: string;
  prompt: string;
  n?: number | undefined;
  /** Pixels, such as `1536x1024`. */
  size?: string | undefined;
  quality?: string | undefined;
  style?: string | undefined;
  background?: string | undefined;
  moderation?: string | undefined;
  outputFormat?: string | undefined;
  /** Percent. */
  outputCompression?: number | undefined;
  /** Whether images come as base64 or as an address to fetch them from. */
  responseFormat?: 'b64_json' | 'url' | undefined;
}

/** One image: exactly one of `base64` and `url` is there. */
export interface GeneratedImage {
  base64: string | null;
  /** An https (or http) address at the provider, which does not last. */
  url: string | null;
  /** The prompt as the provider rewrote it; null when it says nothing of that. */
  revisedPrompt: string | null;
}

/** The images made, at least one. `usage` is null when the provider tells no tokens. */
export interface ImageResult {
  images: readonly GeneratedImage[];
  usage: Usage | null;
  /** What the provider chose, where it says so. */
  size: string | null;
  quality: string | null;
  background: string | null;
  outputFormat: string | null;
  /** The provider's id of the request, for its support. */
  upstreamRequestId: string | null;
}

/** A provider of images. Throws `ProviderError` and nothing else; a request that a filter refused is `invalid_request`. */
export interface ImageProvider {
  id: string;
  generateImages(request: ImageRequest, options: CallOptions): Promise<ImageResult>;
  /** Resolves when the calls under way have ended and the connections are closed. */
  close(): Promise<void>;
}
