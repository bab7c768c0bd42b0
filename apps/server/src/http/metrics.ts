import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { AppError } from '../lib/app-error.ts';
import type { HttpServer } from './server.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** True for a request that began on this machine: one that a proxy passed on says so. */
function isLocal(request: FastifyRequest): boolean {
  const wasForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  return !wasForwarded && isIP(request.ip) !== 0 && LOOPBACK.test(request.ip);
}

/** `GET /metrics` for Prometheus: with the operator's token, or from this machine when there is none. */
export function registerMetrics(app: HttpServer, deps: { metrics: Registry; token: string | null }): void {
  const { metrics, token } = deps;
  const mayRead = (request: FastifyRequest): boolean => {
    if (token === null) return isLocal(request);
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(given), digest(token));
  };
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!mayRead(request)) throw new AppError('forbidden', { message: 'Metrics are for the operator of this server.' });
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}
