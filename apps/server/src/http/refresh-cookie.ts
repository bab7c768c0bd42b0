import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The cookie of the refresh token: no script can read it and no other site can make the browser send it.
 * Browsers drop `Secure` and `__Host-` cookies on plain HTTP, so there (`https: false`, meant for localhost) it has a plain name.
 */
export function createRefreshCookie(options: { https: boolean }) {
  const name = options.https ? '__Host-qm_refresh' : 'qm_refresh';
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: options.https } as const;
  return {
    name,
    read: (request: FastifyRequest): string | null => request.cookies[name] ?? null,
    write: (reply: FastifyReply, token: string, expiresAt: Date): void => {
      reply.setCookie(name, token, { ...attributes, expires: expiresAt });
    },
    clear: (reply: FastifyReply): void => {
      reply.clearCookie(name, attributes);
    },
  };
}

export type RefreshCookie = ReturnType<typeof createRefreshCookie>;
