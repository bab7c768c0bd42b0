import { ProviderError, type ProviderErrorKind } from '../spec/provider-error.ts';
import type { AnswerHeaders } from './post-json.ts';
import { redact } from './redact.ts';
import { headerOf, retryAfterMs } from './retry-after.ts';

/** Statuses after which the same call may succeed; 498 is Groq's "no capacity", 529 means overloaded. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 429, 498, 500, 502, 503, 504, 529]);
const UNPARSED_LENGTH_MAX = 300;

/** What an answer with a bad status says, sorted by the format it came in. */
export interface AnswerFault {
  kind: ProviderErrorKind;
  /** The provider's words; empty when it had none. */
  message: string;
  param: string | null;
  /** The wait asked for in the body, in milliseconds, used where the headers ask for none. */
  retryAfterMs?: number | null;
}

/** The error that an answer with a bad status stands for. `now` is in milliseconds since 1970, for a Retry-After date. */
export function answerError(
  { status, headers }: { status: number; headers: AnswerHeaders },
  fault: AnswerFault,
  secret: string | undefined,
  now: number,
): ProviderError {
  const { kind } = fault;
  const wish = headerOf(headers, 'x-should-retry');
  const retryable = wish === 'true' || (wish !== 'false' && RETRYABLE_STATUSES.has(status));
  return new ProviderError(
    kind,
    redact(fault.message, secret) || `The provider answered with status ${status} and no message.`,
    {
      status,
      retryable: retryable && kind !== 'auth' && kind !== 'invalid_request',
      retryAfterMs: retryAfterMs(headers, now) ?? fault.retryAfterMs ?? null,
      param: fault.param,
    },
  );
}

/** What to show of a body that is not in the provider's own format: the title of a web page, or its beginning. */
export function unparsedMessage(body: string): string {
  const text = body.trim();
  return /^<(?:!doctype|html|\?xml|head|body)/i.test(text) ? titleOf(text) : text.slice(0, UNPARSED_LENGTH_MAX);
}

function titleOf(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{1,200})/i.exec(html)?.[1]?.trim();
  return title ? `The provider answered with a web page: ${title}` : 'The provider answered with a web page.';
}
