import type { ImagesBody } from '@q/contract/images';
import type { ImageRequest, ImageResult } from '@q/providers/spec/image-model';
import { countedImageUsage, mostImageUsage, toldImageUsage } from './image-usage.ts';
import {
  adapterFor,
  callOnce,
  type OneShotAnswer,
  type OneShotCall,
  type OneShotDeps,
  type WorkAt,
} from './one-shot-call.ts';

const absent = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

/** `auto` is what a provider does that is told nothing, and some do not know the word. */
const unlessAuto = (value: string | null | undefined): string | undefined =>
  value === 'auto' ? undefined : absent(value);

/** The provider-neutral request. What a provider cannot serve is refused by its adapter, by name. */
function toUpstream(request: ImagesBody, upstreamModel: string): ImageRequest {
  return {
    model: upstreamModel,
    prompt: request.prompt,
    n: absent(request.n),
    size: unlessAuto(request.size),
    quality: unlessAuto(request.quality),
    style: absent(request.style),
    background: unlessAuto(request.background),
    moderation: unlessAuto(request.moderation),
    outputFormat: absent(request.output_format),
    outputCompression: absent(request.output_compression),
    responseFormat: absent(request.response_format),
  };
}

/** How a request for images is made ready for a candidate. Throws AppError for a candidate that makes none. */
export function imagesAt(request: ImagesBody): WorkAt<ImageResult> {
  return (candidate) => {
    const { model, price } = candidate;
    const adapter = adapterFor(candidate, 'images');
    return {
      most: mostImageUsage(price.unit, request),
      run: (options) => adapter.generateImages(toUpstream(request, model.upstreamModel), options),
      told: toldImageUsage,
      counted: (result) => countedImageUsage(price.unit, request, result),
    };
  };
}

/** Makes images, charged by the image or by tokens as the model is priced. Throws AppError; nothing is charged then. */
export function generateImages(
  deps: OneShotDeps,
  call: OneShotCall<ImagesBody, ImageResult>,
): Promise<OneShotAnswer<ImageResult>> {
  return callOnce(deps, call, imagesAt(call.request));
}
