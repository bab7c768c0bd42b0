import type { ChatMessageRequest } from '@q/contract/chat';
import type { ChatImage, MessageReceipt, StoppedBy } from '@q/contract/sessions';
import { t } from './chat-stream-strings.ts';

/** The frames of the server that belong to one turn, as they come over the wire. Money is a decimal string of dollars. */
export type ChatStreamEvent =
  | { type: 'session'; session_id: string; title: string; user_message_id: string | null; turn_id?: string }
  | { type: 'delta'; text: string }
  | { type: 'reasoning'; text: string }
  | {
      type: 'done';
      usage: { input_tokens: number; output_tokens: number };
      cost_usd: string;
      balance_usd: string;
      message_id: string;
      finish_reason: string;
      stopped_by?: StoppedBy | null;
      receipt: MessageReceipt;
      images?: ChatImage[];
      reasoning_ms?: number | null;
      /** True for an answer that had been given before the connection was lost. */
      replayed?: boolean;
      /** False when a repeated answer was too long to be kept with its key: its text is in the saved chat only. */
      answer_kept?: boolean;
    }
  /** The connection is gone and is being opened again; the turn then begins with `session` again, and everything before it counts no more. */
  | { type: 'reconnecting' }
  | ChatStreamFailure;

/** How a turn fails. With `message_id` a part of the answer was saved and `cost_usd` is what it cost. */
export interface ChatStreamFailure {
  type: 'error';
  /** A code of the error catalogue, or `connection_lost` when the socket went away. */
  code: string;
  message: string;
  available_usd?: string;
  needed_usd?: string;
  message_id?: string;
  cost_usd?: string;
  balance_usd?: string;
  /** The charged call whose answer could not be given again. */
  call_id?: string;
}

/** What the transport needs of a WebSocket; the browser's own has it. */
export type StreamSocket = Pick<WebSocket, 'readyState' | 'send' | 'close' | 'addEventListener'>;

interface Deps {
  /** Opens a socket to `WS /api/v1/chat/stream`. */
  connect(): StreamSocket;
  /** The access token for the first frame; `force` gets a new one after a refusal. */
  getToken(options: { force: boolean }): Promise<string | null>;
  /** Waits before the tries to go on after a lost connection, in milliseconds. */
  resumeAfterMs?: readonly number[];
}

/** One turn: what is asked, or which running turn is joined, and who hears the answer. The last event is `done` or `error`. */
export interface ChatTurn {
  request: ChatMessageRequest | { join: { session_id: string; turn_id: string } };
  /**
   * Makes a question safe to send again: after a lost connection it is, and joins the answer that goes on at the server, which carries it
   * out once. Without it a lost question stays lost.
   */
  idempotencyKey?: string;
  onEvent(event: ChatStreamEvent): void;
}

interface Running {
  turn: ChatTurn;
  stopped: boolean;
  /** Set once the message frame is out: before that a stop needs no word to the server. */
  sent: boolean;
  /** Tries to go on after the connection was lost. */
  resumed: number;
}

interface Connection {
  socket: StreamSocket;
  ready: boolean;
  lastFrameAt: number;
}

const OPEN = 1;
/** A socket that was silent for longer may be dead without knowing it, as after a phone was locked. */
const TRUSTED_MS = 30_000;
/** How long to wait for `ready`. */
const READY_WITHIN_MS = 15_000;
/** As long as the server lets an answer go on that nobody follows. */
const RESUME_AFTER_MS = [400, 1_000, 2_000, 4_000, ...Array<number>(75).fill(8_000)];

const LOST: ChatStreamFailure = {
  type: 'error',
  code: 'connection_lost',
  message: t('connectionLost'),
};
const SIGNED_OUT: ChatStreamFailure = { type: 'error', code: 'unauthenticated', message: t('signInToSend') };
const UNREACHABLE: ChatStreamFailure = {
  type: 'error',
  code: 'network',
  message: t('unreachable'),
};
/** What a stop comes to when nothing had been sent yet. */
const STOPPED: ChatStreamFailure = { type: 'error', code: 'stopped', message: t('stopped') };

