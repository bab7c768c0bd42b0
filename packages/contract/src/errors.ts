import { z } from 'zod';

/** One row of the error catalogue. `sentence` is what a person reads when the thrower gives nothing more exact. */
interface ErrorEntry {
  status: number;
  type: string;
  sentence: string;
  /** True when the same request may succeed later without being changed. */
  retryable: boolean;
}

/**
 * Every error a client can receive. `type` follows OpenAI's words so that official clients map it to their own classes.
 * The first twelve codes are part of the public contract; add codes freely, never rename one.
 */
export const ERROR_CATALOGUE = {
  invalid_request: {
    status: 400,
    type: 'invalid_request_error',
    sentence: 'The request is not valid.',
    retryable: false,
  },
  unauthenticated: {
    status: 401,
    type: 'authentication_error',
    sentence: 'Sign in, or send a valid API key as "Authorization: Bearer …".',
    retryable: false,
  },
  insufficient_balance: {
    status: 402,
    type: 'insufficient_balance',
    sentence: 'The balance is too low for this call. Top up and try again.',
    retryable: false,
  },
  forbidden: { status: 403, type: 'permission_error', sentence: 'You are not allowed to do this.', retryable: false },
  not_found: { status: 404, type: 'not_found_error', sentence: 'There is nothing here.', retryable: false },
  conflict: {
    status: 409,
    type: 'conflict_error',
    sentence: 'This conflicts with what is already there.',
    retryable: false,
  },
  payload_too_large: {
    status: 413,
    type: 'invalid_request_error',
    sentence: 'The request body is too large.',
    retryable: false,
  },
  unprocessable: {
    status: 422,
    type: 'invalid_request_error',
    sentence: 'The request cannot be carried out as written.',
    retryable: false,
  },
  rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    sentence: 'Too many requests. Wait and try again.',
    retryable: true,
  },
  upstream_error: {
    status: 502,
    type: 'upstream_error',
    sentence: 'The model provider answered with an error.',
    retryable: true,
  },
  upstream_unavailable: {
    status: 503,
    type: 'upstream_error',
    sentence: 'The model provider cannot be reached.',
    retryable: true,
  },
  upstream_timeout: {
    status: 504,
    type: 'upstream_error',
    sentence: 'The model provider took too long to answer.',
    retryable: true,
  },
  model_not_found: { status: 404, type: 'invalid_request_error', sentence: 'No such model.', retryable: false },
  model_retired: {
    status: 410,
    type: 'invalid_request_error',
    sentence: 'This model has been retired by its provider.',
    retryable: false,
  },
  model_unavailable: {
    status: 503,
    type: 'upstream_error',
    sentence: 'This model is not available on this marketplace now.',
    retryable: true,
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    sentence: 'This method is not allowed here.',
    retryable: false,
  },
  unsupported_media_type: {
    status: 415,
    type: 'invalid_request_error',
    sentence: 'Send JSON with content-type application/json.',
    retryable: false,
  },
  request_timeout: {
    status: 408,
    type: 'invalid_request_error',
    sentence: 'The request did not arrive in time.',
    retryable: true,
  },
  headers_too_large: {
    status: 431,
    type: 'invalid_request_error',
    sentence: 'The request headers are too large.',
    retryable: false,
  },
  service_unavailable: {
    status: 503,
    type: 'server_error',
    sentence: 'The service is not ready. Try again in a moment.',
    retryable: true,
  },
  internal_error: { status: 500, type: 'server_error', sentence: 'Something went wrong on our side.', retryable: true },
} as const satisfies Record<string, ErrorEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** The body of every error answer on `/api/v1` and `/v1`. Extra figures (`available_usd` …) stand beside the fixed fields. */
export const errorBodySchema = z.object({
  error: z
    .object({
      message: z.string(),
      type: z.string(),
      code: z.string(),
      param: z.string().nullable(),
      request_id: z.string().nullable(),
    })
    .catchall(z.unknown()),
});

export type ErrorBody = z.infer<typeof errorBodySchema>;
