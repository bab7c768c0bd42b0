import { type ResponsesRequest, responseSchema, responsesRequestSchema } from '@q/contract/responses';
import { partsOfResult } from '@q/providers/convert/parts-of-result';
import type { ChatResult } from '@q/providers/spec/chat-model';
import type { StreamPart } from '@q/providers/spec/stream-part';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requirePermission } from '../../http/authorize.ts';
import { clientSignal } from '../../http/client-signal.ts';
import { createErrorHandler, toAppError } from '../../http/error-handler.ts';
import { type KeptAnswer, onceOf, sendKept } from '../../http/idempotency-key.ts';
import { sendJsonPlainly } from '../../http/json-answer.ts';
import type { HttpServer } from '../../http/server.ts';
import { openSse, type SseWriter } from '../../http/sse.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { servedHeaders } from '../gateway/answer-headers.ts';
import type { Concurrency } from '../gateway/concurrency.ts';
import { cameToSomething, moneyHeaders } from '../gateway/kept-answer.ts';
import type { OpenCall } from '../gateway/open-call.ts';
import type { ConfirmedCall, Gateway } from '../gateway/service.ts';
import type { Claim, Idempotency } from '../idempotency/service.ts';
import { toEcho } from './echo.ts';
import { responsesErrorFormat } from './errors.ts';
import type { ResponseEvent } from './open-item.ts';
import { createResponseWriter, type EndedResponse, replayEvents, toHead } from './response-writer.ts';
import { toChatRequest } from './to-chat-request.ts';

/** As much as the chat endpoint takes. */
const BODY_BYTES_MAX = 20 * 1024 * 1024;

interface Deps {
  gateway: Gateway;
  idempotency: Idempotency;
  authenticate: Authenticate;
  concurrency: Concurrency;
  clock: Clock;
  /** Aborted when the process has to end: running streams are settled and closed. */
  shutdown: AbortSignal;
}

interface Running {
  call: ConfirmedCall;
  body: ResponsesRequest;
  claim: Claim | null;
}

function writerOf(deps: Deps, open: OpenCall, body: ResponsesRequest) {
  return createResponseWriter(toHead(open.call.id, open.model.id, deps.clock.now()), toEcho(body));
}

/** The parts of a whole answer; its probabilities stand beside the text they belong to. */
function partsOf(result: ChatResult): StreamPart[] {
  const logprobs = result.choices[0]?.logprobs;
  return partsOfResult(result).map((part) => (part.type === 'text-delta' ? { ...part, logprobs } : part));
}

async function answerWhole(deps: Deps, { call, body, claim }: Running, reply: FastifyReply): Promise<void> {
  const { open, result, end } = await deps.gateway.complete(call);
  const writer = writerOf(deps, open, body);
  for (const part of partsOf(result)) writer.part(part);
  const { ended } = writer.end(end, { id: call.id, now: deps.clock.now() });
  const headers = { ...servedHeaders(open), ...moneyHeaders(end) };
  await claim?.keep({ status: 200, headers, body: ended });
  sendJsonPlainly(reply, headers, { ...ended.core, ...toEcho(body) });
}

/** Sends events one after another, each with its number in the stream. */
function createSender(sse: SseWriter) {
  let sent = 0;
  return async (events: readonly ResponseEvent[]): Promise<void> => {
    for (const event of events) {
      const behind = sse.send(JSON.stringify({ ...event, sequence_number: sent }), event.type);
      sent += 1;
      if (behind !== undefined) await behind;
    }
  };
}

/** Streams the answer as the events of the Responses API. The charge stands in the books before the last of them are sent. */
async function answerStream(deps: Deps, { call, body, claim }: Running, reply: FastifyReply): Promise<void> {
  const { open, events } = await deps.gateway.stream(call);
  const headers = servedHeaders(open);
  const writer = writerOf(deps, open, body);
  const sse = openSse(reply, headers);
  const send = createSender(sse);
  try {
    await send(writer.start());
    for await (const event of events) {
      if (event.type === 'part') {
        await send(writer.part(event.part));
        continue;
      }
      const last = writer.end(event.end, { id: call.id, now: deps.clock.now() });
      if (claim && cameToSomething(event.end))
        await claim.keep({ status: 200, headers: { ...headers, ...moneyHeaders(event.end) }, body: last.ended });
      await send(last.events);
    }
  } catch (error) {
    // The status has been sent: what is left is an honest end inside the stream.
    await send(writer.fail(toAppError(error) ?? new AppError('internal_error'), call.id));
    throw error;
  } finally {
    sse.end();
    await events.return();
  }
}

/** Sends the answer of an earlier call with the same key: nothing goes upstream and nothing is charged. The request is the same, and so is what is repeated of it. */
async function answerAgain(kept: KeptAnswer, body: ResponsesRequest, reply: FastifyReply): Promise<void> {
  const ended = JSON.parse(kept.body) as EndedResponse;
  const echo = toEcho(body);
  if (body.stream !== true) return void sendKept(reply, { ...kept, body: JSON.stringify({ ...ended.core, ...echo }) });
  const sse = openSse(reply, { ...kept.headers, 'idempotent-replayed': 'true' });
  await createSender(sse)(replayEvents(ended, echo));
  sse.end();
}

async function answerOnce(
  deps: Deps,
  request: FastifyRequest<{ Body: ResponsesRequest }>,
  reply: FastifyReply,
): Promise<void> {
  const { body } = request;
  const isStream = body.stream === true;
  const run = async (claim: Claim | null) => {
    const release = deps.concurrency.enter(callerOf(request));
    try {
      const call: ConfirmedCall = {
        id: request.id,
        caller: callerOf(request),
        request: toChatRequest(body),
        stream: isStream,
        signal: clientSignal(reply, deps.shutdown),
        clamp: request.headers['x-clamp-max-tokens'] !== 'off',
        confirm: claim?.confirm,
      };
      if (isStream) await answerStream(deps, { call, body, claim }, reply);
      else await answerWhole(deps, { call, body, claim }, reply);
    } finally {
      release();
    }
  };
  const replay = (kept: KeptAnswer) => answerAgain(kept, body, reply);
  await deps.idempotency.once(onceOf(request), request.id, { run, replay });
}

/** `POST /v1/responses`: every model in the format of OpenAI's Responses API. */
export function registerResponsesRoute(app: HttpServer, deps: Deps): void {
  app.post(
    '/v1/responses',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      errorHandler: createErrorHandler(responsesErrorFormat),
      bodyLimit: BODY_BYTES_MAX,
      config: { idempotent: true },
      schema: {
        tags: ['Models'],
        summary: 'Ask a model (OpenAI’s Responses API)',
        description:
          'Every model, in the format of OpenAI’s Responses API. Nothing is stored: send the whole conversation as `input`. With `stream: true` the answer is OpenAI’s events; the last response bears usage, cost and balance, and an answer that is cut ends with `response.failed` and an `error` event. `x-clamp-max-tokens: off` answers 402 (429 for a key’s daily limit) instead of lowering an unnamed output ceiling to what is affordable.',
        body: responsesRequestSchema,
        response: { 200: responseSchema },
      },
    },
    async (request, reply) => {
      await answerOnce(deps, request, reply);
      return reply;
    },
  );
}
