import type { CallOptions } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { type CallWatch, watchCall } from './call-watch.ts';
import type { FormBody } from './form-body.ts';
import { type Deadlines, ERROR_BODY_BYTES_MAX } from './limits.ts';
import { type AnswerHeaders, type Posted, post, type UpstreamAnswer, type UpstreamDispatcher } from './post-json.ts';
import { readBodyStart } from './read-body.ts';
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

/** The request of a call, ready to be sent. */
export function postedOf(route: Route, { apiKey }: Call, { path, body, form, accept }: Outgoing): Posted {
  const { dispatcher, origin } = route;
  if (form)
    return { dispatcher, origin, path, headers: headersOf(route, apiKey, accept, form.contentType), body: form.bytes };
  const headers = knownHeadersOf(route, apiKey, accept, body === null ? null : 'application/json');
  return { dispatcher, origin, path, headers, body: body === null ? null : JSON.stringify(body) };
}

/** Sends the request and resolves when headers with a good status have arrived. Throws ProviderError for any other status. */
export async function send(route: Route, call: Call, request: Outgoing): Promise<UpstreamAnswer> {
  call.watch.expectWithin(request.firstMs);
  const answer = await post(postedOf(route, call, request), call.watch.signal);
  if (isRefused(answer.status, answer.headers)) throw await refusalOf(answer, call, route);
  if (isCompressed(answer.headers)) throw compressedAnswer();
  return answer;
}

/** Whether an answer says that there will be none. A web page with a good status is none either. */
export function isRefused(status: number, headers: AnswerHeaders): boolean {
  return status < 200 || status > 299 || headerOf(headers, 'content-type')?.startsWith('text/html') === true;
}

/** Whether a body is compressed, which was not asked for. */
export function isCompressed(headers: AnswerHeaders): boolean {
  const encoding = headerOf(headers, 'content-encoding');
  return encoding !== null && encoding !== 'identity';
}

/** The fault of an answer that is compressed. */
export function compressedAnswer(): ProviderError {
  return new ProviderError('upstream', 'The provider sent a compressed answer that was not asked for.');
}

/** The provider's id of the request; null when it gives none. */
export function requestIdOf(headers: AnswerHeaders): string | null {
  for (const name of REQUEST_ID_HEADERS) {
    const id = headerOf(headers, name);
    if (id !== null && id.length <= REQUEST_ID_LENGTH_MAX) return id;
  }
  return null;
}

/** Header lists of a route that were made before: with one key they are the same for every call. */
interface KnownHeaders {
  apiKey: string | undefined;
  accept: string;
  contentType: string | null;
  list: string[];
}
const knownHeaders = new WeakMap<Route, KnownHeaders[]>();
const KNOWN_HEADERS_MAX = 16;

function knownHeadersOf(
  route: Route,
  apiKey: string | undefined,
  accept: Outgoing['accept'],
  contentType: string | null,
): string[] {
  const known = knownHeaders.get(route) ?? [];
  for (const headers of known) {
    if (headers.apiKey === apiKey && headers.accept === accept && headers.contentType === contentType)
      return headers.list;
  }
  const list = headersOf(route, apiKey, accept, contentType);
  knownHeaders.set(route, [{ apiKey, accept, contentType, list }, ...known.slice(0, KNOWN_HEADERS_MAX - 1)]);
  return list;
}

function headersOf(
  route: Route,
  apiKey: string | undefined,
  accept: Outgoing['accept'],
  contentType: string | null,
): string[] {
  const headers: Record<string, string> = { ...route.headers, accept };
  if (apiKey !== undefined) {
    const [name, value] = route.keyHeader(apiKey);
    headers[name] = value;
  }
  if (contentType !== null) headers['content-type'] = contentType;
  // A compressed body can inflate a thousandfold.
  headers['accept-encoding'] = 'identity';
  return Object.entries(headers).flat();
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
