import { queryInteger } from '@q/contract/query-numbers';
import { ledgerCheckSchema } from '@q/contract/wallet';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { requireRole } from '../../http/authorize.ts';
import type { HttpServer } from '../../http/server.ts';
import type { Database } from '../../platform/database/database.ts';
import { listDigests } from './digest-store.ts';
import type { BooksWatch } from './watch.ts';

const digestListSchema = z.object({
  data: z.array(
    z.object({
      day: z.string(),
      transfers: z.int(),
      transfers_hash: z.string(),
      chain_heads: z.string().describe('The last receipt of each chain that grew that day, as canonical JSON'),
      prev_hash: z.string(),
      hash: z
        .string()
        .describe(
          'SHA-256 of the canonical JSON of {v: 2, day, transfers, transfers_hash, chain_heads, prev_hash, balances_hash}, transfers as a string of digits; of {v: 1} without balances_hash where that is null',
        ),
      signature: z.string().describe('Ed25519 over "q-marketplace digest", a line feed and the hash; base64'),
      key_id: z.string(),
      balances_hash: z
        .string()
        .nullable()
        .describe('SHA-256 over what every account had come to at the end of the day'),
    }),
  ),
});

/** What an administrator can ask of the books. */
export function registerBooksRoutes(
  app: HttpServer,
  deps: { booksWatch: BooksWatch; database: Database; authenticate: Authenticate },
): void {
  const guard = { onRequest: [deps.authenticate.required], preHandler: [requireRole('admin')] };
  const tags = ['Administration'];
  app.get(
    '/api/v1/admin/ledger/check',
    {
      ...guard,
      schema: {
        tags,
        summary: 'Check every invariant of the books now',
        description:
          'Books that are wrong stop everything that moves money; a check that finds them right lets it move again. `days=open` looks at what was written since the last closed day only, which takes no longer for larger books.',
        querystring: z.strictObject({ days: z.enum(['all', 'open']).default('all') }),
        response: { 200: ledgerCheckSchema },
      },
    },
    async ({ query: { days } }) => (days === 'open' ? deps.booksWatch.checkOpen() : deps.booksWatch.check()),
  );
  app.get(
    '/api/v1/admin/ledger/digests',
    {
      ...guard,
      schema: {
        tags,
        summary: 'The signed digests of the last days, newest first',
        querystring: z.strictObject({ limit: queryInteger(1, 1_000).prefault(31) }),
        response: { 200: digestListSchema },
      },
    },
    async (request) => {
      const rows = await listDigests(deps.database, request.query.limit);
      return { data: rows.map((row) => ({ ...row, transfers: Number(row.transfers) })) };
    },
  );
}
