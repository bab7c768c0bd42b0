import { type ChatCompletionRequest, chatCompletionBodySchema, chatCompletionSchema } from '@q/contract/chat';
import { readPlainChat } from '@q/contract/plain-chat';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { StreamPart } from '@q/providers/spec/stream-part';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requirePermission } from '../../http/authorize.ts';
import { clientSignal } from '../../http/client-signal.ts';
import type { DirectRequest } from '../../http/direct-route.ts';
import { toAppError } from '../../http/error-handler.ts';
import { type KeptAnswer, onceOf, sendKept } from '../../http/idempotency-key.ts';
import { sendJsonPlainly } from '../../http/json-answer.ts';
import type { RawReply } from '../../http/raw-reply.ts';
import type { HttpServer } from '../../http/server.ts';
import { openSse, type SseWriter } from '../../http/sse.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Catalog, CatalogModel } from '../catalog/service.ts';
import type { Claim, Idempotency } from '../idempotency/service.ts';
import { servedHeaders } from './answer-headers.ts';
import { AUTO_MODEL, autoHeaders } from './auto-model.ts';
import type { Concurrency } from './concurrency.ts';
import type { CallEnd } from './end-call.ts';
import { createStreamKeeper, moneyHeaders, replayFrames } from './kept-answer.ts';
import type { OpenCall } from './open-call.ts';
import { type AnswerHead, type ChunkWriter, createChunkWriter, toCompletion } from './openai-format.ts';
import type { ConfirmedCall, Gateway } from './service.ts';

const CHAT_BODY_BYTES_MAX = 20 * 1024 * 1024;

interface Deps {
  gateway: Gateway;
  idempotency: Idempotency;
  catalog: Catalog;
  authenticate: Authenticate;
  concurrency: Concurrency;
  clock: Clock;
  /** Aborted when the process has to end: running streams are settled and closed. */
  shutdown: AbortSignal;
}

type ChatHttpRequest = DirectRequest<ChatCompletionRequest>;

function toCall(request: ChatHttpRequest, signal: StopSignal): ConfirmedCall {
  const { id, headers, body } = request;
  const clamp = headers['x-clamp-max-tokens'] !== 'off';
  return { id, caller: callerOf(request), request: body, stream: body.stream === true, signal, clamp };
}

function headOf(deps: Deps, open: OpenCall): AnswerHead {
  return {
    id: `chatcmpl-${open.call.id.slice(4)}`,
    created: Math.floor(deps.clock.now() / 1_000),
    model: open.model.id,
    provider: open.entry.id,
    picked: open.call.picked,
  };
}

function headersOf(open: OpenCall): Record<string, string> {
  return {
    ...servedHeaders(open),
    ...autoHeaders(open.call.picked),
    ...(open.dropped.length === 0 ? {} : { 'x-dropped-params': open.dropped.join(', ') }),
  };
}

async function answerWhole(deps: Deps, call: ConfirmedCall, reply: RawReply, claim: Claim | null): Promise<void> {
  const { open, result, end } = await deps.gateway.complete(call);
  const headers = { ...headersOf(open), ...moneyHeaders(end) };
  const body = toCompletion(headOf(deps, open), result, end);
  await claim?.keep({ status: 200, headers, body });
  sendJsonPlainly(reply, headers, body);
}

function sendPart(sse: SseWriter, writer: ChunkWriter, part: StreamPart): Promise<void> | undefined {
  const chunk = writer.chunk(part);
  return chunk === null ? undefined : sse.send(chunk);
}

async function sendEnd(sse: SseWriter, writer: ChunkWriter, end: CallEnd, callId: string): Promise<void> {
  if (end.error) return sse.send(writer.error(end.error, callId, end));
  await sse.send(writer.last(end));
  await sse.send('[DONE]');
}

/** Streams the answer as server-sent events. The charge stands in the books before the last chunk is sent. */
async function answerStream(deps: Deps, call: ConfirmedCall, reply: RawReply, claim: Claim | null): Promise<void> {
  const { open, events } = await deps.gateway.stream(call);
  const headers = headersOf(open);
  const sse = openSse(reply, headers);
  const head = headOf(deps, open);
  const writer = createChunkWriter(head);
  const keeper = claim && createStreamKeeper(head, { headers, callId: call.id });
  try {
    for await (const event of events) {
      const kept = keeper?.note(event);
      if (kept) await claim?.keep(kept);
      if (event.seam) await sse.send(writer.seam(event.seam));
      if (event.type === 'part') {
        const behind = sendPart(sse, writer, event.part);
        if (behind !== undefined) await behind;
      } else await sendEnd(sse, writer, event.end, call.id);
    }
  } catch (error) {
    // The status has been sent: what is left is an honest end inside the stream.
    await sse.send(JSON.stringify((toAppError(error) ?? new AppError('internal_error')).toBody(call.id)));
    throw error;
  } finally {
    sse.end();
  }
}

