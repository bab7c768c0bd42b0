import { aspectRatioOf } from '../convert/aspect-ratio.ts';
import { refuseImageOptions } from '../convert/refuse-image-options.ts';
import type { HttpProviderConfig } from '../http/chat-provider.ts';
import { IMAGES_BYTES_MAX } from '../http/limits.ts';
import { asObject, asText, type Loose } from '../http/parse-json.ts';
import { renamingParams } from '../http/rename-param.ts';
import { createWholeAnswers, type WholeRequest } from '../http/whole-answers.ts';
import type { ImageProvider, ImageRequest, ImageResult } from '../spec/image-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { blockOf, type RawAnswer, type RawCandidate } from './candidate.ts';
import { GOOGLE_ERRORS } from './errors.ts';
import { readUsage } from './usage.ts';

const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;

type RawPart = Loose<'inlineData' | 'thought'>;

/**
 * Makes a provider of images by Google's image models, which draw one image of about a megapixel a call; `/models/…` is appended to its address.
 * Throws TypeError for a base URL that is none.
 */
export function createGoogleImages(config: HttpProviderConfig): ImageProvider {
  const { ask, close } = createWholeAnswers<ImageRequest, Omit<ImageResult, 'upstreamRequestId'>>(
    config,
    {
      keyHeader: (apiKey) => ['x-goog-api-key', apiKey],
      errors: renamingParams(GOOGLE_ERRORS, { messages: 'prompt' }),
    },
    { bytesMax: IMAGES_BYTES_MAX, toRequest, fromResponse },
  );
  return { id: config.id, generateImages: ask, close };
}

function toRequest(request: ImageRequest): WholeRequest {
  refuseImageOptions(request);
  const aspectRatio = aspectRatioOf(request.size, RATIOS);
  // The resolution is left at its default of 1K: larger images cost more than the price of one.
  const shape = aspectRatio === undefined ? {} : { imageConfig: { aspectRatio } };
  const body = {
    contents: [{ role: 'user', parts: [{ text: request.prompt }] }],
    generationConfig: { responseModalities: ['IMAGE'], ...shape },
  };
  return { path: `/models/${encodeURIComponent(request.model)}:generateContent`, body };
}

function fromResponse(body: unknown): Omit<ImageResult, 'upstreamRequestId'> {
  const answer: RawAnswer | null = asObject(body);
  const candidate: RawCandidate | null = asObject(Array.isArray(answer?.candidates) ? answer.candidates[0] : null);
  const image = imageOf(candidate);
  if (image === null) throw refusalOf(answer, candidate);
  return {
    images: [{ base64: image.data, url: null, revisedPrompt: null }],
    usage: readUsage(answer?.usageMetadata),
    size: null,
    quality: null,
    background: null,
    outputFormat: image.format,
  };
}

/** The last image that is not a thought: drafts come before it. */
function imageOf(candidate: RawCandidate | null): { data: string; format: string | null } | null {
  const parts = asObject<'parts'>(candidate?.content)?.parts;
  const images = (Array.isArray(parts) ? parts : []).flatMap((value) => {
    const part: RawPart | null = asObject(value);
    const inline = asObject<'data' | 'mimeType'>(part?.inlineData);
    const data = part?.thought === true ? null : asText(inline?.data);
    return data === null ? [] : [{ data, format: formatOf(asText(inline?.mimeType)) }];
  });
  return images.at(-1) ?? null;
}

function formatOf(mimeType: string | null): string | null {
  return /^image\/(png|jpeg|webp)$/.exec(mimeType ?? '')?.[1] ?? null;
}

/** Why there is no image: a filter that stopped it, which is nobody's fault at Google. */
function refusalOf(answer: RawAnswer | null, candidate: RawCandidate | null): ProviderError {
  const block = answer === null ? null : blockOf(answer);
  const word = block?.word ?? asText(candidate?.finishReason);
  if (word === null || word === 'STOP' || word === 'MAX_TOKENS')
    return new ProviderError('upstream', 'The provider answered without an image.');
  const because = word.replace(/[^\w-]/g, '').slice(0, 50);
  return new ProviderError('invalid_request', `The model drew no image for this prompt (${because}).`, {
    param: 'prompt',
  });
}
