import { answerError, unparsedMessage } from '../http/answer-error.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import type { AnswerHeaders } from '../http/post-json.ts';
import { redact } from '../http/redact.ts';
import { ProviderError, type ProviderErrorKind } from '../spec/provider-error.ts';

/** An account that cannot pay or a key that is not accepted, in whatever status they come. */
const REFUSED_ACCOUNT =
  /insufficient_quota|billing|payment_required|insufficient.?balance|credits?_exhausted|invalid_api_key|api_key_invalid|authentication/i;
const REFUSED_KEY_TEXT =
  /\b(?:incorrect|invalid|missing) api key\b|\bapi key (?:is )?(?:not valid|invalid|incorrect|expired)/i;
const REFUSED_CONTENT = /content_policy|content_filter|moderation|flagged/i;

/** What the parts of an error say, whatever shape it came in. */
interface Fault {
  message: string;
  /** The error's own words for its kind: `code` and `type` together. */
  words: string;
  /** A status inside the error, used where the answer itself has a good one. */
  status: number | null;
  param: string | null;
}

type RawError = Loose<
  | 'error'
  | 'message'
  | 'detail'
  | 'errors'
  | 'msg'
  | 'code'
  | 'type'
  | 'param'
  | 'status'
  | 'status_code'
  | 'metadata'
  | 'object'
>;

/** The error that an answer with a bad status stands for. `now` is in milliseconds since 1970, for a Retry-After date. */
export function errorFromAnswer(
  answer: { status: number; headers: AnswerHeaders; body: string },
  secret: string | undefined,
  now: number,
): ProviderError {
  const fault = readFault(answer.body);
  const { message, param } = fault;
  return answerError(answer, { kind: kindOf(answer.status, fault), message, param }, secret, now);
}

/** The error inside an answer or a stream event whose status was good; null when it holds none. */
export function errorFromObject(value: unknown, secret: string | undefined): ProviderError | null {
  const raw: RawError | null = asObject(value);
  if (raw === null || !isError(raw)) return null;
  const fault = faultOf(raw);
  const status = fault.status ?? 0;
  const kind = status === 0 ? kindOfWords(fault.words) : kindOf(status, fault);
  return new ProviderError(kind, redact(fault.message, secret) || 'The provider reported an error without a message.', {
    status,
    param: fault.param,
  });
}

function isError(raw: RawError): boolean {
  if (raw.error !== undefined && raw.error !== null && raw.error !== false && raw.error !== '') return true;
  return (
    raw.object === 'error' ||
    (asText(raw.message) !== null && (raw.code ?? raw.type ?? null) !== null && !('choices' in raw))
  );
}

function readFault(body: string): Fault {
  const text = body.trim();
  const parsed = parseJson(text);
  const first: RawError | null = asObject(Array.isArray(parsed) ? parsed[0] : parsed);
  if (first !== null) {
    const fault = faultOf(first);
    return fault.message === '' ? { ...fault, message: unparsedMessage(text) } : fault;
  }
  return { message: unparsedMessage(text), words: '', status: null, param: null };
}

function faultOf(raw: RawError): Fault {
  const inner: RawError = asObject(raw.error) ?? raw;
  const words = [inner.code, inner.type, inner === raw ? null : raw.code]
    .filter((word) => typeof word === 'string')
    .join(' ');
  const metadata = asObject<'flagged_input' | 'reasons'>(inner.metadata);
  const isFlagged = metadata?.flagged_input !== undefined || metadata?.reasons !== undefined;
  return {
    message: messageOf(raw),
    words: isFlagged ? `${words} moderation` : words,
    status: statusOf(inner.status_code) ?? statusOf(inner.status) ?? statusOf(inner.code),
    param: paramOf(inner.param),
  };
}

/** error.message ‖ error ‖ error[] ‖ message ‖ detail ‖ errors[]; empty when none of them says anything. */
function messageOf(raw: RawError): string {
  const inner: RawError | null = asObject(raw.error);
  const candidates = [inner?.message, raw.error, raw.message, raw.detail, raw.errors];
  for (const candidate of candidates) {
    const text = sentenceOf(candidate);
    if (text !== null) return text;
  }
  return '';
}

function sentenceOf(value: unknown): string | null {
  if (Array.isArray(value)) {
    const parts = value.slice(0, 5).map((entry) => sentenceOf(entry) ?? sentenceOf(asObject<'msg'>(entry)?.msg));
    return parts.filter((part) => part !== null).join('; ') || null;
  }
  return asText(value) ?? asText(asObject<'message'>(value)?.message);
}

function statusOf(value: unknown): number | null {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : null;
}

function paramOf(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.[\]-]{1,100}$/.test(value) ? value : null;
}

function kindOf(status: number, fault: Fault): ProviderErrorKind {
  if (status === 401 || status === 402) return 'auth';
  // A refused prompt is the caller's doing. Taken for a refused key, it would switch the key off.
  if (status === 403) return REFUSED_CONTENT.test(fault.words) ? 'invalid_request' : 'auth';
  if (status === 400 && (REFUSED_ACCOUNT.test(fault.words) || REFUSED_KEY_TEXT.test(fault.message))) return 'auth';
  if (status === 429) return REFUSED_ACCOUNT.test(fault.words) ? 'auth' : 'rate_limited';
  if (status === 408) return 'timeout';
  if (status === 409 || status === 425 || status === 498 || status === 499 || status < 400 || status >= 500)
    return 'upstream';
  return 'invalid_request';
}

function kindOfWords(words: string): ProviderErrorKind {
  if (REFUSED_ACCOUNT.test(words)) return 'auth';
  if (/rate_limit|too_many_requests/i.test(words)) return 'rate_limited';
  if (/invalid_request|unsupported|context_length|content_filter|content_policy/i.test(words)) return 'invalid_request';
  return /timeout/i.test(words) ? 'timeout' : 'upstream';
}
