import {
  adminSetupRequestSchema,
  adminUpdateUserRequestSchema,
  adminUserListSchema,
  adminUserQuerySchema,
  adminUserSchema,
  auditListSchema,
  auditQuerySchema,
  idParamsSchema,
  type SignInAnswer,
  signInAnswerSchema,
} from '@q/contract/accounts';
import type { FastifyReply } from 'fastify';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requireRole, requireSession } from '../../http/authorize.ts';
import type { RateLimits } from '../../http/rate-limit.ts';
import { contextOf } from '../../http/request-context.ts';
import type { HttpServer } from '../../http/server.ts';
import type { Audit } from '../audit/service.ts';
import { presentAdminUser } from './present.ts';
import type { Accounts } from './service.ts';
import type { SignedIn } from './sessions.ts';

interface Deps {
  accounts: Accounts;
  audit: Audit;
  authenticate: Authenticate;
  rateLimits: RateLimits;
  answerSignIn(signedIn: SignedIn, reply: FastifyReply): Promise<SignInAnswer>;
}

const TAGS = { tags: ['Administration'] };

function registerSetupRoute(app: HttpServer, { accounts, rateLimits, answerSignIn }: Deps): void {
  app.post(
    '/api/v1/admin/setup',
    {
      onRequest: [rateLimits.publicRequests],
      schema: {
        ...TAGS,
        summary: 'Make the first administrator',
        description: 'With the one-time token that the server prints at start while there is no administrator.',
        security: [],
        body: adminSetupRequestSchema,
        response: { 201: signInAnswerSchema },
      },
    },
    async (request, reply) => {
      const signedIn = await accounts.setUpAdmin(request.body, contextOf(request));
      return reply.status(201).send(await answerSignIn(signedIn, reply));
    },
  );
}

function registerUserRoutes(app: HttpServer, { accounts, authenticate }: Deps): void {
  app.get(
    '/api/v1/admin/users',
    {
      onRequest: [authenticate.required],
      preHandler: [requireRole('admin')],
      schema: {
        ...TAGS,
        summary: 'People',
        querystring: adminUserQuerySchema,
        response: { 200: adminUserListSchema },
      },
    },
    async (request) => {
      const { q, role, status, page, per_page } = request.query;
      const { rows, total } = await accounts.listUsers({
        text: q ?? null,
        role: role ?? null,
        status: status ?? null,
        limit: per_page,
        offset: (page - 1) * per_page,
      });
      return { data: rows.map(presentAdminUser), total, page, per_page };
    },
  );
  app.patch(
    '/api/v1/admin/users/:id',
    {
      onRequest: [authenticate.required],
      preHandler: [requireSession, requireRole('admin')],
      schema: {
        ...TAGS,
        summary: "Change somebody's role or status",
        description: 'Takes effect at once; a disabled person is signed out and their keys stop working.',
        params: idParamsSchema,
        body: adminUpdateUserRequestSchema,
        response: { 200: adminUserSchema },
      },
    },
    async (request) => {
      const { role, status } = request.body;
      const change = { id: request.params.id, role: role ?? null, status: status ?? null };
      return presentAdminUser(await accounts.updateUser(callerOf(request), change, contextOf(request)));
    },
  );
}

function registerAuditRoute(app: HttpServer, { audit, authenticate }: Deps): void {
  app.get(
    '/api/v1/admin/audit',
    {
      onRequest: [authenticate.required],
      preHandler: [requireRole('admin')],
      schema: {
        ...TAGS,
        summary: 'Who did what',
        querystring: auditQuerySchema,
        response: { 200: auditListSchema },
      },
    },
    async (request) => {
      const { actor_id, action, page, per_page } = request.query;
      const { rows, total } = await audit.list({
        actorId: actor_id ?? null,
        action: action ?? null,
        limit: per_page,
        offset: (page - 1) * per_page,
      });
      const data = rows.map(({ seq, at, ...entry }) => ({ id: `aud_${seq}`, at: at.toISOString(), ...entry }));
      return { data, total, page, per_page };
    },
  );
}

/** The first administrator, people and the audit log. */
export function registerAdministrationRoutes(app: HttpServer, deps: Deps): void {
  registerSetupRoute(app, deps);
  registerUserRoutes(app, deps);
  registerAuditRoute(app, deps);
}
