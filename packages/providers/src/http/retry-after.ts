import type { AnswerHeaders } from './post-json.ts';

/** A provider that asks for longer than this is not waited for. */
const RETRY_AFTER_MAX_MS = 60_000;

/** The first value of a header, trimmed; null when it is absent or empty. */
export function headerOf(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name];
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text ? text : null;
}

/**
 * How long the provider asks to wait, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date (RFC 9110, 10.2.3).
 * Null when it does not say, says something unreadable, or asks for more than a minute. `now` is in milliseconds since 1970.
 */
export function retryAfterMs(headers: AnswerHeaders, now: number): number | null {
  const exact = amount(headerOf(headers, 'retry-after-ms'));
  if (exact !== null) return within(exact);
  const text = headerOf(headers, 'retry-after');
  const seconds = amount(text);
  if (seconds !== null) return within(seconds * 1_000);
  // A bare or signed number is not a date, although Date.parse reads "-5" as a month.
  if (text === null || !/[a-z]/i.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : within(Math.max(0, at - now));
}

function amount(text: string | null): number | null {
  return text !== null && /^\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}

function within(ms: number): number | null {
  return ms <= RETRY_AFTER_MAX_MS ? Math.ceil(ms) : null;
}
