import { type ChatMessageRequest, chatMessageRequestSchema } from '@q/contract/chat';
import { pageShape } from '@q/contract/query-numbers';
import {
  chatAlternativesSchema,
  chatAnswerSchema,
  chatHitListSchema,
  chatMessageListSchema,
  chatSessionChangeSchema,
  chatSessionListSchema,
  chatSessionSchema,
  chatSessionWriteSchema,
} from '@q/contract/sessions';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requirePermission } from '../../http/authorize.ts';
import { clientSignal } from '../../http/client-signal.ts';
import { type KeptAnswer, onceOf, sendKept } from '../../http/idempotency-key.ts';
import type { HttpServer } from '../../http/server.ts';
import { AppError } from '../../lib/app-error.ts';
import { createStopper, type Stopper } from '../../lib/stopper.ts';
import { clampHeaders } from '../gateway/answer-headers.ts';
import type { Concurrency } from '../gateway/concurrency.ts';
import { cameToSomething, moneyHeaders } from '../gateway/kept-answer.ts';
import { STOPPED_BY_PERSON } from '../gateway/service.ts';
import type { Claim, Idempotency } from '../idempotency/service.ts';
import { toMarkdown } from './export-session.ts';
import { registerImageRoutes } from './image-routes.ts';
import { conversationDeleted, type Turn } from './prepare-turn.ts';
import { toHit, toMessage, toSession } from './present.ts';
import type { RunningTurns } from './running-turns.ts';
import type { Chat } from './service.ts';
import type { SessionRow } from './store.ts';

const CHAT_BODY_BYTES_MAX = 4 * 1024 * 1024;
const EXPORT_MESSAGES_MAX = 100_000;

interface Deps {
  chat: Chat;
  turns: RunningTurns;
  idempotency: Idempotency;
  authenticate: Authenticate;
  concurrency: Concurrency;
  shutdown: AbortSignal;
}

const sessionParams = z.object({ id: z.string().max(64) });
const pageQuery = z.strictObject(pageShape());
/** Messages come in longer pages. */
const MESSAGES_PER_PAGE = 100;

/** A signal of its own for a turn, which is also stopped by `client`. */
function stopperBeside(client: StopSignal): Stopper {
  const stopper = createStopper();
  const stop = () => stopper.stop(client.reason);
  if (client.aborted) stop();
  else client.addEventListener('abort', stop);
  return stopper;
}

/** Carries a turn out to its end. Deleting its conversation stops it. */
async function carryOut({ chat, turns }: Deps, turn: Turn) {
  const { userId } = turn.caller;
  const stopper = stopperBeside(turn.signal);
  let sessionId = '';
  let isDeleted = false;
  let hasBegun = false;
  let unwatch = () => {};
  const stop = () => {
    isDeleted = true;
    stopper.stop(STOPPED_BY_PERSON);
  };
  try {
    for await (const event of chat.turn({ ...turn, signal: stopper.signal })) {
      if (event.type === 'prepared') {
        sessionId = event.sessionId;
        unwatch = turns.watch(userId, sessionId, stop);
      } else if (event.type === 'session') hasBegun = true;
      else if (event.type === 'done') {
        // In a conversation that was deleted there is nothing to save.
        if (event.unsaved !== null && !isDeleted) throw event.unsaved;
        return { sessionId, done: event, isDeleted };
      }
    }
  } catch (error) {
    throw isDeleted ? conversationDeleted(hasBegun ? 'unknown' : 'nothing') : error;
  } finally {
    unwatch();
  }
  throw new AppError('upstream_error', { message: 'The answer ended before it was complete.' });
}

