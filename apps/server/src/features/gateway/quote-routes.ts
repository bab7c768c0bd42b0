import { type QuoteRequest, quoteListSchema, quoteRequestSchema } from '@q/contract/quote';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requirePermission } from '../../http/authorize.ts';
import type { HttpServer } from '../../http/server.ts';
import type { Gateway } from './service.ts';

const QUOTE_BODY_BYTES_MAX = 20 * 1024 * 1024;

/** `POST /v1/quote`: what a request would cost before it is sent. */
export function registerQuoteRoute(app: HttpServer, deps: { gateway: Gateway; authenticate: Authenticate }): void {
  app.post(
    '/v1/quote',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('inference')],
      bodyLimit: QUOTE_BODY_BYTES_MAX,
      schema: {
        tags: ['Models'],
        summary: 'What a request would cost, on one model or on several',
        description:
          'Send the request for chat, embeddings (`input`) or images (`prompt`) as you would send it, with `models: […]` in place of `model` to compare. For `q/auto` the answer names the model that would be picked. Nothing is charged and nothing goes upstream. The call itself never costs more than `maximum_usd`.',
        body: quoteRequestSchema,
        response: { 200: quoteListSchema },
      },
    },
    async (request) => deps.gateway.quote(callerOf(request), request.body as QuoteRequest),
  );
}
