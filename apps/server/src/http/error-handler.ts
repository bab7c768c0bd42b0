import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AppError } from '../lib/app-error.ts';

/** Fastify's own errors, by code, in the catalogue's words. */
const FASTIFY_CODES: Record<string, () => AppError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new AppError('payload_too_large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new AppError('unsupported_media_type'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    new AppError('invalid_request', { message: 'The request body is empty; a JSON object is expected.' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new AppError('invalid_request', { message: 'The body is shorter or longer than its content-length.' }),
  FST_ERR_BAD_URL: () => new AppError('invalid_request', { message: 'The path is not a valid URL path.' }),
};

/** What a schema found wrong. */
interface SchemaIssue {
  path: readonly PropertyKey[];
  message?: string | undefined;
  /** Fields that nobody knows, where that is what is wrong. */
  keys?: unknown;
}

const PARAM_LENGTH_MAX = 200;

/** The error for what a schema found wrong first; `part` names what was read where that is all of it. */
export function invalidBy(issue: SchemaIssue | undefined, part: string): AppError {
  const path = (issue?.path ?? []).map(String).filter((step) => step !== '');
  const [unknown] = Array.isArray(issue?.keys) ? issue.keys : [];
  const param = [...path, ...(typeof unknown === 'string' ? [unknown] : [])].join('.').slice(0, PARAM_LENGTH_MAX);
  return new AppError('invalid_request', {
    message: `${param || part}: ${issue?.message ?? 'is not valid'}`,
    ...(param === '' ? {} : { param, isParamAsSent: unknown !== undefined }),
  });
}

function fromValidation(error: FastifyError): AppError | null {
  if (!hasZodFastifySchemaValidationErrors(error)) return null;
  const first = error.validation[0];
  const issue = first && { path: first.instancePath.split('/'), message: first.message, keys: first.params['keys'] };
  return invalidBy(issue, error.validationContext ?? 'request');
}

/** Turns whatever was thrown into an error of the catalogue; null when it is a fault of ours that nobody foresaw. */
export function toAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return null;
  const fastifyError = error as FastifyError;
  const validation = fromValidation(fastifyError);
  if (validation) return validation;
  const known = FASTIFY_CODES[fastifyError.code];
  if (known) return known();
  // PostgreSQL: text that cannot be stored (NUL bytes, broken UTF-8) or a number out of range is the caller's doing.
  if (fastifyError.code === '22021' || fastifyError.code === '22P05' || fastifyError.code === '22003') {
    return new AppError('invalid_request', {
      message: 'A value of the request cannot be stored: it holds characters or numbers out of range.',
    });
  }
  if (typeof fastifyError.statusCode === 'number' && fastifyError.statusCode >= 400 && fastifyError.statusCode < 500) {
    return new AppError('invalid_request', { message: fastifyError.message });
  }
  return null;
}

/** How an error is written on some paths: its status, its body, and headers of its own. */
export type ErrorFormat = (
  error: AppError,
  requestId: string,
) => { status: number; body: object; headers?: Record<string, string> };

/** The error of the catalogue to answer with; logs what has to be looked at. */
export function toLoggedError(error: unknown, requestId: string, log: FastifyBaseLogger): AppError {
  const known = toAppError(error);
  const answer = known ?? new AppError('internal_error');
  if (!known) log.error({ err: error, requestId }, 'unexpected error');
  else if (answer.status >= 500) log.warn({ requestId, code: answer.code, reason: causeOf(answer) }, answer.message);
  return answer;
}

/** Headers that an error's status asks for. */
export function errorHeaders({ retryAfterSeconds, status }: AppError): Record<string, string> {
  return {
    ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
}

/** Makes the handler of errors for paths that write them in `format`; nothing of a stack, a statement or a path reaches the client. */
export function createErrorHandler(format: ErrorFormat) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const answer = toLoggedError(error, request.id, request.log);
    // A stream has its own way to tell an error; its status and headers are gone already.
    if (reply.sent) return reply;
    const { status, body, headers = {} } = format(answer, request.id);
    // A plain serializer, since a route's own response schema knows nothing of errors.
    return reply
      .status(status)
      .headers({ ...errorHeaders(answer), ...headers })
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(body);
  };
}

/** Answers in the one error shape of the API. */
export const handleError = createErrorHandler((error, requestId) => ({
  status: error.status,
  body: error.toBody(requestId),
}));

function causeOf(error: Error): string | undefined {
  return error.cause instanceof Error ? error.cause.message : undefined;
}

/** Puts the error handler on `app`; `registerStatic` answers unknown paths. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler(handleError);
}