/** The kinds of frames this page knows; a newer server may send others, which are passed over. */
const KINDS = ['ready', 'session', 'delta', 'reasoning', 'done', 'error'];

function parseFrame(data: unknown): (ChatStreamEvent | { type: 'ready' }) | null {
  try {
    const frame = JSON.parse(String(data)) as ChatStreamEvent | null;
    return frame !== null && KINDS.includes(frame.type) ? frame : null;
  } catch {
    return null;
  }
}

/** Calls `lose` when the network has gone or changed, or the page was asleep: a socket can be dead then without knowing it. */
function whenUntrusted(connection: Connection, lose: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const onVisible = () => {
    const silent = Date.now() - connection.lastFrameAt > TRUSTED_MS;
    if (document.visibilityState === 'visible' && silent) lose();
  };
  window.addEventListener('offline', lose);
  window.addEventListener('online', lose);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    window.removeEventListener('offline', lose);
    window.removeEventListener('online', lose);
    document.removeEventListener('visibilitychange', onVisible);
  };
}

/** Calls `go` after a while, or as soon as the network is back. */
function soon(ms: number, go: () => void): void {
  const network = typeof window === 'undefined' ? null : window;
  const run = () => {
    clearTimeout(timer);
    network?.removeEventListener('online', run);
    go();
  };
  const timer = setTimeout(run, ms);
  network?.addEventListener('online', run);
}

/** Opens a socket and signs in on it; resolves once the server is ready, rejects with the failure. */
function openConnection(
  deps: Deps,
  token: string,
  onFrame: (connection: Connection, event: ChatStreamEvent) => void,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection: Connection = { socket: deps.connect(), ready: false, lastFrameAt: Date.now() };
    const { socket } = connection;
    const fail = (failure: ChatStreamFailure) => {
      clearTimeout(timer);
      stopListening();
      socket.close();
      if (connection.ready) onFrame(connection, failure);
      else reject(failure);
    };
    const timer = setTimeout(() => fail(UNREACHABLE), READY_WITHIN_MS);
    const stopListening = whenUntrusted(connection, () => fail(connection.ready ? LOST : UNREACHABLE));
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'auth', token })));
    socket.addEventListener('close', () => fail(connection.ready ? LOST : UNREACHABLE));
    socket.addEventListener('message', ({ data }) => {
      const frame = parseFrame(data);
      connection.lastFrameAt = Date.now();
      if (frame?.type === 'ready') {
        clearTimeout(timer);
        connection.ready = true;
        resolve(connection);
      } else if (frame && connection.ready) onFrame(connection, frame);
      else if (frame?.type === 'error') fail(frame);
    });
  });
}

/** The one signed-in socket of a stream: opened when it is needed, opened again when it is gone. */
function createConnector(deps: Deps, onEvent: (event: ChatStreamEvent) => void) {
  let connection: Connection | null = null;

  function onFrame(from: Connection, event: ChatStreamEvent): void {
    if (from !== connection) return;
    if (event === LOST) connection = null;
    onEvent(event);
  }

  async function ready(): Promise<Connection> {
    const trusted = connection !== null && Date.now() - connection.lastFrameAt < TRUSTED_MS;
    if (connection && trusted && connection.socket.readyState === OPEN) return connection;
    const old = connection;
    connection = null;
    old?.socket.close();
    for (const force of [false, true]) {
      const token = await deps.getToken({ force });
      if (token === null) throw SIGNED_OUT;
      try {
        connection = await openConnection(deps, token, onFrame);
        return connection;
      } catch (failure) {
        // A token can end between two looks at the clock: once, a new one is tried.
        if (force || (failure as ChatStreamFailure).code !== 'unauthenticated') throw failure;
      }
    }
    throw SIGNED_OUT;
  }

  return {
    /** Resolves once the server is ready for a message; rejects with the failure. */
    ready,
    send: (frame: object) => connection?.socket.send(JSON.stringify(frame)),
    close(): void {
      connection?.socket.close();
      connection = null;
    },
  };
}

