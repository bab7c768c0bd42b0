import type { ErrorReader } from '../http/call.ts';
import { asObject, asText, type Loose } from '../http/parse-json.ts';
import { errorFromAnswer, errorFromObject } from '../openai-compatible/errors.ts';
import { ProviderError } from '../spec/provider-error.ts';

/** Codes of an answer that failed (`response.error.code`) because of what it was asked: a bad prompt or an image that cannot be read. */
const WRONG_INPUT = /^invalid_|image/;
/** Fields of the Responses API by the parameters of the chat format they come from. */
const PARAMS: ReadonlyMap<string, string> = new Map([
  ['input', 'messages'],
  ['instructions', 'messages'],
  ['max_output_tokens', 'max_tokens'],
  ['text', 'response_format'],
  ['reasoning', 'reasoning_effort'],
]);

/** What errors of the Responses API mean, whole, as an answer that failed, or inside a stream. Parameters are named as in the chat format. */
export const RESPONSES_ERRORS: ErrorReader = {
  fromAnswer: (answer, secret, now) => inChatWords(errorFromAnswer(answer, secret, now)),
  fromObject(value, secret) {
    const error = errorFromObject(value, secret);
    return error === null ? null : inChatWords(error, codeOf(value));
  },
};

/** The error of a response whose `status` says that there is no answer; null for any other. */
export function failureOf(response: unknown, secret: string | undefined): ProviderError | null {
  const error = RESPONSES_ERRORS.fromObject(response, secret);
  if (error !== null) return error;
  const status = asObject<'status'>(response)?.status;
  if (status === 'failed') return new ProviderError('upstream', 'The provider reported an error without a message.');
  if (status === 'cancelled') return new ProviderError('upstream', 'The provider cancelled the answer.');
  return null;
}

function codeOf(value: unknown): string | null {
  const outer: Loose<'code' | 'error'> | null = asObject(value);
  return asText(asObject<'code'>(outer?.error)?.code) ?? asText(outer?.code);
}

function inChatWords(error: ProviderError, code: string | null = null): ProviderError {
  const isWrongInput = error.kind === 'upstream' && error.status === 0 && code !== null && WRONG_INPUT.test(code);
  const field = error.param === null ? null : (/^[a-z_]+/.exec(error.param)?.[0] ?? null);
  const param = field === null ? null : (PARAMS.get(field) ?? error.param);
  if (!isWrongInput) return param === error.param ? error : copyOf(error, error.kind, param);
  return copyOf(error, 'invalid_request', param ?? 'messages');
}

function copyOf(error: ProviderError, kind: ProviderError['kind'], param: string | null): ProviderError {
  const { message, status, retryAfterMs } = error;
  const retryable = error.retryable && kind === error.kind;
  return new ProviderError(kind, message, { status, retryable, retryAfterMs, param });
}
