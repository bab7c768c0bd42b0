import type { Dispatcher } from 'undici';
import type { CallSignal } from './call-watch.ts';

/** Answer bytes that may wait for the reader before the socket is paused. */
const QUEUED_BYTES_MAX = 64 * 1024;
/** What a finished answer may still send before its connection is given up rather than kept alive. */
const DRAIN_BYTES_MAX = 64 * 1024;
const DRAIN_MS = 1_000;

/** Header names are in lower case. */
export type AnswerHeaders = Record<string, string | string[] | undefined>;

/** An answer whose headers have arrived. Exactly one of `release` and `abandon` must be called when no more is read. */
export interface UpstreamAnswer {
  status: number;
  headers: AnswerHeaders;
  /** The next piece of the body, null at its end. Pieces that came before a failure are handed out before it is thrown. */
  read(): Promise<Buffer | null>;
  /** The answer is complete as far as its format says: the connection is kept for the next call if the rest is short. */
  release(): void;
  /** Closes the connection. */
  abandon(): void;
}

/** What calls go out by: an undici Agent or anything that dispatches like one. */
export type UpstreamDispatcher = Pick<Dispatcher, 'dispatch'>;

/** A request as it goes out. */
export interface Posted {
  dispatcher: UpstreamDispatcher;
  /** Scheme, host and port. */
  origin: string;
  /** Path and query. */
  path: string;
  /** Names and values in turn; never written to. */
  headers: string[];
  /** JSON text, or the bytes of a form; null: nothing is posted, the resource is got. */
  body: string | Buffer | null;
}

/** Sends a request by the dispatcher's lowest level: no stream object per answer and no inflating of compressed bodies. Redirects are not followed. */
export function dispatchTo(request: Posted, handler: Dispatcher.DispatchHandler): void {
  const { origin, path, headers, body } = request;
  request.dispatcher.dispatch({ origin, path, method: body === null ? 'GET' : 'POST', headers, body }, handler);
}

/**
 * Sends a request and resolves when the headers have arrived, whatever the status. The socket is paused while the reader is behind. `signal` closes
 * the connection at once, whatever state the call is in. Rejects with undici's error or the signal's reason.
 */
export function post(request: Posted, signal: CallSignal): Promise<UpstreamAnswer> {
  const receiver = createReceiver(signal);
  dispatchTo(request, receiver.handler);
  return receiver.answer;
}

interface Waiter<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function createReceiver(signal: CallSignal) {
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let controller: Dispatcher.DispatchController | null = null;
  let started: Waiter<UpstreamAnswer> | null = null;
  let reader: Waiter<Buffer | null> | null = null;
  let ended = false;
  let failure: unknown;
  let drainedBytes = 0;
  let isDraining = false;

  const finish = (reason?: unknown) => {
    if (ended) return;
    ended = true;
    failure = reason;
    signal.onAbort = null;
    if (started) started.reject(reason);
    else if (reader && reason === undefined) reader.resolve(null);
    else if (reader) reader.reject(reason);
    started = reader = null;
  };
  const close = (reason: unknown) => {
    finish(reason);
    controller?.abort(reason instanceof Error ? reason : new Error('closed'));
  };

  const read = (): Promise<Buffer | null> => {
    const chunk = queue.shift();
    if (chunk) {
      queuedBytes -= chunk.byteLength;
      if (queuedBytes < QUEUED_BYTES_MAX && controller?.paused) controller.resume();
      return Promise.resolve(chunk);
    }
    if (ended) return failure === undefined ? Promise.resolve(null) : Promise.reject(failure);
    return new Promise((resolve, reject) => {
      reader = { resolve, reject };
    });
  };
  const release = () => {
    if (ended) return;
    isDraining = true;
    queue.length = 0;
    if (controller?.paused) controller.resume();
    setTimeout(() => close(undefined), DRAIN_MS).unref();
  };
  const receive = (chunk: Buffer) => {
    if (isDraining) {
      drainedBytes += chunk.byteLength;
      if (drainedBytes > DRAIN_BYTES_MAX) close(undefined);
    } else if (reader) {
      const waiting = reader;
      reader = null;
      waiting.resolve(chunk);
    } else {
      queue.push(chunk);
      queuedBytes += chunk.byteLength;
      if (queuedBytes >= QUEUED_BYTES_MAX) controller?.pause();
    }
  };

  const answer = new Promise<UpstreamAnswer>((resolve, reject) => {
    started = { resolve, reject };
  });
  signal.onAbort = close;
  if (signal.aborted) close(signal.reason);

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(given) {
      controller = given;
      if (ended) given.abort(failure instanceof Error ? failure : new Error('closed'));
    },
    onResponseStart(_controller, status, headers) {
      // 100 to 199 are no answer yet.
      if (status < 200) return;
      const waiting = started;
      started = null;
      waiting?.resolve({ status, headers, read, release, abandon: () => close(undefined) });
    },
    onResponseData: (_controller, chunk) => receive(chunk),
    onResponseEnd: () => finish(),
    onResponseError: (_controller, error) => finish(error ?? new Error('closed')),
  };
  return { answer, handler };
}
