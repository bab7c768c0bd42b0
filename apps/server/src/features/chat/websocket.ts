import type { WebSocket } from '@fastify/websocket';
import { chatMessageRequestSchema } from '@q/contract/chat';
import { formatUsd } from '@q/contract/money';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import type { Caller } from '../../http/caller.ts';
import { isOwnOrigin } from '../../http/csrf.ts';
import { toAppError } from '../../http/error-handler.ts';
import type { HttpServer } from '../../http/server.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Concurrency } from '../gateway/concurrency.ts';
import { STOPPED_BY_PERSON } from '../gateway/service.ts';
import type { Chat, ChatEvent } from './service.ts';

/** The first frame has to bring the token within this time. */
const AUTHENTICATE_WITHIN_MS = 5_000;
/** The session behind an open socket is looked at again this often, so that a sign-out reaches it. */
const RECHECK_EVERY_MS = 5_000;
const PING_EVERY_MS = 30_000;
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

const frameSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auth'), token: z.string().max(8_192) }),
  z.strictObject({ type: z.literal('stop') }),
  chatMessageRequestSchema.extend({ type: z.literal('message') }),
]);

type Frame = z.infer<typeof frameSchema>;

interface Deps {
  chat: Chat;
  authenticate: Authenticate;
  concurrency: Concurrency;
  clock: Clock;
  logger: Logger;
  shutdown: AbortSignal;
  /** Our own public address, once known: pages of other origins may not open the socket. */
  publicUrl(): string | null;
  /** Whether the session or key behind a caller still stands, whatever has become of the access token since. */
  stillValid(caller: Caller): Promise<boolean>;
}

interface Connection {
  socket: WebSocket;
  caller: Caller | null;
  /** A client may send its first message without waiting for `ready`. */
  signingIn: Promise<void>;
  /** The turn that is running; null between turns. */
  running: AbortController | null;
}

function parseFrame(data: string): Frame {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch (error) {
    throw new AppError('invalid_request', { message: 'A frame has to be a JSON object.', cause: error });
  }
  const parsed = frameSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') || 'type';
  throw new AppError('invalid_request', { message: `${path}: ${issue?.message ?? 'is not valid'}`, param: path });
}

function send(connection: Connection, frame: object): void {
  if (connection.socket.readyState === connection.socket.OPEN) connection.socket.send(JSON.stringify(frame));
}

function sendError(connection: Connection, error: unknown, more: object = {}): void {
  const known = toAppError(error) ?? new AppError('internal_error');
  const { message, code, param, type: _type, request_id: _id, ...extra } = known.toBody(null).error;
  send(connection, { type: 'error', code, message, param, ...extra, ...more });
}

function sendEvent(connection: Connection, event: ChatEvent): void {
  if (event.type === 'text') send(connection, { type: 'delta', text: event.text });
  else if (event.type === 'reasoning') send(connection, { type: 'reasoning', text: event.text });
  else if (event.type === 'session') {
    send(connection, {
      type: 'session',
      session_id: event.sessionId,
      title: event.title,
      user_message_id: event.userMessageId,
    });
  } else sendDone(connection, event);
}

function sendDone(connection: Connection, event: Extract<ChatEvent, { type: 'done' }>): void {
  const { end } = event;
  const money = {
    cost_usd: formatUsd(end.costNano),
    balance_usd: formatUsd(end.balanceNano),
    message_id: event.messageId,
  };
  if (end.error) {
    sendError(connection, end.error, money);
    return;
  }
  send(connection, {
    type: 'done',
    usage: { input_tokens: end.usage.inputTokens, output_tokens: end.usage.outputTokens },
    ...money,
    finish_reason: event.finishReason,
    stopped_by: end.outcome === 'stopped_by_balance' ? 'balance' : null,
    receipt: {
      model_id: event.modelId,
      provider: event.provider,
      ttft_ms: end.ttftMs,
      duration_ms: end.durationMs,
      usage_source: end.usageSource,
    },
  });
}

