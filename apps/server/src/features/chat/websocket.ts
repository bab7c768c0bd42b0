import type { WebSocket } from '@fastify/websocket';
import { chatMessageRequestSchema } from '@q/contract/chat';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { requireAllowed } from '../../http/authorize.ts';
import type { Caller } from '../../http/caller.ts';
import { isOwnOrigin } from '../../http/csrf.ts';
import { invalidBy, toAppError } from '../../http/error-handler.ts';
import { IDEMPOTENCY_KEY_LENGTH_MAX, type OnceRequest } from '../../http/idempotency-key.ts';
import { parseJsonBody } from '../../http/json-body.ts';
import type { HttpServer } from '../../http/server.ts';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { requestFingerprint } from '../../lib/request-fingerprint.ts';
import { type CarryOutDeps, carryOutTurn } from './carry-out-turn.ts';
import { followTurn } from './follow-turn.ts';
import type { RunningTurn } from './running-turns.ts';
import { toErrorFrame } from './turn-frames.ts';

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
  z.strictObject({ type: z.literal('join'), session_id: z.string().max(64), turn_id: z.string().max(64).optional() }),
  chatMessageRequestSchema.extend({
    type: z.literal('message'),
    idempotency_key: z.string().min(1).max(IDEMPOTENCY_KEY_LENGTH_MAX).optional(),
  }),
]);

type Frame = z.infer<typeof frameSchema>;

interface Deps extends CarryOutDeps {
  authenticate: Authenticate;
  /** Our own public address, once known: pages of other origins may not open the socket. */
  publicUrl(): string | null;
  /** Other applications whose pages may: the first frame brings their token, no cookie is looked at. */
  embedOrigins: ReadonlySet<string>;
}

interface Connection {
  socket: WebSocket;
  caller: Caller | null;
  /** A client may send its first message without waiting for `ready`. */
  signingIn: Promise<void>;
  /** The turn whose frames it gets; null between turns. */
  following: { turn: RunningTurn; leave: () => void } | null;
}

function parseFrame(data: string): Frame {
  const parsed = frameSchema.safeParse(parseJsonBody(data, 'frame'));
  if (parsed.success) return parsed.data;
  throw invalidBy(parsed.error.issues[0], 'frame');
}

function send({ socket }: Connection, frame: object, written: () => void = () => {}): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame), written);
}

/** Sends a turn to a connection, from its beginning, until one of them ends. */
function follow(connection: Connection, turn: RunningTurn): void {
  const following = { turn, leave: () => {} };
  connection.following = following;
  const { socket } = connection;
  const outlet = {
    send: (frame: object, written: () => void) => send(connection, frame, written),
    backlog: () => socket.bufferedAmount,
  };
  const leave = followTurn(turn, outlet, () => {
    if (connection.following === following) connection.following = null;
  });
  following.leave = leave;
  // Whoever left before their message was read has asked all the same.
  if (socket.readyState !== socket.OPEN) leave();
}

function refuseSecond(connection: Connection): void {
  if (connection.following) throw new AppError('conflict', { message: 'An answer is still streaming. Stop it first.' });
}

function onceOf(caller: Caller, key: string | undefined, request: object): OnceRequest | null {
  if (key === undefined) return null;
  return { userId: caller.userId, key, fingerprint: requestFingerprint('WS', '/api/v1/chat/stream', request) };
}

/** Asks, or joins what the same person has asked here under the same key. */
function ask(deps: Deps, connection: Connection, caller: Caller, frame: Extract<Frame, { type: 'message' }>): void {
  refuseSecond(connection);
  requireAllowed(caller, 'inference');
  const { type: _type, idempotency_key: key, ...request } = frame;
  const once = onceOf(caller, key, request);
  const running = once && deps.turns.underKey(once);
  if (running?.once?.fingerprint.equals(once?.fingerprint ?? Buffer.of()) === false)
    throw new AppError('unprocessable', { message: 'This idempotency_key was used for another message.' });
  const turn = running ?? deps.turns.begin({ id: newId('req'), caller, modelId: request.model_id, once });
  follow(connection, turn);
  if (!running) void carryOutTurn(deps, turn, request);
}

/** Joins a turn that runs in one of the person's conversations, from its beginning. */
function join(deps: Deps, connection: Connection, caller: Caller, frame: Extract<Frame, { type: 'join' }>): void {
  refuseSecond(connection);
  requireAllowed(caller, 'read');
  const turn = deps.turns.find(caller.userId, frame.session_id, frame.turn_id);
  if (!turn)
    throw new AppError('not_found', {
      message: 'No answer is running in this conversation here. Read its messages.',
      param: 'session_id',
    });
  follow(connection, turn);
}

function stop({ following }: Connection, caller: Caller): void {
  if (!following) return;
  requireAllowed(caller, 'inference');
  following.turn.stop();
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
    const { caller } = connection;
    if (frame.type === 'stop') stop(connection, caller);
    else if (frame.type === 'join') join(deps, connection, caller, frame);
    else ask(deps, connection, caller, frame);
  } catch (error) {
    if (!toAppError(error)) deps.logger.error({ err: error }, 'unexpected error on a socket');
    send(connection, toErrorFrame(error));
    if (!connection.caller) connection.socket.close(POLICY_VIOLATION, 'not signed in');
  }
}

const isSame = (one: Caller, other: Caller): boolean =>
  one.sessionId === other.sessionId && one.apiKey?.id === other.apiKey?.id;

/** Ends the socket of somebody who has signed out, whose key was revoked or whose account was disabled. */
async function recheck(deps: Deps, connection: Connection): Promise<void> {
  if (!connection.caller) return;
  // A database that is away for a moment signs nobody out.
  const valid = await deps.stillValid(connection.caller).catch(() => true);
  if (valid) return;
  const { following, caller } = connection;
  following?.leave();
  // Whoever only followed it does not end it; who began it does.
  if (following && isSame(following.turn.caller, caller)) following.turn.leave();
  connection.following = null;
  send(connection, toErrorFrame(new AppError('unauthenticated', { message: 'You have been signed out.' })));
  connection.socket.close(POLICY_VIOLATION, 'signed out');
}

function serve(deps: Deps, socket: WebSocket): void {
  const connection: Connection = { socket, caller: null, signingIn: Promise.resolve(), following: null };
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
    // The turn goes on: whoever has lost the connection finds the answer.
    connection.following?.leave();
    for (const stop of timers) stop();
  });
}

/**
 * `WS /api/v1/chat/stream`: first frame `{type:"auth", token}`, then `{type:"message", …}`, `{type:"join", session_id}` and `{type:"stop"}`;
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
        const isKnown = origin === undefined || deps.embedOrigins.has(origin);
        if (!isKnown && !isOwnOrigin(origin, request.host, deps.publicUrl()))
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
