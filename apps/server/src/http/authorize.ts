import type { FastifyRequest } from 'fastify';
import { AppError } from '../lib/app-error.ts';
import type { Caller, Permission, Role } from './caller.ts';

type Hook = (request: FastifyRequest) => Promise<void>;

/** The hooks that decide by themselves who may pass. */
const policies = new WeakSet<Hook>();

function policy(hook: Hook): Hook {
  policies.add(hook);
  return hook;
}

/** True when `hook` is one of the hooks made here, each of which says what an API key needs. */
export function isPolicy(hook: unknown): boolean {
  return typeof hook === 'function' && policies.has(hook as Hook);
}

/** The caller of an authenticated request. Throws AppError `unauthenticated` where the authentication hook is missing. */
export function callerOf(request: Pick<FastifyRequest, 'caller'>): Caller {
  if (!request.caller) throw new AppError('unauthenticated');
  return request.caller;
}

function refuseKeyWithout(caller: Caller, permission: Permission): void {
  if (caller.apiKey && !caller.apiKey.permissions.includes(permission)) {
    throw new AppError('forbidden', { message: `This API key does not have the permission "${permission}".` });
  }
}

/** Analysts see aggregates of everybody; so that this stays their only window they neither call models nor hold keys or money. */
function refuseAnalyst(caller: Caller): void {
  if (caller.role === 'analyst')
    throw new AppError('forbidden', { message: 'Analysts cannot call models, or hold keys or money.' });
}

/** Throws AppError `forbidden` unless the caller may do this: an API key needs the permission, an analyst calls no models. */
export function requireAllowed(caller: Caller, permission: Permission): void {
  refuseKeyWithout(caller, permission);
  if (permission === 'inference') refuseAnalyst(caller);
}

/**
 * `preHandler` hook: an API key needs this permission, a session has all. `inference` is for /v1/*, `read` for what only shows
 * the account, `manage` for what changes it.
 */
export function requirePermission(permission: Permission): Hook {
  return policy(async (request) => requireAllowed(callerOf(request), permission));
}

/** `preHandler` hook: one of these roles; an API key of such a person needs `manage` as well. */
export function requireRole(...roles: Role[]): Hook {
  return policy(async (request) => {
    const caller = callerOf(request);
    if (!roles.includes(caller.role)) throw new AppError('forbidden');
    refuseKeyWithout(caller, 'manage');
  });
}

/** True for an administrator; an API key of theirs needs `manage`, as with `requireRole`. */
export function mayAdminister({ role, apiKey }: Caller): boolean {
  return role === 'admin' && (apiKey === null || apiKey.permissions.includes('manage'));
}

/** `preHandler` hook: a signed-in person; no API key, whatever it may do. */
export const requireSession: Hook = policy(async (request) => {
  if (callerOf(request).sessionId === null) {
    throw new AppError('forbidden', { message: 'An API key cannot do this. Sign in.' });
  }
});

/** `preHandler` hook beside one of the others: somebody who may hold keys and a balance, which every role but analyst may. */
export async function requireBuyer(request: FastifyRequest): Promise<void> {
  refuseAnalyst(callerOf(request));
}