function toFrame({ request, idempotencyKey: key }: ChatTurn): object {
  if ('join' in request) return { type: 'join', ...request.join };
  return { ...request, type: 'message', ...(key === undefined ? {} : { idempotency_key: key }) };
}

/** True for what a second try can mend: no connection, or a first try that is still being settled. */
function isPassing({ resumed }: Running, { code, call_id }: ChatStreamFailure): boolean {
  if (resumed === 0) return code === LOST.code;
  return [LOST.code, UNREACHABLE.code].includes(code) || (code === 'conflict' && call_id === undefined);
}

/**
 * A conversation partner over one WebSocket: opened at the first message, signed in by the first frame, opened again when
 * it is gone. It carries one turn at a time; several chats at once take several of these.
 */
export function createChatStream(deps: Deps) {
  let running: Running | null = null;

  function finish(current: Running, event: ChatStreamEvent): void {
    if (running !== current) return;
    running = null;
    current.turn.onEvent(event);
  }

  const waits = deps.resumeAfterMs ?? RESUME_AFTER_MS;

  /** Sends a lost turn again after a while, by which it joins the answer that goes on; false when it cannot be. */
  function resume(current: Running): boolean {
    const wait = waits[current.resumed];
    const { request, idempotencyKey } = current.turn;
    const isSafe = idempotencyKey !== undefined || 'join' in request;
    if (!isSafe || wait === undefined) return false;
    current.resumed += 1;
    current.sent = false;
    current.turn.onEvent({ type: 'reconnecting' });
    soon(wait, () => {
      if (running === current) void start(current);
    });
    return true;
  }

  function fail(current: Running, failure: ChatStreamFailure): void {
    if (running !== current) return;
    if (isPassing(current, failure) && resume(current)) return;
    // After a try that was sent nobody knows what became of it until the chat is read again.
    finish(current, current.resumed > 0 && failure.code === UNREACHABLE.code ? LOST : failure);
  }

  const connector = createConnector(deps, (event) => {
    if (!running) return;
    if (event.type === 'error') fail(running, event);
    else if (event.type === 'done') finish(running, event);
    else running.turn.onEvent(event);
  });

  async function start(current: Running): Promise<void> {
    try {
      await connector.ready();
      if (current.stopped && current.resumed === 0) return finish(current, STOPPED);
      connector.send(toFrame(current.turn));
      // The answer went on while the connection was away.
      if (current.stopped) connector.send({ type: 'stop' });
      current.sent = true;
    } catch (failure) {
      fail(current, isFailure(failure) ? failure : UNREACHABLE);
    }
  }

  return {
    /** True while an answer is awaited or streaming. */
    get busy(): boolean {
      return running !== null;
    },
    /** Asks; every outcome comes through the turn's `onEvent`. Throws when an answer is still running. */
    ask(turn: ChatTurn): void {
      if (running) throw new Error('an answer is still running on this stream');
      const current: Running = { turn, stopped: false, sent: false, resumed: 0 };
      running = current;
      void start(current);
    },
    /** Ends the running answer; the server then says what the delivered part cost. Does nothing when none runs. */
    stop(): void {
      if (!running || running.stopped) return;
      running.stopped = true;
      if (running.sent) connector.send({ type: 'stop' });
    },
    /** Leaves the server; a running answer ends as lost. */
    close(): void {
      connector.close();
      if (running) finish(running, LOST);
    },
  };
}

export type ChatStream = ReturnType<typeof createChatStream>;

function isFailure(value: unknown): value is ChatStreamFailure {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'error';
}

/** The stream endpoint of this page's own server. */
export function chatStreamUrl(page: Pick<Location, 'protocol' | 'host'>): string {
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/api/v1/chat/stream`;
}
