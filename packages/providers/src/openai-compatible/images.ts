import { refuse } from '../convert/refuse.ts';
import { tokenCount } from '../convert/token-count.ts';
import type { HttpProviderConfig } from '../http/chat-provider.ts';
import { IMAGES_BYTES_MAX } from '../http/limits.ts';
import { asObject, asText, type Loose } from '../http/parse-json.ts';
import { renamingParams } from '../http/rename-param.ts';
import { createWholeAnswers } from '../http/whole-answers.ts';
import type { GeneratedImage, ImageProvider, ImageRequest, ImageResult } from '../spec/image-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { Usage } from '../spec/usage.ts';
import { errorFromAnswer, errorFromObject } from './errors.ts';

/** Models that always send base64 and refuse to be asked for it. */
const BASE64_ONLY = /^(?:gpt|chatgpt)-image/;
const IMAGES_MAX = 10;

type RawAnswer = Loose<'data' | 'usage' | 'size' | 'quality' | 'background' | 'output_format'>;
type RawUsage = Loose<'input_tokens' | 'output_tokens' | 'input_tokens_details'>;

/** Makes a provider that speaks OpenAI's image format; `/images/generations` is appended to its address. Throws TypeError for a base URL that is none. */
export function createOpenAiCompatibleImages(config: HttpProviderConfig): ImageProvider {
  const errors = renamingParams({ fromAnswer: errorFromAnswer, fromObject: errorFromObject }, { messages: 'prompt' });
  const { ask, close } = createWholeAnswers<ImageRequest, Omit<ImageResult, 'upstreamRequestId'>>(
    config,
    { keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`], errors },
    {
      bytesMax: IMAGES_BYTES_MAX,
      toRequest: (request) => ({ path: '/images/generations', body: toRequest(request) }),
      fromResponse,
    },
  );
  return { id: config.id, generateImages: ask, close };
}

function toRequest(request: ImageRequest): Record<string, unknown> {
  const { model, prompt, n, size, quality, style, background, moderation } = request;
  return {
    model,
    prompt,
    n,
    size,
    quality,
    style,
    background,
    moderation,
    output_format: request.outputFormat,
    output_compression: request.outputCompression,
    response_format: responseFormatOf(request),
  };
}

function responseFormatOf({ model, responseFormat }: ImageRequest): string | undefined {
  if (!BASE64_ONLY.test(model)) return responseFormat;
  if (responseFormat === 'url')
    refuse('response_format', `${model} sends its images along: use "b64_json", or leave it out.`);
  return undefined;
}

function fromResponse(body: unknown): Omit<ImageResult, 'upstreamRequestId'> {
  const answer: RawAnswer | null = asObject(body);
  const given = Array.isArray(answer?.data) ? answer.data.slice(0, IMAGES_MAX) : [];
  const images = given.flatMap((value) => imageOf(value) ?? []);
  if (images.length === 0) throw new ProviderError('upstream', 'The provider answered without an image.');
  return {
    images,
    usage: usageOf(asObject(answer?.usage)),
    size: asText(answer?.size),
    quality: asText(answer?.quality),
    background: asText(answer?.background),
    outputFormat: asText(answer?.output_format),
  };
}

function imageOf(value: unknown): GeneratedImage | null {
  const image = asObject<'b64_json' | 'url' | 'revised_prompt'>(value);
  const base64 = asText(image?.b64_json);
  const address = asText(image?.url);
  const url = base64 === null && address !== null && /^https?:\/\//.test(address) ? address : null;
  return base64 === null && url === null ? null : { base64, url, revisedPrompt: asText(image?.revised_prompt) };
}

/** Models that are priced by the image tell no tokens. */
function usageOf(raw: RawUsage | null): Usage | null {
  const inputTokens = tokenCount(raw?.input_tokens);
  const outputTokens = tokenCount(raw?.output_tokens);
  if (inputTokens === null || outputTokens === null) return null;
  const cached = tokenCount(asObject<'cached_tokens'>(raw?.input_tokens_details)?.cached_tokens) ?? 0;
  return {
    inputTokens,
    cachedInputTokens: Math.min(cached, inputTokens),
    cacheWriteTokens: 0,
    outputTokens,
    reasoningTokens: 0,
  };
}
