import {
  idParamsSchema,
  pageQuerySchema,
  preferencesSchema,
  sessionListSchema,
  updateMeRequestSchema,
  updatePreferencesRequestSchema,
  userSchema,
} from '@q/contract/accounts';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requirePermission, requireSession } from '../../http/authorize.ts';
import { contextOf } from '../../http/request-context.ts';
import type { HttpServer } from '../../http/server.ts';
import { presentUser } from './present.ts';
import type { Accounts } from './service.ts';
import type { SessionRow } from './session-store.ts';

interface Deps {
  accounts: Accounts;
  authenticate: Authenticate;
}

const TAGS = { tags: ['Accounts'] };

function presentSession(session: SessionRow, currentId: string | null) {
  return {
    id: session.id,
    current: session.id === currentId,
    created_at: session.created_at.toISOString(),
    last_used_at: session.last_used_at.toISOString(),
    expires_at: session.expires_at.toISOString(),
    ip: session.ip,
    user_agent: session.user_agent,
  };
}

function registerMeRoutes(app: HttpServer, { accounts, authenticate }: Deps): void {
  const onRequest = [authenticate.required];
  app.get(
    '/api/v1/auth/me',
    {
      onRequest,
      preHandler: [requirePermission('read')],
      schema: { ...TAGS, summary: 'The signed-in person', response: { 200: userSchema } },
    },
    async (request) => {
      const { userId } = callerOf(request);
      const [user, balance] = await Promise.all([accounts.me(userId), accounts.balanceOf(userId)]);
      return presentUser(user, balance);
    },
  );
  app.patch(
    '/api/v1/auth/me',
    {
      onRequest,
      preHandler: [requirePermission('manage')],
      schema: {
        ...TAGS,
        summary: 'Change your names or password',
        description:
          'A new password needs `current_password`, and a session rather than an API key. It signs your other devices out.',
        body: updateMeRequestSchema,
        response: { 200: userSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const user = await accounts.updateMe(caller, request.body, contextOf(request));
      return presentUser(user, await accounts.balanceOf(user.id));
    },
  );
}

function registerPreferenceRoutes(app: HttpServer, { accounts, authenticate }: Deps): void {
  const onRequest = [authenticate.required];
  app.get(
    '/api/v1/preferences',
    {
      onRequest,
      preHandler: [requirePermission('read')],
      schema: { ...TAGS, summary: 'Your settings', response: { 200: preferencesSchema } },
    },
    async (request) => accounts.preferences(callerOf(request).userId),
  );
  app.put(
    '/api/v1/preferences',
    {
      onRequest,
      preHandler: [requirePermission('manage')],
      schema: {
        ...TAGS,
        summary: 'Change your settings',
        description: 'Fields left out keep their value.',
        body: updatePreferencesRequestSchema,
        response: { 200: preferencesSchema },
      },
    },
    async (request) => accounts.updatePreferences(callerOf(request).userId, request.body),
  );
}

function registerDeviceRoutes(app: HttpServer, { accounts, authenticate }: Deps): void {
  const guard = { onRequest: [authenticate.required], preHandler: [requireSession] };
  app.get(
    '/api/v1/auth/sessions',
    {
      ...guard,
      schema: {
        ...TAGS,
        summary: 'Your signed-in devices',
        querystring: pageQuerySchema,
        response: { 200: sessionListSchema },
      },
    },
    async (request) => {
      const { userId, sessionId } = callerOf(request);
      const { page, per_page } = request.query;
      const { rows, total } = await accounts.listSessions(userId, { limit: per_page, offset: (page - 1) * per_page });
      return { data: rows.map((row) => presentSession(row, sessionId)), total, page, per_page };
    },
  );
  app.delete(
    '/api/v1/auth/sessions/:id',
    {
      ...guard,
      schema: { ...TAGS, summary: 'Sign a device out', params: idParamsSchema, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await accounts.endSession(callerOf(request).userId, request.params.id, contextOf(request));
      return reply.status(204).send(null);
    },
  );
}

/** What a person sees and changes of their own account. */
export function registerProfileRoutes(app: HttpServer, deps: Deps): void {
  registerMeRoutes(app, deps);
  registerPreferenceRoutes(app, deps);
  registerDeviceRoutes(app, deps);
}
