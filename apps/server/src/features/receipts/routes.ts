import { signedReceiptSchema, signingKeySchema } from '@q/contract/receipts';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, mayAdminister, requirePermission } from '../../http/authorize.ts';
import type { HttpServer } from '../../http/server.ts';
import type { Receipts } from './service.ts';

const TAGS = { tags: ['Money'] };

/** `/api/v1/receipts`: the signed receipt of a call, and the key to check it with. */
export function registerReceiptRoutes(app: HttpServer, deps: { receipts: Receipts; authenticate: Authenticate }): void {
  app.get(
    '/api/v1/receipts/key',
    {
      schema: {
        ...TAGS,
        summary: 'The public key that receipts are signed with',
        security: [],
        response: { 200: signingKeySchema },
      },
    },
    async () => deps.receipts.key,
  );
  app.get(
    '/api/v1/receipts/:call_id',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('read')],
      schema: {
        ...TAGS,
        summary: 'The signed receipt of one call',
        description:
          'Save the answer to a file: `npm run receipt:verify -- receipt.json` checks it without this server.',
        params: z.object({ call_id: z.string().max(64) }),
        response: { 200: signedReceiptSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const reader = { userId: caller.userId, isAdmin: mayAdminister(caller) };
      return signedReceiptSchema.parse(await deps.receipts.get(request.params.call_id, reader));
    },
  );
}