/** Sends the answer of an earlier call with the same key: nothing goes upstream and nothing is charged. */
async function answerAgain(kept: KeptAnswer, stream: boolean, reply: FastifyReply): Promise<void> {
  if (!stream) return void sendKept(reply, kept);
  const sse = openSse(reply, { ...kept.headers, 'idempotent-replayed': 'true' });
  for (const frame of replayFrames(kept.body)) await sse.send(frame);
  sse.end();
}

async function answerFirst(deps: Deps, request: ChatHttpRequest, reply: RawReply, claim: Claim | null): Promise<void> {
  const release = deps.concurrency.enter(callerOf(request));
  try {
    const call = toCall(request, clientSignal(reply, deps.shutdown));
    call.confirm = claim?.confirm;
    if (call.stream) await answerStream(deps, call, reply, claim);
    else await answerWhole(deps, call, reply, claim);
  } finally {
    release();
  }
}

async function answerOnce(
  deps: Deps,
  request: FastifyRequest<{ Body: ChatCompletionRequest }>,
  reply: FastifyReply,
): Promise<void> {
  const run = (claim: Claim | null) => answerFirst(deps, request, reply, claim);
  const replay = (kept: KeptAnswer) => answerAgain(kept, request.body.stream === true, reply);
  await deps.idempotency.once(onceOf(request), request.id, { run, replay });
}

function toModelObject(model: CatalogModel) {
  return {
    id: model.id,
    object: 'model' as const,
    created: Math.floor(model.createdAt.getTime() / 1_000),
    owned_by: model.provider,
    name: model.name,
    context_window: model.contextWindow,
    max_output: model.maxOutput,
  };
}

/** `q/auto` as a model: as large as the largest that can be called. */
function autoObject(models: readonly CatalogModel[]) {
  const most = (of: (model: CatalogModel) => number) => models.reduce((max, model) => Math.max(max, of(model)), 0);
  return {
    id: AUTO_MODEL,
    object: 'model' as const,
    created: 0,
    owned_by: 'q',
    name: 'The model that fits',
    context_window: most(({ contextWindow }) => contextWindow),
    max_output: most(({ maxOutput }) => maxOutput),
  };
}

const modelObjectSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  name: z.string(),
  context_window: z.int(),
  max_output: z.int(),
});

function registerModelRoutes(app: HttpServer, deps: Deps): void {
  const guard = { onRequest: [deps.authenticate.required], preHandler: [requirePermission('inference')] };
  app.get(
    '/v1/models',
    {
      ...guard,
      schema: {
        tags: ['Models'],
        summary: 'Models that can be called now',
        response: { 200: z.object({ object: z.literal('list'), data: z.array(modelObjectSchema) }) },
      },
    },
    async () => {
      const models = deps.catalog.callable();
      return { object: 'list' as const, data: [...models.map(toModelObject), autoObject(models)] };
    },
  );
  app.get(
    '/v1/models/*',
    {
      ...guard,
      schema: {
        tags: ['Models'],
        summary: 'One model',
        params: z.object({ '*': z.string().max(200) }),
        response: { 200: modelObjectSchema },
      },
    },
    async ({ params: { '*': id } }) =>
      id === AUTO_MODEL ? autoObject(deps.catalog.callable()) : toModelObject(deps.gateway.resolve(id).model),
  );
}

const CHAT_PATH = '/v1/chat/completions';

/** The chat endpoint as `answerDirectly` takes it, for requests without an `Idempotency-Key`. */
export function directChatRoute(deps: Deps) {
  return {
    url: CHAT_PATH,
    permission: 'inference' as const,
    body: chatCompletionBodySchema,
    readPlain: readPlainChat,
    handle: (request: ChatHttpRequest, reply: RawReply): Promise<void> => answerFirst(deps, request, reply, null),
  };
}

/** The OpenAI-compatible endpoints. */
export function registerGatewayRoutes(app: HttpServer, deps: Deps): void {
  registerModelRoutes(app, deps);
  app.post(
    CHAT_PATH,
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      bodyLimit: CHAT_BODY_BYTES_MAX,
      config: { idempotent: true },
      schema: {
        tags: ['Models'],
        summary: 'Chat with a model (OpenAI-compatible)',
        description:
          'With `stream: true` the answer is server-sent events; the last chunk before `[DONE]` bears usage, cost and balance. `x-clamp-max-tokens: off` answers 402 (429 for a key’s daily limit) instead of lowering an unnamed output ceiling to what is affordable.',
        body: chatCompletionBodySchema,
        response: { 200: chatCompletionSchema },
      },
    },
    async (request, reply) => {
      await answerOnce(deps, request, reply);
      return reply;
    },
  );
}
