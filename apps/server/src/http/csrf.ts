import type { FastifyRequest } from 'fastify';
import { AppError } from '../lib/app-error.ts';
import type { RefreshCookie } from './refresh-cookie.ts';

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The origins that are this server: the public address, and the address of the request itself where no other was configured or it is loopback. */
export function isOwnOrigin(origin: string, host: string, publicUrl: string | null): boolean {
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  const isOwnHost = publicUrl === null || LOOPBACK_HOST.test(host);
  return isOwnHost && (origin === `http://${host}` || origin === `https://${host}`);
}

/**
 * `onRequest` hook of the two routes that take the refresh cookie. SameSite=Strict already keeps it from other sites;
 * this also refuses what a browser says comes from elsewhere, and everything a plain HTML form can send.
 */
export function createCsrfGuard(options: { cookie: RefreshCookie; publicUrl: () => string | null }) {
  return async (request: FastifyRequest): Promise<void> => {
    if (options.cookie.read(request) === null) return;
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign();
    const { origin } = request.headers;
    if (origin !== undefined && !isOwnOrigin(origin, request.host, options.publicUrl())) throw foreign();
    const type = request.headers['content-type'];
    if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) throw foreign();
  };
}

export type CsrfGuard = ReturnType<typeof createCsrfGuard>;

function foreign(): AppError {
  return new AppError('forbidden', { message: 'This request came from another site.' });
}
