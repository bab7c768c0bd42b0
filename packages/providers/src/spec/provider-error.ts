/** What went wrong at a provider, sorted by what the caller can do about it. */
export type ProviderErrorKind =
  /** The request itself is wrong for this provider or model (400, 404, 413, 422). */
  | 'invalid_request'
  /** The provider refused our key or our account (401, 402, 403, quota used up). */
  | 'auth'
  | 'rate_limited'
  /** The provider failed (5xx, malformed answer, stream cut). */
  | 'upstream'
  /** No connection. */
  | 'unavailable'
  | 'timeout'
  /** We aborted the call ourselves. */
  | 'aborted';

/** The one error that adapters throw. `message` bears no key: it is redacted before it is set. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  /** The provider's HTTP status, 0 when there was none. */
  readonly status: number;
  /** True when another try or another provider may succeed. */
  readonly retryable: boolean;
  /** How long the provider asks to wait, in milliseconds; null when it does not say. */
  readonly retryAfterMs: number | null;
  /** The parameter the provider complained of. */
  readonly param: string | null;

  constructor(
    kind: ProviderErrorKind,
    message: string,
    details: {
      status?: number;
      retryable?: boolean;
      retryAfterMs?: number | null;
      param?: string | null;
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ProviderError';
    this.kind = kind;
    this.status = details.status ?? 0;
    this.retryable =
      details.retryable ??
      (kind === 'rate_limited' || kind === 'upstream' || kind === 'unavailable' || kind === 'timeout');
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.param = details.param ?? null;
  }
}
