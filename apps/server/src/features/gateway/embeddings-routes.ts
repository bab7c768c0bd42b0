import { type EmbeddingsBody, embeddingListSchema, embeddingRequestSchema } from '@q/contract/embeddings';
import { formatUsd } from '@q/contract/money';
import type { EmbeddingResult } from '@q/providers/spec/embedding-model';
import type { FastifyReply } from 'fastify';
import { requirePermission } from '../../http/authorize.ts';
import { sendJsonPieces } from '../../http/json-pieces.ts';
import type { HttpServer } from '../../http/server.ts';
import { type Claim, KEPT_BYTES_MAX } from '../idempotency/service.ts';
import type { CallEnd } from './end-call.ts';
import type { OneShotAnswer, OneShotCall } from './one-shot-call.ts';
import { answerHeaders, answerOneShot, type OneShotRouteDeps } from './one-shot-route.ts';

const EMBEDDINGS_BODY_BYTES_MAX = 8 * 1024 * 1024;
const BYTES_PER_FLOAT = 4;
/** A number and its comma. */
const BYTES_PER_NUMBER_MIN = 2;

function toBase64(vector: ArrayLike<number>): string {
  const bytes = Buffer.alloc(vector.length * BYTES_PER_FLOAT);
  for (let index = 0; index < vector.length; index += 1)
    bytes.writeFloatLE(vector[index] ?? 0, index * BYTES_PER_FLOAT);
  return bytes.toString('base64');
}

type Encode = (vector: ArrayLike<number>) => string | number[];

function encoderOf(format: EmbeddingsBody['encoding_format']): Encode {
  return format === 'base64' ? toBase64 : (vector) => Array.from(vector);
}

const toItem = (vector: ArrayLike<number>, index: number, encode: Encode) => ({
  object: 'embedding' as const,
  index,
  embedding: encode(vector),
});

function toUsage({ usage, costNano, balanceNano, usageSource }: CallEnd) {
  return {
    prompt_tokens: usage.inputTokens,
    total_tokens: usage.inputTokens,
    cost_usd: formatUsd(costNano),
    balance_usd: formatUsd(balanceNano),
    usage_source: usageSource,
  };
}

function tailOf({ model, entry, end }: OneShotAnswer<EmbeddingResult>) {
  return { model: model.id, provider: entry.id, usage: toUsage(end) };
}

/** The answer as JSON, embedding by embedding: thousands of them are a hundred megabytes, which nothing else may wait for. */
function* toPieces(answer: OneShotAnswer<EmbeddingResult>, encode: Encode): Generator<string> {
  yield '{"object":"list","data":[';
  for (const [index, vector] of answer.result.embeddings.entries())
    yield `${index === 0 ? '' : ','}${JSON.stringify(toItem(vector, index, encode))}`;
  yield `],${JSON.stringify(tailOf(answer)).slice(1)}`;
}

/** The answer to be kept; undefined when it is certainly too long for that. */
function toKept(answer: OneShotAnswer<EmbeddingResult>, encode: Encode): object | undefined {
  const { embeddings } = answer.result;
  const numbers = embeddings.reduce((sum, { length }) => sum + length, 0);
  if (numbers * BYTES_PER_NUMBER_MIN > KEPT_BYTES_MAX) return undefined;
  return {
    object: 'list',
    data: embeddings.map((vector, index) => toItem(vector, index, encode)),
    ...tailOf(answer),
  };
}

async function answerEmbeddings(
  deps: OneShotRouteDeps,
  call: OneShotCall<EmbeddingsBody>,
  reply: FastifyReply,
  claim: Claim | null,
): Promise<void> {
  const answer = await deps.gateway.embed(call);
  const headers = answerHeaders(answer);
  const encode = encoderOf(call.request.encoding_format);
  await claim?.keep({ status: 200, headers, body: toKept(answer, encode) });
  await sendJsonPieces(reply, headers, toPieces(answer, encode));
}

/** `POST /v1/embeddings`, OpenAI-compatible. */
export function registerEmbeddingsRoutes(app: HttpServer, deps: OneShotRouteDeps): void {
  app.post(
    '/v1/embeddings',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      bodyLimit: EMBEDDINGS_BODY_BYTES_MAX,
      config: { idempotent: true },
      schema: {
        tags: ['Models'],
        summary: 'Embed texts (OpenAI-compatible)',
        description:
          'For models whose capabilities hold `embeddings`. Lists of tokens are for OpenAI’s own models. Answers longer than 64 KiB are not kept under an idempotency key.',
        body: embeddingRequestSchema,
        response: { 200: embeddingListSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      await answerOneShot(deps, { request, reply, body }, (call, claim) => answerEmbeddings(deps, call, reply, claim));
      return reply;
    },
  );
}
