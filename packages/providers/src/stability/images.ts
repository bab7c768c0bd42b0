import { aspectRatioOf } from '../convert/aspect-ratio.ts';
import { refuseImageOptions } from '../convert/refuse-image-options.ts';
import type { HttpProviderConfig } from '../http/chat-provider.ts';
import { encodeForm } from '../http/form-body.ts';
import { IMAGES_BYTES_MAX } from '../http/limits.ts';
import { asObject, asText } from '../http/parse-json.ts';
import { createWholeAnswers, type WholeRequest } from '../http/whole-answers.ts';
import type { ImageProvider, ImageRequest, ImageResult } from '../spec/image-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { STABILITY_ERRORS } from './errors.ts';

const RATIOS = ['1:1', '2:3', '3:2', '4:5', '5:4', '9:16', '16:9', '9:21', '21:9'] as const;

/** Models with a service of their own; all others are named to the service `sd3`. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['stable-image-core', 'core'],
  ['stable-image-ultra', 'ultra'],
]);

const BASE_PATH = '/v2beta/stable-image/generate';

/**
 * Makes a provider of images by Stability's API (`v2beta`), which draws one image of about a megapixel a call, of a given proportion, and tells no usage.
 * Throws TypeError for a base URL that is none.
 */
export function createStabilityImages(config: HttpProviderConfig): ImageProvider {
  const { ask, close } = createWholeAnswers<ImageRequest, Omit<ImageResult, 'upstreamRequestId'>>(
    config,
    { keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`], errors: STABILITY_ERRORS },
    { bytesMax: IMAGES_BYTES_MAX, toRequest, fromResponse },
  );
  return { id: config.id, generateImages: ask, close };
}

function toRequest(request: ImageRequest): WholeRequest {
  refuseImageOptions(request, ['outputFormat']);
  const aspectRatio = aspectRatioOf(request.size, RATIOS);
  const service = SERVICES.get(request.model);
  const body = {
    prompt: request.prompt,
    ...(service === undefined ? { model: request.model } : {}),
    ...(aspectRatio === undefined ? {} : { aspect_ratio: aspectRatio }),
    output_format: request.outputFormat ?? 'png',
  };
  return { path: `${BASE_PATH}/${service ?? 'sd3'}`, body, form: encodeForm(body) };
}

function fromResponse(body: unknown, request: ImageRequest): Omit<ImageResult, 'upstreamRequestId'> {
  const answer = asObject<'image' | 'finish_reason'>(body);
  // The image is there, but blurred.
  if (answer?.finish_reason === 'CONTENT_FILTERED')
    throw new ProviderError('invalid_request', 'The image was held back by a filter of the provider.', {
      param: 'prompt',
    });
  const base64 = asText(answer?.image);
  if (base64 === null) throw new ProviderError('upstream', 'The provider answered without an image.');
  return {
    images: [{ base64, url: null, revisedPrompt: null }],
    usage: null,
    size: null,
    quality: null,
    background: null,
    outputFormat: request.outputFormat ?? 'png',
  };
}
