import type { ImagesBody } from '@q/contract/images';
import type { ImageRequest, ImageResult } from '@q/providers/spec/image-model';
import { countedImageUsage, mostImageUsage, toldImageUsage } from './image-usage.ts';
import { callOnce, type OneShotAnswer, type OneShotCall, type OneShotDeps, resolveServing } from './one-shot-call.ts';

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

/** Makes images, charged by the image or by tokens as the model is priced. Throws AppError; nothing is charged then. */
export async function generateImages(
  deps: OneShotDeps,
  call: OneShotCall<ImagesBody>,
): Promise<OneShotAnswer<ImageResult>> {
  const { request } = call;
  const { model, entry, adapter } = resolveServing(deps, request.model, 'images');
  const { unit } = model.price;
  return callOnce<ImagesBody, ImageResult>(deps, call, {
    model,
    entry,
    most: mostImageUsage(unit, request),
    run: (options) => adapter.generateImages(toUpstream(request, model.upstreamModel), options),
    told: toldImageUsage,
    counted: (result) => countedImageUsage(unit, request, result),
  });
}
