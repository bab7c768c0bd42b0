import { z } from 'zod';
import type { HttpServer } from './server.ts';

const healthSchema = z.object({ status: z.literal('ok') });

/** `GET /healthz`: the process is alive. `GET /readyz`: the database answers and is migrated, so that requests can be served. */
export function registerHealth(app: HttpServer, deps: { ready: () => Promise<void> }): void {
  const tags = ['Operations'];
  app.get(
    '/healthz',
    { schema: { tags, summary: 'The process is alive', security: [], response: { 200: healthSchema } } },
    async () => ({
      status: 'ok' as const,
    }),
  );
  app.get(
    '/readyz',
    {
      schema: { tags, summary: 'The database answers and is migrated', security: [], response: { 200: healthSchema } },
    },
    async () => {
      await deps.ready();
      return { status: 'ok' as const };
    },
  );
}
