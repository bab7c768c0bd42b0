import type { AnthropicError } from '@q/contract/anthropic-messages';
import type { ErrorCode } from '@q/contract/errors';
import type { ErrorFormat } from '../../http/error-handler.ts';
import type { AppError } from '../../lib/app-error.ts';

type AnthropicErrorType = AnthropicError['error']['type'];

/** Status and type that Anthropic's clients know, for each code of the catalogue. A model that cannot be called is one that is not there: nobody should try it again. */
const FORMS: Record<ErrorCode, readonly [status: number, type: AnthropicErrorType]> = {
  invalid_request: [400, 'invalid_request_error'],
  unauthenticated: [401, 'authentication_error'],
  insufficient_balance: [402, 'billing_error'],
  forbidden: [403, 'permission_error'],
  not_found: [404, 'not_found_error'],
  model_not_found: [404, 'not_found_error'],
  model_retired: [404, 'not_found_error'],
  model_unavailable: [404, 'not_found_error'],
  method_not_allowed: [405, 'invalid_request_error'],
  request_timeout: [408, 'timeout_error'],
  conflict: [409, 'conflict_error'],
  payload_too_large: [413, 'request_too_large'],
  unsupported_media_type: [415, 'invalid_request_error'],
  unprocessable: [422, 'invalid_request_error'],
  rate_limited: [429, 'rate_limit_error'],
  headers_too_large: [431, 'invalid_request_error'],
  internal_error: [500, 'api_error'],
  upstream_error: [500, 'api_error'],
  upstream_timeout: [504, 'timeout_error'],
  upstream_unavailable: [529, 'overloaded_error'],
  service_unavailable: [529, 'overloaded_error'],
};

/** Parameters that have another name in Anthropic's format. */
const PARAMS: Readonly<Record<string, string>> = {
  stop: 'stop_sequences',
  reasoning_effort: 'thinking',
  response_format: 'output_config.format',
  parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
};

/** An error as the body of an answer or the data of an `error` event, in Anthropic's shape. The message begins with the parameter at fault. */
export function toAnthropicError(error: AppError, requestId: string): AnthropicError {
  const param = error.paramIn(PARAMS);
  const isNamed = param === null || error.message.startsWith(`${param}:`);
  const message = isNamed ? error.message : `${param}: ${error.message}`;
  const details = { error_code: error.code, param, ...error.extra };
  return { type: 'error', error: { type: FORMS[error.code][1], message, details }, request_id: requestId };
}

/** How errors are written on `/anthropic`. */
export const anthropicErrorFormat: ErrorFormat = (error, requestId) => ({
  status: FORMS[error.code][0],
  body: toAnthropicError(error, requestId),
});
