import {
  type AnthropicCountRequest,
  type AnthropicMessagesRequest,
  anthropicCountRequestSchema,
  anthropicCountSchema,
  anthropicMessageSchema,
  anthropicMessagesRequestSchema,
} from '@q/contract/anthropic-messages';
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
import type { Catalog } from '../catalog/service.ts';
import { servedHeaders } from '../gateway/answer-headers.ts';
import { createAnswerAssembler } from '../gateway/assemble-answer.ts';
import type { Concurrency } from '../gateway/concurrency.ts';
import { countInputTokens } from '../gateway/estimate.ts';
import { cameToSomething, moneyHeaders } from '../gateway/kept-answer.ts';
import type { OpenCall } from '../gateway/open-call.ts';
import type { ConfirmedCall, Gateway } from '../gateway/service.ts';
import { toUpstreamRequest } from '../gateway/upstream-request.ts';
import { type Claim, type Idempotency, KEPT_BYTES_MAX } from '../idempotency/service.ts';
import type { MessageEvent } from './block-writer.ts';
import { anthropicErrorFormat, toAnthropicError } from './errors.ts';
import { findModelId } from './find-model.ts';
import { contextManagementOf, type MessageHead, toContent, toMessage, toUsage, wantedBy } from './from-answer.ts';
import { createEventWriter, errorEvent, replayEvents, toKeptStream } from './stream-events.ts';
import { type AnthropicRequest, toChatRequest } from './to-chat-request.ts';

/** As much as Anthropic takes. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** Anthropic's clients would send a call again that has failed and was charged. */
const DO_NOT_RETRY = { 'x-should-retry': 'false' };

interface Deps {
  gateway: Gateway;
  idempotency: Idempotency;
  catalog: Catalog;
  authenticate: Authenticate;
  concurrency: Concurrency;
  /** Aborted when the process has to end: running streams are settled and closed. */
  shutdown: AbortSignal;
}

interface Running {
  call: ConfirmedCall;
  body: AnthropicMessagesRequest;
  claim: Claim | null;
}

function readRequest({ catalog, gateway }: Deps, body: AnthropicRequest) {
  const model = gateway.find(findModelId(catalog, body.model));
  return { model, request: toChatRequest(body, model) };
}

function headOf(open: OpenCall): MessageHead {
  return { id: `msg_${open.call.id.slice(4)}`, model: open.model.id };
}

async function answerWhole(deps: Deps, { call, body, claim }: Running, reply: FastifyReply): Promise<void> {
  const { open, result, end } = await deps.gateway.complete(call);
  const headers = { ...servedHeaders(open), ...moneyHeaders(end) };
  const [choice] = result.choices;
  try {
    if (!choice) throw new AppError('upstream_error', { message: 'The model provider answered without an answer.' });
    const message = toMessage(headOf(open), { choice, end }, wantedBy(body));
    await claim?.keep({ status: 200, headers, body: message });
    sendJsonPlainly(reply, headers, message);
  } catch (error) {
    if (!(error instanceof AppError) || end.costNano === 0n) throw error;
    const { status, body: fault } = anthropicErrorFormat(error, call.id);
    reply.headers({ ...headers, ...DO_NOT_RETRY });
    await claim?.keep({ status, headers: { ...headers, ...DO_NOT_RETRY }, body: fault });
    throw error;
  }
}

async function sendAll(sse: SseWriter, events: readonly MessageEvent[]): Promise<void> {
  for (const event of events) {
    const behind = sse.send(JSON.stringify(event), event.type);
    if (behind !== undefined) await behind;
  }
}

/** Streams the answer as Anthropic's events. The charge stands in the books before the last of them are sent. */
async function answerStream(deps: Deps, { call, body, claim }: Running, reply: FastifyReply): Promise<void> {
  const { open, events } = await deps.gateway.stream(call);
  const headers = servedHeaders(open);
  const head = headOf(open);
  const wanted = wantedBy(body);
  const writer = createEventWriter(head, wanted);
  const answer = claim && createAnswerAssembler(KEPT_BYTES_MAX);
  const sse = openSse(reply, headers);
  try {
    await sendAll(sse, writer.start(open.inputTokens));
    for await (const event of events) {
      if (event.type === 'part') {
        answer?.note(event.part);
        await sendAll(sse, writer.part(event.part));
        continue;
      }
      const { end } = event;
      if (claim && answer && cameToSomething(end)) {
        const result = answer.result(end.outcome);
        const content = result?.choices.slice(0, 1).flatMap((choice) => toContent(choice, wanted)) ?? null;
        const usage = toUsage(end);
        const message = { ...head, type: 'message', role: 'assistant', content, usage } as const;
        const whole = { ...message, ...contextManagementOf(wanted) };
        const kept = toKeptStream(whole, writer.endingOf(end), call.id);
        await claim.keep({ status: 200, headers: { ...headers, ...moneyHeaders(end) }, body: kept });
      }
      await sendAll(sse, writer.end(end, call.id));
    }
  } catch (error) {
    // The status has been sent: what is left is an honest end inside the stream.
    await sendAll(sse, [errorEvent(toAnthropicError(toAppError(error) ?? new AppError('internal_error'), call.id))]);
    throw error;
  } finally {
    sse.end();
    await events.return();
  }
}

