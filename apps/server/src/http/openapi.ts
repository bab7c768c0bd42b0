import swagger from '@fastify/swagger';
import { anthropicErrorSchema } from '@q/contract/anthropic-messages';
import { errorBodySchema } from '@q/contract/errors';
import { ollamaErrorSchema } from '@q/contract/ollama-api';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
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

/** The body of an error, by the beginning of the paths that write it so; the first that fits. */
const ERROR_SHAPES = [
  { prefix: '/anthropic/', name: 'AnthropicError', schema: anthropicErrorSchema },
  { prefix: '/ollama/', name: 'OllamaError', schema: ollamaErrorSchema },
  { prefix: '/', name: 'Error', schema: errorBodySchema },
];

const schemaOfError = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest;
};

/** What any request can be answered with beside what its route says. */
function errorAnswer(path: string) {
  const name = ERROR_SHAPES.find(({ prefix }) => path.startsWith(prefix))?.name;
  return {
    description: 'An error: its status and `code` say what kind, `param` where it is, `message` what to do',
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  };
}

/** Adds the errors to every operation of a document. */
function withErrors(document: Record<string, unknown>): Record<string, unknown> {
  const { paths, components } = document as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    components: { schemas?: object };
  };
  for (const [path, operations] of Object.entries(paths))
    for (const { responses } of Object.values(operations)) responses['default'] = errorAnswer(path);
  const errors = Object.fromEntries(ERROR_SHAPES.map(({ name, schema }) => [name, schemaOfError(schema)]));
  return { ...document, components: { ...components, schemas: { ...components.schemas, ...errors } } };
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
    transformObject: (document) =>
      withErrors('openapiObject' in document ? document.openapiObject : document.swaggerObject),
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    reply.header('cache-control', 'no-cache');
    return app.swagger();
  });
}
