import { answerError, unparsedMessage } from '../http/answer-error.ts';
import type { ErrorReader } from '../http/call.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import { redact } from '../http/redact.ts';
import { ProviderError, type ProviderErrorKind } from '../spec/provider-error.ts';

/** What a request asked of a model that cannot do it, as parameters of the chat format; the first match counts. */
const PARAMS: readonly (readonly [RegExp, string])[] = [
  [/does not support tools/i, 'tools'],
  [/does not support think|\bthink\b/i, 'reasoning_effort'],
  [/does not support (?:chat|completion|generate)|\bmodel\b.{0,200}\bnot found|model is required/i, 'model'],
  [/\bformat\b|\bgrammar\b|\bschema\b/i, 'response_format'],
  [/image|vision|multimodal|context length|prompt (?:is )?too long|input length|message/i, 'messages'],
];

type RawError = Loose<'error' | 'message'>;

/** What errors of Ollama's API mean: `{error: "text"}`, whole or as a line of a stream; OpenAI's form too, which gateways before it use. */
export const OLLAMA_ERRORS: ErrorReader = {
  fromAnswer(answer, secret, now) {
    const message = messageOf(parseJson(answer.body)) ?? unparsedMessage(answer.body);
    const kind = kindOf(answer.status);
    const param = kind === 'invalid_request' ? paramOf(answer.status, message) : null;
    return answerError(answer, { kind, message, param }, secret, now);
  },
  fromObject(value, secret) {
    const error = asObject<'error'>(value)?.error;
    if (error === undefined || error === null || error === '') return null;
    const message = redact(messageOf(value) ?? '', secret);
    return new ProviderError('upstream', message || 'The provider reported an error without a message.');
  },
};

function messageOf(value: unknown): string | null {
  const raw: RawError | null = asObject(value);
  return asText(raw?.error) ?? asText(asObject<'message'>(raw?.error)?.message) ?? asText(raw?.message);
}

/** 499: the call was ended from this side, which we did not do. */
function kindOf(status: number): ProviderErrorKind {
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 400 && status <= 498 && status !== 409 && status !== 425 ? 'invalid_request' : 'upstream';
}

function paramOf(status: number, message: string): string | null {
  if (status === 404) return 'model';
  return PARAMS.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}