/** Sends the answer of an earlier call with the same key: nothing goes upstream and nothing is charged. */
async function answerAgain(kept: KeptAnswer, isStream: boolean, reply: FastifyReply): Promise<void> {
  if (!isStream) return void sendKept(reply, kept);
  const events = replayEvents(kept.body);
  const sse = openSse(reply, { ...kept.headers, 'idempotent-replayed': 'true' });
  await sendAll(sse, events);
  sse.end();
}

async function answerOnce(
  deps: Deps,
  request: FastifyRequest<{ Body: AnthropicMessagesRequest }>,
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
        request: readRequest(deps, body).request,
        stream: isStream,
        signal: clientSignal(reply, deps.shutdown),
        // The format demands a ceiling: there is none that could be lowered.
        clamp: false,
        confirm: claim?.confirm,
      };
      if (isStream) await answerStream(deps, { call, body, claim }, reply);
      else await answerWhole(deps, { call, body, claim }, reply);
    } finally {
      release();
    }
  };
  const replay = (kept: KeptAnswer) => answerAgain(kept, isStream, reply);
  await deps.idempotency.once(onceOf(request), request.id, { run, replay });
}

function registerMessages(app: HttpServer, deps: Deps): void {
  app.post(
    '/v1/messages',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      bodyLimit: BODY_BYTES_MAX,
      config: { idempotent: true },
      schema: {
        tags: ['Models'],
        summary: 'Chat with a model (Anthropic-compatible)',
        description:
          'Every model, in the format of Anthropic’s Messages API. With `stream: true` the answer is Anthropic’s events; `message_delta` bears usage, cost and balance, and an answer that is cut ends with an `error` event. The key is taken from `x-api-key` too. Errors have Anthropic’s shape.',
        security: [{ bearer: [] }, { apiKey: [] }],
        body: anthropicMessagesRequestSchema,
        response: { 200: anthropicMessageSchema },
      },
    },
    async (request, reply) => {
      await answerOnce(deps, request, reply);
      return reply;
    },
  );
}

function registerCount(app: HttpServer, deps: Deps): void {
  app.post(
    '/v1/messages/count_tokens',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        tags: ['Models'],
        summary: 'About how many input tokens a message would be (Anthropic-compatible)',
        description: 'An estimate by our own rule, free of charge; nothing goes upstream.',
        security: [{ bearer: [] }, { apiKey: [] }],
        body: anthropicCountRequestSchema,
        response: { 200: anthropicCountSchema },
      },
    },
    async (request) => {
      const { model, request: chat } = readRequest(deps, request.body as AnthropicCountRequest);
      return { input_tokens: countInputTokens(toUpstreamRequest(chat, model)) };
    },
  );
}

/** The Anthropic-compatible endpoints under `/anthropic`; whatever else is asked for there is answered in Anthropic's error shape too. */
export async function registerAnthropicRoutes(app: HttpServer, deps: Deps): Promise<void> {
  await app.register(
    (scope, _options, done) => {
      const handleError = createErrorHandler(anthropicErrorFormat);
      scope.setErrorHandler(handleError);
      scope.setNotFoundHandler((request, reply) => {
        const path = request.url.split('?', 1)[0] ?? '';
        const message = `There is no ${request.method} ${path.slice(0, 200)}.`;
        return handleError(new AppError('not_found', { message }), request, reply);
      });
      // Where Anthropic's clients look for the id of the request.
      scope.addHook('onRequest', async (request, reply) => {
        reply.header('request-id', request.id);
      });
      registerMessages(scope, deps);
      registerCount(scope, deps);
      done();
    },
    { prefix: '/anthropic' },
  );
}
