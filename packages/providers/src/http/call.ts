import type { CallOptions } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { type CallWatch, watchCall } from './call-watch.ts';
import type { FormBody } from './form-body.ts';
import { ANSWER_BYTES_MAX, type Deadlines, ERROR_BODY_BYTES_MAX } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { type AnswerHeaders, postJson, type UpstreamAnswer, type UpstreamDispatcher } from './post-json.ts';
import { readBody, readBodyStart } from './read-body.ts';
import { headerOf } from './retry-after.ts';

/** What a provider's errors mean. `secret` is the key in use, kept out of every message. */
export interface ErrorReader {
  /** The error that an answer with a bad status stands for. `now` is in milliseconds since 1970, for a Retry-After date. */
  fromAnswer(
    answer: { status: number; headers: AnswerHeaders; body: string },
    secret: string | undefined,
    now: number,
  ): ProviderError;
  /** The error inside an answer or a stream event whose status was good; null when it holds none. */
  fromObject(value: unknown, secret: string | undefined): ProviderError | null;
}

/** What every call of one provider has in common. */
export interface Route {
  dispatcher: UpstreamDispatcher;
  /** Scheme, host and port. */
  origin: string;
  headers: Record<string, string>;
  /** The header a key goes into. */
  keyHeader(apiKey: string): [name: string, value: string];
  errors: ErrorReader;
  deadlines: Deadlines;
}

/** One request of a call. */
export interface Outgoing {
  /** Path and query. */
  path: string;
  /** Posted as JSON; null: nothing is sent, the resource is got. */
  body: Record<string, unknown> | null;
  /** Posted in place of `body`. */
  form?: FormBody | undefined;
  accept: 'application/json' | 'text/event-stream' | 'application/x-ndjson';
  /** How long the headers may take, in milliseconds. */
  firstMs: number;
}

/** One call under way. */
export interface Call {
  watch: CallWatch;
  apiKey: string | undefined;
}

const REQUEST_ID_HEADERS = [
  'x-request-id',
  'request-id',
  'x-generation-id',
  'x-debug-trace-id',
  'apim-request-id',
  'x-ds-trace-id',
  'cf-ray',
] as const;
const REQUEST_ID_LENGTH_MAX = 200;
/** What may stand in a header. Anything else in a key is a slip of the clipboard. */
const SENDABLE_KEY = /^[\x21-\x7e]{1,4096}$/;

/** Begins a call. Throws ProviderError `aborted` for a signal that is aborted already, `auth` for a key that cannot be sent. */
export function beginCall({ signal, apiKey }: CallOptions, deadlines: Deadlines): Call {
  if (apiKey !== undefined && !SENDABLE_KEY.test(apiKey)) {
    throw new ProviderError('auth', 'The provider key is empty or holds characters that cannot be sent.');
  }
  return { watch: watchCall(signal, deadlines.totalMs), apiKey };
}

/** Sends the request and resolves when headers with a good status have arrived. Throws ProviderError for any other status. */
export async function send(route: Route, call: Call, request: Outgoing): Promise<UpstreamAnswer> {
  const headers: Record<string, string> = { ...route.headers, accept: request.accept };
  if (call.apiKey !== undefined) {
    const [name, value] = route.keyHeader(call.apiKey);
    headers[name] = value;
  }
  call.watch.expectWithin(request.firstMs);
  const answer = await postJson({
    dispatcher: route.dispatcher,
    origin: route.origin,
    path: request.path,
    headers,
    body: request.form ?? (request.body === null ? null : JSON.stringify(request.body)),
    signal: call.watch.signal,
  });
  const isGood = answer.status >= 200 && answer.status <= 299;
  if (!isGood || headerOf(answer.headers, 'content-type')?.startsWith('text/html')) {
    throw await refusalOf(answer, call, route);
  }
  const encoding = headerOf(answer.headers, 'content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new ProviderError('upstream', 'The provider sent a compressed answer that was not asked for.');
  }
  return answer;
}

/** Reads an answer that is not streamed. Throws ProviderError when it is no JSON or bears an error in spite of its good status. */
export async function readJson(
  answer: UpstreamAnswer,
  call: Call,
  route: Route,
  bytesMax: number = ANSWER_BYTES_MAX,
): Promise<unknown> {
  const { idleMs } = route.deadlines;
  const text = await readBody(answer, call.watch, { bytesMax, idleMs });
  const body = parseJson(text);
  if (body === undefined) throw new ProviderError('upstream', 'The provider answered with something that is not JSON.');
  const error = route.errors.fromObject(body, call.apiKey);
  if (error) throw error;
  return body;
}

/** The provider's id of the request; null when it gives none. */
export function requestIdOf(answer: UpstreamAnswer): string | null {
  for (const name of REQUEST_ID_HEADERS) {
    const id = headerOf(answer.headers, name);
    if (id !== null && id.length <= REQUEST_ID_LENGTH_MAX) return id;
  }
  return null;
}

async function refusalOf(answer: UpstreamAnswer, { watch, apiKey }: Call, route: Route): Promise<ProviderError> {
  const { status, headers } = answer;
  const { idleMs } = route.deadlines;
  const body = await readBodyStart(answer, watch, { bytesMax: ERROR_BODY_BYTES_MAX, idleMs });
  return route.errors.fromAnswer({ status, headers, body }, apiKey, Date.now());
}

/** Makes every fault a ProviderError and closes the connection of a call that failed. */
export async function closedOnFailure<T>({ watch }: Call, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = watch.failureOf(error);
    watch.cancel();
    throw failure;
  }
}
