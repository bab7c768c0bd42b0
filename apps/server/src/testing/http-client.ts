import type { InjectOptions } from 'fastify';
import type { HttpServer } from '../http/server.ts';

/** How one request of a test differs from the plain one. */
export interface RequestOptions {
  /** Sent as `Authorization: Bearer …`. */
  token?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a text is sent as it is. */
  body?: unknown;
  /** The client's address; 127.0.0.1 when left out. */
  address?: string;
  /** Name and value of cookies. */
  cookies?: Record<string, string>;
}

/** What came back. `body` is the parsed JSON, or the text when it is none. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the answer has, and fail where it is missing.
  body: any;
  text: string;
  cookies: { name: string; value: string; [attribute: string]: unknown }[];
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Sends requests to a server in this process without a socket. */
export function createHttpClient(app: HttpServer) {
  async function send(method: Method, url: string, options: RequestOptions = {}): Promise<Answer> {
    const { token, body, address, cookies } = options;
    const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...options.headers };
    const isText = typeof body === 'string';
    const request: InjectOptions = {
      method,
      url,
      headers: isText ? { 'content-type': 'application/json', ...headers } : headers,
      ...(body === undefined ? {} : { payload: isText ? body : JSON.stringify(body) }),
      ...(address === undefined ? {} : { remoteAddress: address }),
      ...(cookies === undefined ? {} : { cookies }),
    };
    if (body !== undefined && !isText) request.headers = { 'content-type': 'application/json', ...headers };
    const response = await app.inject(request);
    const { payload: text } = response;
    return {
      status: response.statusCode,
      headers: response.headers,
      body: parse(text),
      text,
      cookies: response.cookies as unknown as Answer['cookies'],
    };
  }

  return {
    send,
    get: (url: string, options?: RequestOptions) => send('GET', url, options),
    delete: (url: string, options?: RequestOptions) => send('DELETE', url, options),
    post: (url: string, body?: unknown, options: RequestOptions = {}) => send('POST', url, { ...options, body }),
    put: (url: string, body?: unknown, options: RequestOptions = {}) => send('PUT', url, { ...options, body }),
    patch: (url: string, body?: unknown, options: RequestOptions = {}) => send('PATCH', url, { ...options, body }),
  };
}
