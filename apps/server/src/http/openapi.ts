import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { IDEMPOTENCY_HEADER_SCHEMA } from './idempotency-key.ts';

/** Zod schemas as JSON Schema. The header is put into the document only: as a schema of the route it would be validated on every request. */
function withIdempotencyHeader(
  route: Parameters<typeof jsonSchemaTransform>[0],
): ReturnType<typeof jsonSchemaTransform> {
  const transformed = jsonSchemaTransform(route);
  const { config } = route.route;
  if (config?.idempotent !== true) return transformed;
  return { ...transformed, schema: { ...transformed.schema, headers: IDEMPOTENCY_HEADER_SCHEMA } };
}

/** Collects the schemas of all routes registered after it and answers them as `GET /openapi.json`. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Q Marketplace',
        version: '0.1.0',
        description:
          'One account, one prepaid balance and one key reach every model. Money is a decimal string of US dollars.',
      },
      tags: [
        { name: 'Accounts', description: 'Sign up, sign in, API keys' },
        { name: 'Catalog', description: 'Models, prices, search' },
        { name: 'Reviews', description: 'What people say of models they have used' },
        { name: 'Models', description: 'Talking to models' },
        { name: 'Chat', description: 'Saved conversations' },
        { name: 'Money', description: 'Balance, top-ups, transactions' },
        { name: 'Administration', description: 'For the operator' },
        { name: 'Operations', description: 'Health' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An access token or an API key' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key' },
        },
      },
      security: [{ bearer: [] }],
    },
    transform: withIdempotencyHeader,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    reply.header('cache-control', 'no-cache');
    return app.swagger();
  });
}
