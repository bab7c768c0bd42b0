import { ProviderError } from '../spec/provider-error.ts';
import type { ErrorReader } from './call.ts';

/** The same errors with parameters of the chat format under the names they have in another one, such as `messages` as `input`. */
export function renamingParams(errors: ErrorReader, names: Readonly<Record<string, string>>): ErrorReader {
  return {
    fromAnswer: (answer, secret, now) => renamed(errors.fromAnswer(answer, secret, now), names),
    fromObject(value, secret) {
      const error = errors.fromObject(value, secret);
      return error && renamed(error, names);
    },
  };
}

function renamed(error: ProviderError, names: Readonly<Record<string, string>>): ProviderError {
  const param = error.param === null ? undefined : names[error.param];
  if (param === undefined) return error;
  const { kind, message, status, retryable, retryAfterMs } = error;
  return new ProviderError(kind, message, { status, retryable, retryAfterMs, param });
}