/** One turn over JSON. What was charged is kept under the claim, be it an answer or an error after the answer had begun. */
async function answerTurn(
  deps: Deps,
  request: FastifyRequest<{ Body: ChatMessageRequest }>,
  reply: FastifyReply,
  claim: Claim | null,
): Promise<void> {
  const { sessionId, done, isDeleted } = await carryOut(deps, {
    callId: request.id,
    caller: callerOf(request),
    request: request.body,
    signal: clientSignal(reply, deps.shutdown),
    confirm: claim?.confirm,
  });
  const { end } = done;
  const served = { 'x-model': done.modelId, 'x-provider': done.provider, ...clampHeaders(done.clampedTo) };
  const headers = { ...moneyHeaders(end), ...served };
  reply.headers(headers);
  const error = isDeleted ? conversationDeleted(end.costNano > 0n ? 'charged' : 'nothing') : end.error;
  if (error) {
    const { status } = error;
    if (cameToSomething(end)) await claim?.keep({ status, headers, body: error.toBody(request.id) });
    throw error;
  }
  const body = {
    session_id: sessionId,
    message: { id: done.messageId, role: 'assistant' as const, content: done.text, images: [...done.images] },
    usage: { input_tokens: end.usage.inputTokens, output_tokens: end.usage.outputTokens },
    cost_usd: headers['x-cost-usd'],
    balance_usd: headers['x-balance-usd'],
    finish_reason: done.finishReason,
  };
  if (cameToSomething(end)) await claim?.keep({ status: 200, headers, body });
  reply.send(body);
}

function registerChatRoute(app: HttpServer, deps: Deps): void {
  app.post(
    '/api/v1/chat',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      bodyLimit: CHAT_BODY_BYTES_MAX,
      config: { idempotent: true },
      schema: {
        tags: ['Chat'],
        summary: 'One turn of a saved conversation',
        body: chatMessageRequestSchema,
        response: { 200: chatAnswerSchema },
      },
    },
    async (request, reply) => {
      const run = async (claim: Claim | null) => {
        const release = deps.concurrency.enter(callerOf(request));
        try {
          await answerTurn(deps, request, reply, claim);
        } finally {
          release();
        }
      };
      const replay = async (kept: KeptAnswer) => void sendKept(reply, kept);
      await deps.idempotency.once(onceOf(request), request.id, { run, replay });
      return reply;
    },
  );
}

function registerSessionRoutes(app: HttpServer, deps: Deps): void {
  const read = { onRequest: [deps.authenticate.required], preHandler: [requirePermission('read')] };
  const write = { onRequest: [deps.authenticate.required], preHandler: [requirePermission('manage')] };
  const tags = ['Chat'];
  const presenter = async (userId: string) => {
    const calls_running = await deps.chat.callsRunning(userId);
    return (row: SessionRow) => ({ ...toSession(row), running: deps.turns.shown(userId, row.id), calls_running });
  };
  app.get(
    '/api/v1/sessions',
    {
      ...read,
      schema: {
        tags,
        summary: 'Saved conversations, newest first',
        querystring: pageQuery.extend({ q: z.string().max(200).optional() }),
        response: { 200: chatSessionListSchema },
      },
    },
    async (request) => {
      const { page, per_page, q } = request.query;
      const { userId } = callerOf(request);
      const { rows, total } = await deps.chat.list({
        userId,
        q: q ?? null,
        limit: per_page,
        offset: (page - 1) * per_page,
      });
      return { data: rows.map(await presenter(userId)), total, page, per_page };
    },
  );
  app.post(
    '/api/v1/sessions',
    {
      ...write,
      schema: {
        tags,
        summary: 'Start a conversation',
        body: chatSessionWriteSchema,
        response: { 201: chatSessionSchema },
      },
    },
    async (request, reply) => {
      const { userId } = callerOf(request);
      const present = await presenter(userId);
      return reply.status(201).send(present(await deps.chat.create(userId, request.body)));
    },
  );
  app.get(
    '/api/v1/sessions/:id',
    {
      ...read,
      schema: { tags, summary: 'One conversation', params: sessionParams, response: { 200: chatSessionSchema } },
    },
    async (request) => {
      const { userId } = callerOf(request);
      const present = await presenter(userId);
      return present(await deps.chat.get(userId, request.params.id));
    },
  );
  app.patch(
    '/api/v1/sessions/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Rename, switch the model, set parameters, open a branch',
        params: sessionParams,
        body: chatSessionChangeSchema,
        response: { 200: chatSessionSchema },
      },
    },
    async (request) => {
      const { userId } = callerOf(request);
      const present = await presenter(userId);
      return present(await deps.chat.update(userId, request.params.id, request.body));
    },
  );
  app.delete(
    '/api/v1/sessions/:id',
    {
      ...write,
      schema: { tags, summary: 'Delete a conversation', params: sessionParams, response: { 204: z.null() } },
    },
    async (request, reply) => {
      const { userId } = callerOf(request);
      await deps.chat.remove(userId, request.params.id);
      deps.turns.stopSession(userId, request.params.id);
      return reply.status(204).send(null);
    },
  );
}

