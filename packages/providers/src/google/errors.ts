import { answerError, unparsedMessage } from '../http/answer-error.ts';
import type { ErrorReader } from '../http/call.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import { redact } from '../http/redact.ts';
import { ProviderError, type ProviderErrorKind } from '../spec/provider-error.ts';

/** Google's words for its errors (`error.status`, those of gRPC). An account or a place that may not use the API fails a precondition. */
const KINDS: ReadonlyMap<string, ProviderErrorKind> = new Map([
  ['INVALID_ARGUMENT', 'invalid_request'],
  ['OUT_OF_RANGE', 'invalid_request'],
  ['NOT_FOUND', 'invalid_request'],
  ['UNIMPLEMENTED', 'invalid_request'],
  ['UNAUTHENTICATED', 'auth'],
  ['PERMISSION_DENIED', 'auth'],
  ['FAILED_PRECONDITION', 'auth'],
  ['RESOURCE_EXHAUSTED', 'rate_limited'],
  ['DEADLINE_EXCEEDED', 'timeout'],
  ['CANCELLED', 'upstream'],
  ['ABORTED', 'upstream'],
  ['INTERNAL', 'upstream'],
  ['UNAVAILABLE', 'upstream'],
]);

const REFUSED_KEY = /\bAPI key (?:not valid|expired|invalid|not found)/i;
const RETRY_AFTER_MAX_MS = 60_000;
/** Fields of the request by the last word of the path that Google names, as parameters of the chat format. */
const PARAMS: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature'],
  ['top_p', 'top_p'],
  ['max_output_tokens', 'max_tokens'],
  ['stop_sequences', 'stop'],
  ['seed', 'seed'],
  ['candidate_count', 'n'],
  ['response_json_schema', 'response_format'],
  ['response_schema', 'response_format'],
  ['thinking_config', 'reasoning_effort'],
  ['thinking_budget', 'reasoning_effort'],
  ['thinking_level', 'reasoning_effort'],
  ['contents', 'messages'],
  ['tools', 'tools'],
  ['output_dimensionality', 'dimensions'],
]);

type RawError = Loose<'code' | 'message' | 'status' | 'details'>;

/** What errors of Google's API mean, whole or inside a stream: `{error: {code, message, status, details}}`, sometimes within an array. */
export const GOOGLE_ERRORS: ErrorReader = {
  fromAnswer(answer, secret, now) {
    const error = innerError(parseJson(answer.body));
    const message = asText(error?.message) ?? unparsedMessage(answer.body);
    const fault = { kind: kindOf(answer.status, error, message), message, param: paramOf(error) };
    return answerError(answer, { ...fault, retryAfterMs: retryDelayMs(error) }, secret, now);
  },
  fromObject(value, secret) {
    const error = innerError(value);
    if (error === null) return null;
    const message = asText(error.message) ?? '';
    const status = typeof error.code === 'number' && error.code >= 400 && error.code <= 599 ? error.code : 0;
    const kind = kindOf(status, error, message);
    return new ProviderError(kind, redact(message, secret) || 'The provider reported an error without a message.', {
      status,
      param: paramOf(error),
      retryAfterMs: retryDelayMs(error),
    });
  },
};

function innerError(value: unknown): RawError | null {
  const outer = asObject<'error'>(Array.isArray(value) ? value[0] : value);
  return asObject(outer?.error) ?? (asText(outer?.error) === null ? null : { message: outer?.error });
}

/** A refused key comes as a wrong request (400), told by its reason. */
function kindOf(status: number, error: RawError | null, message: string): ProviderErrorKind {
  if (detailOf(error, 'ErrorInfo')?.reason === 'API_KEY_INVALID' || REFUSED_KEY.test(message)) return 'auth';
  const known = KINDS.get(asText(error?.status) ?? '');
  if (known !== undefined) return known;
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 400 && status <= 498 && status !== 409 && status !== 425 ? 'invalid_request' : 'upstream';
}

type RawDetail = Loose<'@type' | 'reason' | 'retryDelay' | 'fieldViolations'>;

/** The first detail of a type such as `google.rpc.ErrorInfo`. */
function detailOf(error: RawError | null, type: string): RawDetail | null {
  if (!Array.isArray(error?.details)) return null;
  for (const value of error.details) {
    const detail: RawDetail | null = asObject(value);
    if (typeof detail?.['@type'] === 'string' && detail['@type'].endsWith(`.${type}`)) return detail;
  }
  return null;
}

/** The wait that a full quota asks for, such as "48s" or "48.9s": Google sends no Retry-After header. */
function retryDelayMs(error: RawError | null): number | null {
  const seconds = /^(\d{1,6}(?:\.\d{1,9})?)s$/.exec(asText(detailOf(error, 'RetryInfo')?.retryDelay) ?? '')?.[1];
  const ms = seconds === undefined ? null : Math.ceil(Number(seconds) * 1_000);
  return ms !== null && ms <= RETRY_AFTER_MAX_MS ? ms : null;
}

function paramOf(error: RawError | null): string | null {
  const violations = detailOf(error, 'BadRequest')?.fieldViolations;
  const first: unknown = Array.isArray(violations) ? violations[0] : null;
  const path = asText(asObject<'field'>(first)?.field)?.slice(0, 200) ?? '';
  const words = path.split(/[.[\]]/).reverse();
  for (const word of words) {
    const param = PARAMS.get(word);
    if (param !== undefined) return param;
  }
  return null;
}
