import { ERROR_CATALOGUE, type ErrorBody, type ErrorCode } from '@q/contract/errors';

interface AppErrorDetails {
  /** A sentence more exact than the catalogue's; shown to the client, so it bears no secret, path or SQL. */
  message?: string;
  /** The request field at fault. */
  param?: string;
  /** True where `param` is a word of the client's own, which no format has another name for. */
  isParamAsSent?: boolean;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Further fields of the error body, such as `available_usd`. */
  extra?: Record<string, unknown>;
  cause?: unknown;
}

/** The error every feature throws: a code of the catalogue, and what is particular to this case. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  private readonly isParamAsSent: boolean;
  readonly retryAfterSeconds: number | null;
  readonly extra: Record<string, unknown>;

  constructor(code: ErrorCode, details: AppErrorDetails = {}) {
    const entry = ERROR_CATALOGUE[code];
    super(details.message ?? entry.sentence, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = entry.status;
    this.type = entry.type;
    this.param = details.param ?? null;
    this.isParamAsSent = details.isParamAsSent ?? false;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.extra = details.extra ?? {};
  }

  /** The field at fault under the name it has in a format, where `names` has another for it. */
  paramIn(names: Readonly<Record<string, string>>): string | null {
    if (this.param === null || this.isParamAsSent) return this.param;
    return names[this.param] ?? this.param;
  }

  /** The answer's body in the one shape of the API. */
  toBody(requestId: string | null): ErrorBody {
    return {
      error: {
        ...this.extra,
        message: this.message,
        type: this.type,
        code: this.code,
        param: this.param,
        request_id: requestId,
      },
    };
  }
}

/** True for the error that says a part of the installation (the database) cannot be reached now: the same may work in a moment. */
export function isServiceUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'service_unavailable';
}
