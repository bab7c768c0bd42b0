import { idParamsSchema, pageQuerySchema } from '@q/contract/accounts';
import {
  type ApiKey,
  apiKeyListSchema,
  createApiKeyRequestSchema,
  newApiKeySchema,
  rotateApiKeyRequestSchema,
} from '@q/contract/api-keys';
import { formatUsd } from '@q/contract/money';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requireBuyer, requirePermission, requireSession } from '../../http/authorize.ts';
import { onceOf } from '../../http/idempotency-key.ts';
import { contextOf } from '../../http/request-context.ts';
import type { HttpServer } from '../../http/server.ts';
import type { ApiKeys, ShownKey } from './service.ts';

interface Deps {
  apiKeys: ApiKeys;
  authenticate: Authenticate;
}

const TAGS = { tags: ['Accounts'] };
const REPEATED =
  'Repeated under the same Idempotency-Key it is not carried out again: 409 with `key_id`, without the secret.';
const PRESENCE = 'Needs a session (no API key); one older than twelve hours also `password`.';

function present(row: ShownKey): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    last4: row.last4,
    permissions: row.permissions,
    daily_limit_usd: row.daily_limit_nano === null ? null : formatUsd(row.daily_limit_nano),
    spent_today_usd: formatUsd(row.spent_today_nano),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
  };
}

function registerListAndCreate(app: HttpServer, { apiKeys, authenticate }: Deps): void {
  const onRequest = [authenticate.required];
  app.get(
    '/api/v1/keys',
    {
      onRequest,
      preHandler: [requirePermission('read'), requireBuyer],
      schema: { ...TAGS, summary: 'Your API keys', querystring: pageQuerySchema, response: { 200: apiKeyListSchema } },
    },
    async (request) => {
      const { page, per_page } = request.query;
      const where = { limit: per_page, offset: (page - 1) * per_page };
      const { rows, total } = await apiKeys.list(callerOf(request).userId, where);
      return { data: rows.map(present), total, page, per_page };
    },
  );
  app.post(
    '/api/v1/keys',
    {
      onRequest,
      preHandler: [requireSession, requireBuyer],
      config: { idempotent: true },
      schema: {
        ...TAGS,
        summary: 'Make an API key',
        description: `The key is shown in this answer only. ${REPEATED} ${PRESENCE}`,
        body: createApiKeyRequestSchema,
        response: { 201: newApiKeySchema },
      },
    },
    async (request, reply) => {
      const { password: _password, ...asked } = request.body;
      const context = { ...contextOf(request), once: onceOf(request, asked) };
      const { row, key } = await apiKeys.create(callerOf(request), request.body, context);
      return reply.status(201).send({ ...present(row), key });
    },
  );
}

function registerDeleteAndRotate(app: HttpServer, { apiKeys, authenticate }: Deps): void {
  const guard = { onRequest: [authenticate.required], preHandler: [requireSession, requireBuyer] };
  app.delete(
    '/api/v1/keys/:id',
    {
      ...guard,
      schema: { ...TAGS, summary: 'Delete an API key', params: idParamsSchema, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await apiKeys.remove(callerOf(request), request.params.id, contextOf(request));
      return reply.status(204).send(null);
    },
  );
  app.put(
    '/api/v1/keys/:id/rotate',
    {
      ...guard,
      config: { idempotent: true },
      schema: {
        ...TAGS,
        summary: 'Replace the secret of an API key',
        description: `The key keeps its id, name and limits. ${REPEATED} ${PRESENCE}`,
        params: idParamsSchema,
        body: rotateApiKeyRequestSchema,
        response: { 200: newApiKeySchema },
      },
    },
    async (request) => {
      const { grace_seconds: graceSeconds = 0, password } = request.body ?? {};
      const change = { id: request.params.id, graceSeconds, password };
      const context = { ...contextOf(request), once: onceOf(request, { graceSeconds }) };
      const { row, key } = await apiKeys.rotate(callerOf(request), change, context);
      return { ...present(row), key };
    },
  );
}

/** API keys of the signed-in person. */
export function registerApiKeyRoutes(app: HttpServer, deps: Deps): void {
  registerListAndCreate(app, deps);
  registerDeleteAndRotate(app, deps);
}