function registerSearchRoute(app: HttpServer, deps: Deps): void {
  app.get(
    '/api/v1/sessions/search',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('read')],
      schema: {
        tags: ['Chat'],
        summary: 'Messages of saved conversations that hold a text, newest first',
        querystring: z.strictObject({ q: z.string().trim().min(2).max(200) }),
        response: { 200: chatHitListSchema },
      },
    },
    async (request) => {
      const { q } = request.query;
      const rows = await deps.chat.search(callerOf(request).userId, q);
      return { data: rows.map((row) => toHit(row, q)) };
    },
  );
}

function registerMessageRoutes(app: HttpServer, deps: Deps): void {
  const read = { onRequest: [deps.authenticate.required], preHandler: [requirePermission('read')] };
  const write = { onRequest: [deps.authenticate.required], preHandler: [requirePermission('manage')] };
  const tags = ['Chat'];
  app.get(
    '/api/v1/sessions/:id/messages',
    {
      ...read,
      schema: {
        tags,
        summary: 'The messages of the open branch of a conversation, oldest first',
        params: sessionParams,
        querystring: z.strictObject({
          ...pageShape(MESSAGES_PER_PAGE),
          cursor: z
            .string()
            .regex(/^\d{1,18}$/)
            .optional(),
        }),
        response: { 200: chatMessageListSchema },
      },
    },
    async (request) => {
      const { page, per_page, cursor } = request.query;
      const afterSeq = cursor === undefined ? 0n : BigInt(cursor);
      const offset = cursor === undefined ? (page - 1) * per_page : 0;
      const { rows, total, hasMore } = await deps.chat.messages(callerOf(request).userId, request.params.id, {
        afterSeq,
        limit: per_page,
        offset,
      });
      const next_cursor = hasMore ? (rows.at(-1)?.seq.toString() ?? null) : null;
      return { data: rows.map(toMessage), total, page, per_page, next_cursor };
    },
  );
  app.get(
    '/api/v1/sessions/:id/messages/:message_id/alternatives',
    {
      ...read,
      schema: {
        tags,
        summary: 'All messages that stand beside this one, itself included: other answers to the same question',
        params: sessionParams.extend({ message_id: z.string().max(64) }),
        response: { 200: chatAlternativesSchema },
      },
    },
    async (request) => {
      const { id, message_id } = request.params;
      const rows = await deps.chat.alternatives(callerOf(request).userId, id, message_id);
      return { data: rows.map(toMessage) };
    },
  );
  app.delete(
    '/api/v1/sessions/:id/messages',
    { ...write, schema: { tags, summary: 'Clear a conversation', params: sessionParams, response: { 204: z.null() } } },
    async (request, reply) => {
      await deps.chat.clear(callerOf(request).userId, request.params.id);
      return reply.status(204).send(null);
    },
  );
}

function registerExportRoute(app: HttpServer, deps: Deps): void {
  app.get(
    '/api/v1/sessions/:id/export',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('read')],
      schema: {
        tags: ['Chat'],
        summary: 'A conversation as a file',
        params: sessionParams,
        querystring: z.strictObject({ format: z.enum(['md', 'json']).default('md') }),
      },
    },
    async (request, reply) => {
      const { session, rows } = await deps.chat.messages(callerOf(request).userId, request.params.id, {
        afterSeq: 0n,
        limit: EXPORT_MESSAGES_MAX,
        offset: 0,
      });
      const { format } = request.query;
      reply.header('content-disposition', `attachment; filename="${session.id}.${format}"`).serializer(String);
      if (format === 'md') return reply.type('text/markdown; charset=utf-8').send(toMarkdown(session, rows));
      return reply
        .type('application/json; charset=utf-8')
        .send(JSON.stringify({ ...toSession(session), messages: rows.map(toMessage) }));
    },
  );
}

/** Conversations: one turn over JSON, and the saved sessions. */
export function registerChatRoutes(app: HttpServer, deps: Deps): void {
  registerChatRoute(app, deps);
  registerSearchRoute(app, deps);
  registerSessionRoutes(app, deps);
  registerMessageRoutes(app, deps);
  registerExportRoute(app, deps);
  registerImageRoutes(app, deps);
}
