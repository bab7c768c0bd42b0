import type { FastifyInstance, FastifyReply } from 'fastify';

/** The product's API and the OpenAI-compatible one; administration stays with this server's own pages. */
const SHARED_PATHS = /^\/(api\/v1|v1)\/(?!admin\/)/;
const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key';
const ANSWER_HEADERS =
  'x-request-id, retry-after, content-disposition, x-cost-usd, x-balance-usd, x-model, x-provider, x-max-tokens-clamped, x-stopped-by, idempotent-replayed';
const PREFLIGHT_SECONDS = '600';

function allow(reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin);
  reply.header('access-control-expose-headers', ANSWER_HEADERS);
  reply.header('cross-origin-resource-policy', 'cross-origin');
}

/**
 * Lets the pages of exactly these origins call the API with a bearer token, as the embedded panels do. Credentials are never allowed: no
 * cookie of this server opens anything for another origin. Pages of all others are told nothing.
 */
export function registerCors(app: FastifyInstance, origins: ReadonlySet<string>): void {
  if (origins.size === 0) return;
  app.addHook('onRequest', (request, reply, done) => {
    if (!SHARED_PATHS.test(request.url)) return done();
    reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !origins.has(origin)) return done();
    allow(reply, origin);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return done();
    reply.header('access-control-allow-methods', METHODS);
    reply.header('access-control-allow-headers', REQUEST_HEADERS);
    reply.header('access-control-max-age', PREFLIGHT_SECONDS);
    reply.status(204).send();
  });
}
