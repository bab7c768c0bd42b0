import type { FastifyInstance } from 'fastify';

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers of the API are never stored by a cache unless the route says otherwise. */
const API_PATHS = /^\/(api|v1|anthropic|ollama)\//;

/** Headers that every answer bears beside `x-request-id`. */
function securityHeaders(options: { https: boolean }): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    ...(options.https ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}

/** The headers that the hooks here and in cors.ts put on an answer of the API to a request without an `origin`, but for `x-request-id`. */
export function apiHeaders(options: { https: boolean; embedOrigins: ReadonlySet<string> }): Record<string, string> {
  return {
    ...securityHeaders(options),
    'cache-control': 'no-store',
    ...(options.embedOrigins.size === 0 ? {} : { vary: 'origin' }),
  };
}

/** Puts the headers on every answer. */
export function registerSecurityHeaders(app: FastifyInstance, options: { https: boolean }): void {
  const headers = securityHeaders(options);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.headers(headers);
    if (API_PATHS.test(request.url)) reply.header('cache-control', 'no-store');
    done();
  });
}
