import { answerError, unparsedMessage } from '../http/answer-error.ts';
import type { ErrorReader } from '../http/call.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import { redact } from '../http/redact.ts';
import { ProviderError, type ProviderErrorKind } from '../spec/provider-error.ts';

/** A key that is not accepted, or whose month is used up, in whatever status it comes. */
const REFUSED_ACCOUNT = /\b(?:invalid|incorrect|missing|no) api (?:key|token)\b|\/ ?month\b|per month\b|billing/i;
/** Said by Cohere of a model that it does not have, or has no more. */
const UNKNOWN_MODEL = /\bmodel\b.{0,80}\b(?:not found|was removed|does not exist|not supported)/i;
/** Words of messages for fields of the request, as parameters of the chat format; the first match counts. */
const PARAMS: readonly (readonly [RegExp, string])[] = [
  [/\btool_choice\b/, 'tool_choice'],
  [/\bresponse_format\b/, 'response_format'],
  [/\bmax_tokens\b|\bmax tokens\b/, 'max_tokens'],
  [/\btemperature\b/, 'temperature'],
  [/\bfrequency_penalty\b/, 'frequency_penalty'],
  [/\bpresence_penalty\b/, 'presence_penalty'],
  [/\bstop_sequences\b/, 'stop'],
  [/\b(?:thinking|token_budget)\b/, 'reasoning_effort'],
  [/\bp must\b|\bfield ['"]?p['"]?/, 'top_p'],
  [/\bseed\b/, 'seed'],
  [/\boutput_dimension\b/, 'dimensions'],
  [/\btools?\b/, 'tools'],
  [/\bmessages?\b|\bprompt\b|\btoo many tokens\b/, 'messages'],
];

type RawError = Loose<'message' | 'type' | 'error' | 'delta' | 'detail'>;

/** What errors of Cohere's API mean: `{id, message}`, whole or inside a stream, whose events have a type. An answer's `message` is an object. */
export const COHERE_ERRORS: ErrorReader = {
  fromAnswer(answer, secret, now) {
    const message = messageOf(asObject(parseJson(answer.body))) ?? unparsedMessage(answer.body);
    const kind = kindOf(answer.status, message);
    return answerError(answer, { kind, message, param: paramOf(kind, answer.status, message) }, secret, now);
  },
  fromObject(value, secret) {
    const message = messageOf(asObject(value));
    if (message === null) return null;
    const kind = REFUSED_ACCOUNT.test(message) ? 'auth' : 'upstream';
    return new ProviderError(kind, redact(message, secret) || 'The provider reported an error without a message.');
  },
};

/** The message of an error; null for anything that is none. A stream that fails says so in its last event (`delta.error`). */
function messageOf(raw: RawError | null): string | null {
  const inner = asObject<'message'>(raw?.error)?.message;
  const last = asObject<'error'>(raw?.delta)?.error;
  return asText(raw?.message) ?? asText(inner) ?? asText(raw?.error) ?? asText(last) ?? asText(raw?.detail);
}

/** 498: the text held a word that Cohere does not take. 499: the call was ended from this side, which we did not do. */
function kindOf(status: number, message: string): ProviderErrorKind {
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status < 500 && REFUSED_ACCOUNT.test(message)) return 'auth';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 501) return 'invalid_request';
  return status >= 400 && status <= 498 && status !== 409 && status !== 425 ? 'invalid_request' : 'upstream';
}

function paramOf(kind: ProviderErrorKind, status: number, message: string): string | null {
  if (kind !== 'invalid_request') return null;
  if (status === 404 || UNKNOWN_MODEL.test(message)) return 'model';
  return PARAMS.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}
