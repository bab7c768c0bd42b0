import { isEmbedded, serverUrl } from './host.ts';
import { getAccessToken, useSession } from './session-store.ts';
import { t } from './strings.ts';

/** Anything that checks a value and gives it a type: a zod schema, or a hand-written guard. */
interface Parser<T> {
  parse(value: unknown): T;
}

/** How one call to the server is made. */
export interface ApiOptions<T> {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  /** Checks the answer; without it the answer is trusted to be a `T`. */
  schema?: Parser<T>;
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
  /** Goes on when the page is left. */
  keepalive?: boolean;
  /**
   * `session` (default) waits for the session and retries once after a refused token; `if-ready` sends the token only when
   * one is at hand, for public data that must not wait.
   */
  auth?: 'session' | 'if-ready';
}

/** A failed call, in the words of the server. `code` is `network` when no answer came at all, `bad_answer` when it was not JSON. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status, or 0 when no answer came. */
  readonly status: number;
  /** The field the server points at, for form errors. */
  readonly param: string | null;
  readonly requestId: string | null;
  /** Seconds to wait before trying again, when the server said so. */
  readonly retryAfter: number | null;

  constructor(
    message: string,
    details: {
      code: string;
      status: number;
      param?: string | null;
      requestId?: string | null;
      retryAfter?: number | null;
    },
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = details.code;
    this.status = details.status;
    this.param = details.param ?? null;
    this.requestId = details.requestId ?? null;
    this.retryAfter = details.retryAfter ?? null;
  }
}

/** What is thrown when no answer came. */
export const unreachable = (): ApiError => new ApiError(t('unreachable'), { code: 'network', status: 0 });

/** A sentence a person can act on, whatever was thrown. */
export function errorMessage(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return t('pageFault');
}

interface WireError {
  error?: { message?: unknown; code?: unknown; param?: unknown; request_id?: unknown };
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function retryAfterSeconds(response: Response): number | null {
  const header = response.headers.get('retry-after');
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}

async function toApiError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as WireError | null;
  const error = body?.error;
  return new ApiError(text(error?.message) ?? t('serverAnswered', { status: response.status }), {
    code: text(error?.code) ?? 'bad_answer',
    status: response.status,
    param: text(error?.param),
    requestId: text(error?.request_id) ?? response.headers.get('x-request-id'),
    retryAfter: retryAfterSeconds(response),
  });
}

async function send(path: string, options: ApiOptions<unknown>, token: string | null): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (token) headers['authorization'] = `Bearer ${token}`;
  try {
    return await fetch(serverUrl(path), {
      method: options.method ?? 'GET',
      headers,
      credentials: isEmbedded() ? 'omit' : 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.keepalive ? { keepalive: true } : {}),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable();
  }
}

/** The response of a call, for bodies that are not JSON (exports, streams). Throws `ApiError` on any refusal. */
export async function apiResponse(path: string, options: ApiOptions<unknown> = {}): Promise<Response> {
  const waits = options.auth !== 'if-ready';
  const token = waits ? await getAccessToken() : useSession.getState().accessToken;
  let response = await send(path, options, token);
  if (response.status === 401 && token) {
    const fresh = await getAccessToken({ force: true });
    if (fresh && fresh !== token) response = await send(path, options, fresh);
    // Public data is public: with the session gone, the same question works without a token.
    else if (!waits) response = await send(path, options, null);
  }
  if (!response.ok) throw await toApiError(response);
  return response;
}

/**
 * Calls the server and answers its JSON (undefined for an empty answer). Adds the bearer token, refreshes it once when the
 * server refuses it, and throws `ApiError` with the server's own sentence, code, field and request id.
 */
export async function api<T>(path: string, options: ApiOptions<T> = {}): Promise<T> {
  const response = await apiResponse(path, options as ApiOptions<unknown>);
  const raw = await response.text();
  if (raw === '') return undefined as T;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    throw new ApiError(t('unreadable'), {
      code: 'bad_answer',
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    });
  }
  return options.schema ? options.schema.parse(value) : (value as T);
}