async function runTurn(
  deps: Deps,
  connection: Connection,
  caller: Caller,
  frame: Extract<Frame, { type: 'message' }>,
): Promise<void> {
  if (connection.running) throw new AppError('conflict', { message: 'An answer is still streaming. Stop it first.' });
  if (caller.apiKey && !caller.apiKey.permissions.includes('inference')) throw new AppError('forbidden');
  const release = deps.concurrency.enter(caller);
  const controller = new AbortController();
  connection.running = controller;
  try {
    const { type: _type, ...request } = frame;
    const signal = AbortSignal.any([controller.signal, deps.shutdown]);
    for await (const event of deps.chat.turn({ caller, request, signal })) sendEvent(connection, event);
  } finally {
    connection.running = null;
    release();
  }
}

async function signIn(deps: Deps, connection: Connection, token: string): Promise<void> {
  connection.caller = await deps.authenticate.identify(token);
  send(connection, { type: 'ready' });
}

async function handleFrame(deps: Deps, connection: Connection, data: string): Promise<void> {
  try {
    const frame = parseFrame(data);
    if (frame.type === 'auth') {
      connection.signingIn = signIn(deps, connection, frame.token);
      return await connection.signingIn;
    }
    await connection.signingIn;
    if (!connection.caller)
      throw new AppError('unauthenticated', { message: 'The first frame has to be {"type":"auth","token":…}.' });
    if (frame.type === 'stop') connection.running?.abort(STOPPED_BY_PERSON);
    else await runTurn(deps, connection, connection.caller, frame);
  } catch (error) {
    if (!toAppError(error)) deps.logger.error({ err: error }, 'unexpected error on a socket');
    sendError(connection, error);
    if (!connection.caller) connection.socket.close(POLICY_VIOLATION, 'not signed in');
  }
}

/** Ends the socket of somebody who has signed out, whose key was revoked or whose account was disabled. */
async function recheck(deps: Deps, connection: Connection): Promise<void> {
  if (!connection.caller) return;
  // A database that is away for a moment signs nobody out.
  const valid = await deps.stillValid(connection.caller).catch(() => true);
  if (valid) return;
  sendError(connection, new AppError('unauthenticated', { message: 'You have been signed out.' }));
  connection.running?.abort();
  connection.socket.close(POLICY_VIOLATION, 'signed out');
}

function serve(deps: Deps, socket: WebSocket): void {
  const connection: Connection = { socket, caller: null, signingIn: Promise.resolve(), running: null };
  let alive = true;
  const timers = [
    deps.clock.after(AUTHENTICATE_WITHIN_MS, () => {
      if (!connection.caller) socket.close(POLICY_VIOLATION, 'not signed in');
    }),
    deps.clock.every(RECHECK_EVERY_MS, () => void recheck(deps, connection)),
    deps.clock.every(PING_EVERY_MS, () => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }),
  ];
  const onShutdown = () => socket.close(GOING_AWAY, 'the server is restarting');
  deps.shutdown.addEventListener('abort', onShutdown, { once: true });
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('error', (error) => deps.logger.debug({ err: error }, 'socket error'));
  socket.on('message', (data) => void handleFrame(deps, connection, String(data)));
  socket.on('close', () => {
    deps.shutdown.removeEventListener('abort', onShutdown);
    connection.running?.abort();
    for (const stop of timers) stop();
  });
}

/**
 * `WS /api/v1/chat/stream`: first frame `{type:"auth", token}`, then `{type:"message", …}` and `{type:"stop"}`;
 * the server sends `ready`, `session`, `delta`, `reasoning`, `done` and `error`. A token in the URL is refused.
 */
export function registerChatSocket(app: HttpServer, deps: Deps): void {
  app.get(
    '/api/v1/chat/stream',
    {
      websocket: true,
      schema: { hide: true },
      preValidation: async (request) => {
        const { origin } = request.headers;
        if (origin !== undefined && !isOwnOrigin(origin, request.host, deps.publicUrl()))
          throw new AppError('forbidden', { message: 'This page may not open the socket.' });
        if (request.url.includes('?'))
          throw new AppError('unauthenticated', {
            message: 'The token goes into the first frame, never into the URL.',
          });
      },
    },
    (socket) => serve(deps, socket),
  );
}
