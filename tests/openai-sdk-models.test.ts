import { parseUsd } from '@q/contract/money';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../apps/server/src/testing/fake-upstream.ts';
import { startTestServer } from '../apps/server/src/testing/test-app.ts';
import { signUpPerson, type TestPerson } from '../apps/server/src/testing/test-person.ts';
import { answersEmbeddings, drawsImages, FAKE_IMAGE } from '../apps/server/src/testing/upstream-models.ts';

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
let client: OpenAI;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  const origin = new URL(upstream.url).origin;
  server = await startTestServer({
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: upstream.url,
    MISTRAL_API_KEY: 'sk-test',
    MISTRAL_BASE_URL: upstream.url,
    GOOGLE_API_KEY: 'sk-test',
    GOOGLE_BASE_URL: `${origin}/v1beta`,
    COHERE_API_KEY: 'sk-test',
    COHERE_BASE_URL: origin,
    STABILITY_API_KEY: 'sk-test',
    STABILITY_BASE_URL: origin,
    OLLAMA_BASE_URL: origin,
  });
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  person = await signUpPerson(server.url);
  const { body } = await person.ask('POST', '/api/v1/keys', { name: 'sdk' });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: body.key, maxRetries: 0 });
});

interface PaidUsage {
  cost_usd: string;
  balance_usd: string;
}

const nano = (usd: string): bigint => {
  const value = parseUsd(usd);
  if (value === null) throw new Error(`not an amount: ${usd}`);
  return value;
};

/** What `usage` says must be what stands in the books. */
async function expectPaid(usage: unknown): Promise<void> {
  const { cost_usd, balance_usd } = usage as PaidUsage;
  const { spent_usd, available_usd } = (await person.ask('GET', '/api/v1/balance')).body;
  expect([spent_usd, available_usd]).toEqual([cost_usd, balance_usd]);
  expect(nano('5') - nano(cost_usd)).toBe(nano(balance_usd));
}

interface Listed {
  id: string;
  available: boolean;
  status: string;
}

const listed = async (capability: string): Promise<Listed[]> =>
  (await person.ask('GET', `/api/v1/models?capability=${capability}&status=all&per_page=100`)).body.data;

describe('the official openai client, changed only in base URL and key', () => {
  test.each([
    'openai/text-embedding-3-small',
    'google/gemini-embedding-001',
    'cohere/embed-v4.0',
    'mistral/mistral-embed',
  ])('gets embeddings of %s, as it asks for them unasked (base64) and as numbers', async (model) => {
    upstream.script(answersEmbeddings());
    const inBase64 = await client.embeddings.create({ model, input: ['one', 'two'] });
    expect(inBase64.data.map(({ embedding }) => Array.from(embedding))).toEqual([
      [0.5, -1],
      [1.5, -1],
    ]);
    await expectPaid(inBase64.usage);
    const inNumbers = await client.embeddings.create({ model, input: 'one', encoding_format: 'float' });
    expect(inNumbers.data[0]?.embedding).toEqual([0.5, -1]);
    expect(inNumbers.usage.prompt_tokens).toBe(5);
  });

  test.each(['openai/gpt-image-2', 'google/gemini-3.1-flash-image', 'stability/stable-image-core'])(
    'gets an image of %s',
    async (model) => {
      upstream.script(drawsImages());
      const answer = await client.images.generate({ model, prompt: 'a red square', size: '1024x1024' });
      expect(answer.data?.[0]?.b64_json).toBe(FAKE_IMAGE);
      await expectPaid(answer.usage);
    },
  );

  test('gets errors as its own, with our code and the parameter', async () => {
    const image = client.images.generate({ model: 'stability/stable-image-core', prompt: 'a red square', n: 2 });
    const refused = await image.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(APIError);
    expect(refused).toMatchObject({ status: 400, code: 'invalid_request', param: 'n' });
  });
});

describe('a server that has all keys', () => {
  test.each([
    ['embeddings', answersEmbeddings()],
    ['image_generation', drawsImages()],
  ])('can carry out every call that the catalog calls available: %s', async (capability, behaviour) => {
    const models = (await listed(capability)).filter(({ status }) => status !== 'retired');
    expect(models.length).toBeGreaterThan(7);
    upstream.script(behaviour);
    for (const { id, available } of models) {
      expect([id, available]).toEqual([id, true]);
      if (capability === 'embeddings') await client.embeddings.create({ model: id, input: 'one' });
      else await client.images.generate({ model: id, prompt: 'a red square' });
    }
    const called = (await person.ask('GET', '/api/v1/usage?per_page=100')).body.data;
    expect(new Set(called.map(({ model }: { model: string }) => model)).size).toBe(models.length);
  });
});

test('the reference lists the routes, with the header that makes them safe to repeat', async () => {
  const { paths } = (await person.ask('GET', '/openapi.json')).body;
  for (const path of ['/v1/embeddings', '/v1/images/generations']) {
    const { requestBody, responses, parameters } = paths[path].post;
    expect(requestBody.content['application/json'].schema.required).toContain('model');
    expect(responses['200'].content['application/json'].schema.properties).toHaveProperty('usage');
    expect(parameters.map(({ name }: { name: string }) => name)).toContain('idempotency-key');
  }
});
