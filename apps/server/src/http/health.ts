import { z } from 'zod';
import type { HttpServer } from './server.ts';

const healthSchema = z.object({ status: z.literal('ok') });
const readySchema = healthSchema.extend({
  money: z
    .enum(['moves', 'stopped'])
    .describe('`stopped`: the books were found wrong, and nothing is charged or credited'),
  disk: z
    .enum(['has_room', 'full'])
    .describe(
      '`full`: within the last minute the database refused to write for want of room; what only reads may go on',
    ),
});

/** `GET /healthz`: the process is alive. `GET /readyz`: the database answers and is migrated, so that requests can be served. */
export function registerHealth(
  app: HttpServer,
  deps: { ready: () => Promise<void>; moneyStopped: () => string | null; diskFull: () => boolean },
): void {
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
      schema: { tags, summary: 'The database answers and is migrated', security: [], response: { 200: readySchema } },
    },
    async () => {
      await deps.ready();
      return {
        status: 'ok' as const,
        money: deps.moneyStopped() === null ? ('moves' as const) : ('stopped' as const),
        disk: deps.diskFull() ? ('full' as const) : ('has_room' as const),
      };
    },
  );
}
