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
  /** What has come of the body since the last time, null at its end. What came before a failure is handed out before it is thrown. */
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
  let reader: (() => void) | null = null;
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
    else reader?.();
    started = reader = null;
  };
  const close = (reason: unknown) => {
    finish(reason);
    controller?.abort(reason instanceof Error ? reason : new Error('closed'));
  };

  const take = (): Buffer => {
    const [first] = queue;
    const bytes = queue.length === 1 && first ? first : Buffer.concat(queue, queuedBytes);
    queue.length = 0;
    queuedBytes = 0;
    return bytes;
  };
  const read = async (): Promise<Buffer | null> => {
    // What the socket holds can come at once when it is no longer paused.
    if (queue.length === 0 && controller?.paused) controller.resume();
    if (queue.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        reader = resolve;
      });
    }
    if (queue.length > 0) return take();
    if (failure !== undefined) throw failure;
    return null;
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
      return;
    }
    queue.push(chunk);
    queuedBytes += chunk.byteLength;
    if (queuedBytes >= QUEUED_BYTES_MAX) controller?.pause();
    reader?.();
    reader = null;
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
