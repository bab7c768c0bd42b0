import type { RouteOptions } from 'fastify';
import type { Authenticate } from './authenticate.ts';
import { isPolicy } from './authorize.ts';
import type { HttpServer } from './server.ts';

/** Everything under these paths is refused unless its route says otherwise; other GETs are pages and files. */
const PROGRAM_PATHS = /^\/(api|v1|anthropic|ollama|metrics)(\/|$)/;

/** The whole unauthenticated surface of the API. The WebSocket asks for its token in the first frame. */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
  'POST /api/v1/auth/verify-token',
  'POST /api/v1/auth/verify-email',
  'POST /api/v1/auth/password/forgot',
  'POST /api/v1/auth/password/reset',
  'POST /api/v1/admin/setup',
  'GET /api/v1/models',
  'GET /api/v1/models/:provider/*',
  'GET /api/v1/models/:provider/:model/reviews',
  'GET /api/v1/models/:provider/:owner/:model/reviews',
  'POST /api/v1/search',
  'GET /api/v1/prices/:provider/*',
  'GET /api/v1/stats',
  'POST /api/v1/recommendations',
  'POST /api/v1/recommendations/:id/selection',
  'GET /api/v1/receipts/key',
  // It has its own rule: the operator's token, or this machine.
  'GET /metrics',
  'GET /api/v1/chat/stream',
]);

function namesOf(route: RouteOptions): string[] {
  return [route.method].flat().map((method) => `${method === 'HEAD' ? 'GET' : method} ${route.url}`);
}

/** What is missing on a route, or null: its authentication hook and a policy, or its place among the public routes. */
export function routeFault(route: RouteOptions, authenticate: Authenticate): string | null {
  const names = namesOf(route);
  if (names.every((name) => PUBLIC_ROUTES.has(name))) return null;
  const isPage = names.every((name) => name.startsWith('GET ')) && !PROGRAM_PATHS.test(route.url);
  if (isPage) return null;
  const onRequest: unknown[] = [route.onRequest].flat();
  if (!onRequest.includes(authenticate.required)) return `${names.join(', ')} does not authenticate its caller`;
  const preHandlers: unknown[] = [route.preHandler].flat();
  if (!preHandlers.some(isPolicy)) return `${names.join(', ')} does not say who may call it`;
  return null;
}

/**
 * Deny by default: from here on, registering a route that neither authenticates and authorizes its caller nor is on the list
 * of public routes throws, so that the server does not start with it.
 */
export function enforceRoutePolicy(app: HttpServer, authenticate: Authenticate): void {
  app.addHook('onRoute', (route) => {
    const fault = routeFault(route, authenticate);
    if (fault !== null) throw new Error(`Route without a policy: ${fault}.`);
  });
}
