import { type ImagesBody, imageListSchema, imageRequestSchema } from '@q/contract/images';
import { formatUsd } from '@q/contract/money';
import type { GeneratedImage, ImageResult } from '@q/providers/spec/image-model';
import type { FastifyReply } from 'fastify';
import { requirePermission } from '../../http/authorize.ts';
import { sendJsonPlainly } from '../../http/json-answer.ts';
import type { HttpServer } from '../../http/server.ts';
import { type Claim, KEPT_BYTES_MAX } from '../idempotency/service.ts';
import type { CallEnd } from './end-call.ts';
import type { OneShotAnswer, OneShotCall } from './one-shot-call.ts';
import { answerHeaders, answerOneShot, type OneShotRouteDeps } from './one-shot-route.ts';

function toImage({ base64, url, revisedPrompt }: GeneratedImage) {
  return {
    ...(base64 === null ? {} : { b64_json: base64 }),
    ...(url === null ? {} : { url }),
    ...(revisedPrompt === null ? {} : { revised_prompt: revisedPrompt }),
  };
}

function toUsage({ usage, costNano, balanceNano, usageSource }: CallEnd) {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    images: usage.images ?? 0,
    cost_usd: formatUsd(costNano),
    balance_usd: formatUsd(balanceNano),
    usage_source: usageSource,
  };
}

function toImageList({ model, entry, result, end }: OneShotAnswer<ImageResult>, created: number) {
  const { size, quality, background, outputFormat } = result;
  return {
    created,
    data: result.images.map(toImage),
    ...(size === null ? {} : { size }),
    ...(quality === null ? {} : { quality }),
    ...(background === null ? {} : { background }),
    ...(outputFormat === null ? {} : { output_format: outputFormat }),
    model: model.id,
    provider: entry.id,
    usage: toUsage(end),
  };
}

/** True for images that are certainly too long to be kept. */
function areTooLong({ images }: ImageResult): boolean {
  return images.reduce((sum, { base64 }) => sum + (base64?.length ?? 0), 0) > KEPT_BYTES_MAX;
}

async function answerImages(
  deps: OneShotRouteDeps,
  call: OneShotCall<ImagesBody>,
  reply: FastifyReply,
  claim: Claim | null,
): Promise<void> {
  const answer = await deps.gateway.generateImages(call);
  const headers = answerHeaders(answer);
  const body = toImageList(answer, Math.floor(deps.clock.now() / 1_000));
  await claim?.keep({ status: 200, headers, body: areTooLong(answer.result) ? undefined : body });
  sendJsonPlainly(reply, headers, body);
}

/** `POST /v1/images/generations`, OpenAI-compatible. */
export function registerImagesRoutes(app: HttpServer, deps: OneShotRouteDeps): void {
  app.post(
    '/v1/images/generations',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      config: { idempotent: true },
      schema: {
        tags: ['Models'],
        summary: 'Make images (OpenAI-compatible)',
        description:
          'For models whose capabilities hold `image_generation`. Models are priced by the image or by tokens, as the catalog says. A parameter that a model cannot serve is refused by name. Images are longer than the 64 KiB that are kept under an idempotency key.',
        body: imageRequestSchema,
        response: { 200: imageListSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      await answerOneShot(deps, { request, reply, body }, (call, claim) => answerImages(deps, call, reply, claim));
      return reply;
    },
  );
}
