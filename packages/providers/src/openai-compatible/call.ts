import { type CallWatch, watchCall } from '../http/call-watch.ts';
import { ANSWER_BYTES_MAX, type Deadlines, ERROR_BODY_BYTES_MAX } from '../http/limits.ts';
import { parseJson } from '../http/parse-json.ts';
import { postJson, type UpstreamAnswer, type UpstreamDispatcher } from '../http/post-json.ts';
import { readBody, readBodyStart } from '../http/read-body.ts';
import { headerOf } from '../http/retry-after.ts';
import type { CallOptions } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { errorFromAnswer, errorFromObject } from './errors.ts';

/** What every call of one provider has in common. */
export interface Route {
  dispatcher: UpstreamDispatcher;
  /** Scheme, host and port. */
  origin: string;
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  deadlines: Deadlines;
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
export async function send(
  route: Route,
  call: Call,
  body: Record<string, unknown>,
  { accept, firstMs }: { accept: string; firstMs: number },
): Promise<UpstreamAnswer> {
  const headers: Record<string, string> = { ...route.headers, accept };
  if (call.apiKey !== undefined) headers['authorization'] = `Bearer ${call.apiKey}`;
  call.watch.expectWithin(firstMs);
  const answer = await postJson({
    dispatcher: route.dispatcher,
    origin: route.origin,
    path: route.path,
    headers,
    body: JSON.stringify(body),
    signal: call.watch.signal,
  });
  const isGood = answer.status >= 200 && answer.status <= 299;
  if (!isGood || headerOf(answer.headers, 'content-type')?.startsWith('text/html')) {
    throw await refusalOf(answer, call, route.deadlines.idleMs);
  }
  const encoding = headerOf(answer.headers, 'content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new ProviderError('upstream', 'The provider sent a compressed answer that was not asked for.');
  }
  return answer;
}

/** Reads an answer that is not streamed. Throws ProviderError when it is no JSON or bears an error in spite of its good status. */
export async function readJson(answer: UpstreamAnswer, call: Call, idleMs: number): Promise<unknown> {
  const text = await readBody(answer, call.watch, { bytesMax: ANSWER_BYTES_MAX, idleMs });
  const body = parseJson(text);
  if (body === undefined) throw new ProviderError('upstream', 'The provider answered with something that is not JSON.');
  const error = errorFromObject(body, call.apiKey);
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

async function refusalOf(answer: UpstreamAnswer, { watch, apiKey }: Call, idleMs: number): Promise<ProviderError> {
  const { status, headers } = answer;
  const body = await readBodyStart(answer, watch, { bytesMax: ERROR_BODY_BYTES_MAX, idleMs });
  return errorFromAnswer({ status, headers, body }, apiKey, Date.now());
}
