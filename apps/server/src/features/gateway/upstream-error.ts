import type { ProviderError } from '@q/providers/spec/provider-error';
import { AppError } from '../../lib/app-error.ts';

const SECONDS_MIN = 1;

/** The caller's own fault, in the provider's words and the status that fits it. */
function fromInvalidRequest(error: ProviderError, provider: string): AppError {
  const code = error.status === 413 ? 'payload_too_large' : error.status === 422 ? 'unprocessable' : 'invalid_request';
  return new AppError(code, {
    message: `${provider} refused the request: ${error.message}`,
    ...(error.param === null ? {} : { param: error.param }),
    cause: error,
  });
}

/**
 * A provider's failure as the caller sees it: its status says whose fault it is, and a busy or broken provider never looks like an error of the caller.
 */
export function fromProviderError(error: ProviderError, provider: string): AppError {
  const retryAfterSeconds =
    error.retryAfterMs === null ? undefined : Math.max(SECONDS_MIN, Math.ceil(error.retryAfterMs / 1_000));
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  switch (error.kind) {
    case 'invalid_request':
      return fromInvalidRequest(error, provider);
    case 'auth':
      return new AppError('upstream_error', {
        message: `${provider} does not accept this marketplace's key. The operator has to look at it; nothing was charged.`,
        cause: error,
      });
    case 'rate_limited':
      return new AppError('upstream_unavailable', {
        message: `${provider} is busy (429). Try again shortly.`,
        ...retry,
        cause: error,
      });
    case 'unavailable':
      return new AppError('upstream_unavailable', {
        message: `${provider} cannot be reached.`,
        ...retry,
        cause: error,
      });
    case 'timeout':
      return new AppError('upstream_timeout', { message: `${provider} took too long to answer.`, cause: error });
    default:
      return new AppError('upstream_error', {
        message: `${provider} failed: ${error.message}`,
        ...retry,
        cause: error,
      });
  }
}
