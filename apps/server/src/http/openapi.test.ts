import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../testing/test-app.ts';

interface Schema {
  required?: string[];
  properties?: Record<string, Schema>;
}
interface Answer {
  content?: Record<string, { schema?: { $ref?: string } }>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
  components: { schemas: Record<string, Schema> };
}

let server: Awaited<ReturnType<typeof startTestServer>>;
let document: Document;
beforeAll(async () => {
  server = await startTestServer();
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
});
afterAll(() => server?.close());

/** The schema by which an operation says its errors are written. */
function errorSchemaOf(path: string, method: string): Schema | undefined {
  const reference = document.paths[path]?.[method]?.responses['default']?.content?.['application/json']?.schema?.$ref;
  return document.components.schemas[reference?.replace('#/components/schemas/', '') ?? ''];
}

/** Fields that a schema needs and a value does not have, at any depth. */
function missing({ required = [], properties = {} }: Schema, value: object): string[] {
  const fields = value as Record<string, object>;
  return required.flatMap((name) => {
    const field = fields[name];
    if (field === undefined) return [name];
    return properties[name]?.required ? missing(properties[name], field).map((each) => `${name}.${each}`) : [];
  });
}

test('every operation of the document says how its errors are written', () => {
  const silent = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).filter((method) => errorSchemaOf(path, method) === undefined),
  );
  expect(silent).toEqual([]);
});

test.each(['/v1/chat/completions', '/api/v1/balance/top-ups', '/anthropic/v1/messages', '/ollama/api/chat'])(
  'errors of %s are written so',
  async (path) => {
    const answer = await fetch(server.url + path, { method: 'POST' });
    expect(answer.status).toBe(401);
    const schema = errorSchemaOf(path, 'post');
    expect(schema?.required?.length).toBeGreaterThan(0);
    expect(missing(schema ?? {}, (await answer.json()) as object)).toEqual([]);
  },
);
