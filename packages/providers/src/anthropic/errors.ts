import { answerError, unparsedMessage } from '../http/answer-error.ts';
import type { ErrorReader } from '../http/call.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import { redact } from '../http/redact.ts';
import { ProviderError, type ProviderErrorKind } from '../spec/provider-error.ts';

/** Anthropic's words for its errors (`error.type`). */
const KINDS: ReadonlyMap<string, ProviderErrorKind> = new Map([
  ['invalid_request_error', 'invalid_request'],
  ['not_found_error', 'invalid_request'],
  ['request_too_large', 'invalid_request'],
  ['authentication_error', 'auth'],
  ['permission_error', 'auth'],
  ['billing_error', 'auth'],
  ['rate_limit_error', 'rate_limited'],
  ['timeout_error', 'timeout'],
  ['overloaded_error', 'upstream'],
  ['api_error', 'upstream'],
]);

/** An account that may spend no more is reported as a wrong request. */
const NO_CREDIT = /credit balance is too low|specified API usage limits/i;
/** Messages begin with the path of the field they complain of. */
const PATH = /^([a-z_]{1,40})(?:[.:[])/;
const PARAMS: ReadonlyMap<string, string> = new Map([
  ['messages', 'messages'],
  ['system', 'messages'],
  ['model', 'model'],
  ['max_tokens', 'max_tokens'],
  ['temperature', 'temperature'],
  ['top_p', 'top_p'],
  ['stop_sequences', 'stop'],
  ['tools', 'tools'],
  ['tool_choice', 'tool_choice'],
  ['thinking', 'reasoning_effort'],
]);

type RawError = Loose<'type' | 'message'>;

/** What errors of Anthropic's API mean, whole or inside a stream: `{type: 'error', error: {type, message}}`. */
export const ANTHROPIC_ERRORS: ErrorReader = {
  fromAnswer(answer, secret, now) {
    const error = innerError(parseJson(answer.body));
    const message = asText(error?.message) ?? unparsedMessage(answer.body);
    const kind = kindOf(answer.status, asText(error?.type), message);
    return answerError(answer, { kind, message, param: paramOf(kind, message) }, secret, now);
  },
  fromObject(value, secret) {
    const error = innerError(value);
    if (error === null) return null;
    const message = asText(error.message) ?? '';
    const kind = kindOf(0, asText(error.type), message);
    return new ProviderError(kind, redact(message, secret) || 'The provider reported an error without a message.', {
      param: paramOf(kind, message),
    });
  },
};

function innerError(value: unknown): RawError | null {
  const outer = asObject<'error'>(value);
  return asObject(outer?.error) ?? (asText(outer?.error) === null ? null : { message: outer?.error });
}

/** The word counts before the status: a good status says nothing, and a proxy's may say too much. */
function kindOf(status: number, word: string | null, message: string): ProviderErrorKind {
  const known = word === null ? undefined : KINDS.get(word);
  if (known === 'invalid_request' && NO_CREDIT.test(message)) return 'auth';
  if (known !== undefined) return known;
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  if (status === 408) return 'timeout';
  return status >= 400 && status <= 499 && status !== 409 && status !== 425 ? 'invalid_request' : 'upstream';
}

function paramOf(kind: ProviderErrorKind, message: string): string | null {
  const field = kind === 'invalid_request' ? PATH.exec(message)?.[1] : undefined;
  return field === undefined ? null : (PARAMS.get(field) ?? null);
}
