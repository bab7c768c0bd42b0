import { embeddingListSchema } from '@q/contract/embeddings';
import { parseUsd } from '@q/contract/money';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { fundPerson } from '../../testing/fund-person.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { echoesKey, gate, hangsUp, isBusy, refuses } from '../../testing/upstream-behaviours.ts';
import { sendsJson } from '../../testing/upstream-events.ts';
import { answersEmbeddings } from '../../testing/upstream-models.ts';
import { boundEmbeddingTokens, countEmbeddingTokens } from './embed.ts';

const KEY = 'sk-upstream-secret-0123456789';
const MODEL = 'openai/text-embedding-3-small';
const NOTHING = '0.000000000';

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  const origin = new URL(upstream.url).origin;
  server = await startTestServer({
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: upstream.url,
    MISTRAL_API_KEY: KEY,
    MISTRAL_BASE_URL: upstream.url,
    GOOGLE_API_KEY: KEY,
    GOOGLE_BASE_URL: `${origin}/v1beta`,
    COHERE_API_KEY: KEY,
    COHERE_BASE_URL: origin,
    OLLAMA_BASE_URL: origin,
  });
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  upstream.script(answersEmbeddings());
  person = await signUpPerson(server.url);
});
afterEach(async () => {
  expect((await server.app.services.ledger.check()).ok).toBe(true);
});

const BODY = { model: MODEL, input: ['one', 'two'] };
const embed = (more: object = {}, headers?: Record<string, string>) =>
  person.ask('POST', '/v1/embeddings', { ...BODY, ...more }, headers);
const balance = async () => (await person.ask('GET', '/api/v1/balance')).body;
const spent = async (): Promise<string> => (await balance()).spent_usd;
const nano = (usd: string): bigint => parseUsd(usd) ?? -1n;
describe('embeddings', () => {
  test('have OpenAI’s shape, our cost and balance, and the headers', async () => {
    const { status, body, headers } = await embed();
    expect(status).toBe(200);
    expect(embeddingListSchema.safeParse(body).error).toBeUndefined();
    expect(body).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -1] },
        { object: 'embedding', index: 1, embedding: [1.5, -1] },
      ],
      model: MODEL,
      provider: 'openai',
      usage: {
        prompt_tokens: 5,
        total_tokens: 5,
        // Five tokens at 0.028572 dollars a million, rounded up to a nano-dollar.
        cost_usd: '0.000000143',
        balance_usd: '4.999999857',
        usage_source: 'provider',
      },
    });
    const names = ['x-cost-usd', 'x-balance-usd', 'x-model', 'x-provider', 'content-type'];
    expect(names.map((name) => headers.get(name))).toEqual([
      '0.000000143',
      '4.999999857',
      MODEL,
      'openai',
      'application/json; charset=utf-8',
    ]);
    expect(await spent()).toBe('0.000000143');
  });

  test('come as base64 when that is asked for', async () => {
    const { body } = await embed({ encoding_format: 'base64' });
    const bytes = Buffer.from(body.data[1].embedding, 'base64');
    expect([bytes.length, bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([8, 1.5, -1]);
  });

  test.each<[unknown, number]>([
    ['one', 1],
    [[1, 2, 3], 1],
    [[[1, 2], [3]], 2],
  ])('are made of %j', async (input, count) => {
    const { body } = await embed({ input, dimensions: 2, user: 'u' });
    expect(body.data).toHaveLength(count);
    expect(upstream.requests.at(-1)?.body).toEqual({
      model: 'text-embedding-3-small',
      input: count === 1 ? [input] : input,
      encoding_format: 'base64',
      dimensions: 2,
    });
  });

  test.each([
    ['openai/text-embedding-3-large', '/v1/embeddings'],
    ['mistral/mistral-embed', '/v1/embeddings'],
    ['google/gemini-embedding-001', '/v1beta/models/gemini-embedding-001:batchEmbedContents'],
    ['cohere/embed-v4.0', '/v2/embed'],
    ['ollama/nomic-embed-text', '/v1/embeddings'],
  ])('of %s are asked for at %s and charged by what its provider says', async (model, path) => {
    const { status, body } = await embed({ model });
    expect([status, body.model, body.usage.prompt_tokens]).toEqual([200, model, 5]);
    expect(body.data.map(({ embedding }: { embedding: number[] }) => embedding)).toEqual([
      [0.5, -1],
      [1.5, -1],
    ]);
    expect(upstream.requests.at(-1)?.path).toBe(path);
    expect(await spent()).toBe(body.usage.cost_usd);
    const free = model.startsWith('ollama/');
    expect(body.usage.cost_usd === NOTHING).toBe(free);
  });

  test('whose use the provider does not tell are counted', async () => {
    upstream.script(answersEmbeddings(null));
    const { body } = await embed({ input: ['twelve bytes', 'ß'] });
    expect(body.usage).toMatchObject({ prompt_tokens: 4, usage_source: 'counted', cost_usd: await spent() });
  });

  test('that are more than the buyer reads at once come whole', async () => {
    const input = Array.from({ length: 2_048 }, (_, index) => `text ${index}`);
    const { body } = await embed({ input });
    expect(body.data).toHaveLength(2_048);
    expect(body.data[2_047]).toEqual({ object: 'embedding', index: 2_047, embedding: [2_047.5, -1] });
  });

  test('leave a receipt and a line of use', async () => {
    const { body, headers } = await embed();
    const id = headers.get('x-request-id');
    const receipt = (await person.ask('GET', `/api/v1/receipts/${id}`)).body.receipt;
    expect(receipt).toMatchObject({
      call_id: id,
      charged_usd: body.usage.cost_usd,
      model: MODEL,
      outcome: 'completed',
      usage: { input_tokens: 5, output_tokens: 0, images: 0 },
      usage_source: 'provider',
      attempts: [{ outcome: 'completed', provider: 'openai', upstream_request_id: 'req_fake' }],
    });
    const [line] = (await person.ask('GET', '/api/v1/usage')).body.data;
    expect(line).toMatchObject({ model: MODEL, input_tokens: 5, outcome: 'completed', cost_usd: body.usage.cost_usd });
  });
});

describe('a failure', () => {
  test.each([
    ['busy', () => isBusy('7'), 503, 'upstream_unavailable'],
    ['a server error', () => refuses(500, 'broken'), 502, 'upstream_error'],
    ['a bad request', () => refuses(400, 'too long', { param: 'input' }), 400, 'invalid_request'],
    ['our key refused', () => echoesKey(), 502, 'upstream_error'],
    ['a hang-up', () => hangsUp(), 502, 'upstream_error'],
    ['an answer without embeddings', () => sendsJson(200, '{"data":[]}'), 502, 'upstream_error'],
  ])('%s: a clear status, no charge, and nothing held', async (_, behaviour, status, code) => {
    upstream.script(behaviour());
    const { body, ...answer } = await embed();
    expect([answer.status, body.error.code]).toEqual([status, code]);
    expect(JSON.stringify(body)).not.toContain(KEY);
    expect(await balance()).toMatchObject({ spent_usd: NOTHING, held_usd: NOTHING });
    const [line] = (await person.ask('GET', '/api/v1/usage')).body.data;
    expect(line).toMatchObject({ outcome: 'upstream_error', cost_usd: NOTHING });
  });

  test('a client that leaves ends the upstream call and pays nothing', async () => {
    const open = gate(answersEmbeddings());
    upstream.script(open.behaviour);
    const before = upstream.requests.length;
    const controller = new AbortController();
    const call = fetch(`${server.url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(BODY),
      signal: controller.signal,
    }).catch(() => null);
    await expect.poll(() => upstream.requests.length).toBe(before + 1);
    controller.abort();
    await call;
    await expect.poll(() => upstream.requests.at(-1)?.isAborted).toBe(true);
    await expect.poll(async () => (await balance()).held_usd).toBe(NOTHING);
    expect(await spent()).toBe(NOTHING);
    await expect.poll(async () => (await person.ask('GET', '/api/v1/usage')).body.data[0]?.outcome).toBe('client_gone');
  });
});

describe('a bad request', () => {
  test.each<[object, string]>([
    [{ input: '' }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: ['one', ''] }, 'input.1'],
    [{ input: ['one', 2] }, 'input'],
    [{ input: [[]] }, 'input.0'],
    [{ input: [1.5] }, 'input'],
    [{ input: [-1] }, 'input.0'],
    [{ input: { text: 'one' } }, 'input'],
    [{ input: Array.from({ length: 2_049 }, () => 'x') }, 'input'],
    [{ input: [Array.from({ length: 200_000 }, () => 1), Array.from({ length: 200_000 }, () => 1)] }, 'input'],
    [{ model: 'mistral/mistral-embed', input: [1, 2] }, 'input'],
    [{ model: 'cohere/embed-v4.0', input: Array.from({ length: 97 }, () => 'x') }, 'input'],
    [{ dimensions: 0 }, 'dimensions'],
    [{ encoding_format: 'int8' }, 'encoding_format'],
    [{ model: 5 }, 'model'],
    [{ model: 'openai/gpt-5.5' }, 'model'],
    [{ model: 'sandbox/guide' }, 'model'],
  ])('%j names the parameter', async (more, param) => {
    const before = upstream.requests.length;
    const { status, body } = await embed(more);
    expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_request', param]);
    expect(upstream.requests).toHaveLength(before);
    expect(await balance()).toMatchObject({ spent_usd: NOTHING, held_usd: NOTHING });
  });

  test('an unknown parameter is named', async () => {
    const { status, body } = await embed({ api_base: 'http://127.0.0.1:1' });
    expect(status).toBe(400);
    expect(body.error.message).toContain('api_base');
  });

  test.each([
    ['openai/gpt-4', 410, 'model_retired'],
    ['stability/sd3.5-large', 503, 'model_unavailable'],
    ['text-embedding-3-small', 404, 'model_not_found'],
  ])('%s is %i', async (model, status, code) => {
    const answer = await embed({ model });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  test('chat does not take a model of embeddings', async () => {
    const body = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
    const answer = await person.ask('POST', '/v1/chat/completions', body);
    expect([answer.status, answer.body.error.param]).toEqual([400, 'model']);
  });

  test('a key without the permission is 403', async () => {
    const { key } = (await person.ask('POST', '/api/v1/keys', { name: 'k', permissions: ['read'] })).body;
    expect((await askWith(server.url, key)('POST', '/v1/embeddings', BODY)).status).toBe(403);
    expect((await askWith(server.url, null)('POST', '/v1/embeddings', BODY)).status).toBe(401);
  });
});

describe('money', () => {
  test('of a few dozen calls at once never goes below nothing: as many pass as the balance holds, the others are 402', async () => {
    person = await signUpPerson(server.url, 0);
    const input = ['x'.repeat(8_000)];
    const most = BigInt(boundEmbeddingTokens(input, 8_191)) * 28_572n;
    const eachNano = (most + 999n) / 1_000n;
    const places = 5n;
    await fundPerson(server, person.id, places * eachNano + eachNano / 2n);
    const open = gate(answersEmbeddings(8_000));
    upstream.script(open.behaviour);
    const before = upstream.requests.length;
    const calls = Array.from({ length: 40 }, () => embed({ input }));
    const refused = calls.map(async (call) => (await call).status === 402);
    await expect.poll(() => upstream.requests.length).toBe(before + Number(places));
    open.release();
    const answers = await Promise.all(calls);
    expect((await Promise.all(refused)).filter(Boolean)).toHaveLength(40 - Number(places));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(Number(places));
    const first = answers.find(({ status }) => status === 402)?.body.error;
    expect(first).toMatchObject({ code: 'insufficient_balance', needed_usd: expect.any(String) });
    const charged = answers.reduce(
      (sum, { status, body }) => sum + (status === 200 ? nano(body.usage.cost_usd) : 0n),
      0n,
    );
    expect(nano(await spent())).toBe(charged);
    expect((await balance()).held_usd).toBe(NOTHING);
  });

  test('is never charged beyond the hold, whatever the provider claims', async () => {
    upstream.script(answersEmbeddings(1_000_000));
    const { body } = await embed();
    const [row] = await server.database.query<{ amount: bigint; overrun: bigint; held: bigint }>(
      `SELECT r.amount, r.overrun, (SELECT sum(amount) FROM hold_lines l WHERE l.hold_id = h.id)::bigint AS held
       FROM hold_resolutions r JOIN holds h ON h.id = r.hold_id WHERE h.user_id = $1`,
      [person.id],
    );
    expect(row?.amount).toBe(row?.held);
    expect(row?.overrun).toBeGreaterThan(0n);
    expect(nano(body.usage.cost_usd)).toBe(row?.amount);
  });

  test('is paid once for one Idempotency-Key, and the answer comes again', async () => {
    const headers = { 'idempotency-key': `once-${person.id}` };
    const before = upstream.requests.length;
    const first = await embed({}, headers);
    const again = await embed({}, headers);
    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('x-cost-usd')).toBe(first.headers.get('x-cost-usd'));
    expect(upstream.requests.length).toBe(before + 1);
    expect(await spent()).toBe(first.body.usage.cost_usd);
    expect((await embed({ input: 'other' }, headers)).status).toBe(422);
  });

  test('is paid once for an answer that is too long to be kept, and the repetition says what it cost', async () => {
    const headers = { 'idempotency-key': `long-${person.id}` };
    const data = [{ index: 0, embedding: Array.from({ length: 40_000 }, () => 0.125) }];
    upstream.script(sendsJson(200, JSON.stringify({ data, usage: { prompt_tokens: 5 } })));
    const first = await embed({ input: 'one' }, headers);
    expect(first.body.data[0].embedding).toHaveLength(40_000);
    const again = await embed({ input: 'one' }, headers);
    expect([again.status, again.body.error.cost_usd]).toEqual([409, first.body.usage.cost_usd]);
    expect(await spent()).toBe(first.body.usage.cost_usd);
  });

  test('leaves the key free when nothing was charged', async () => {
    const headers = { 'idempotency-key': `free-${person.id}` };
    upstream.script(refuses(500, 'broken'));
    expect((await embed({}, headers)).status).toBe(502);
    upstream.script(answersEmbeddings());
    expect((await embed({}, headers)).status).toBe(200);
  });
});

describe('counting', () => {
  test('bounds a text by its bytes, and by what the model reads', () => {
    expect(boundEmbeddingTokens(['ß', [1, 2, 3]], 0)).toBe(2 + 3 + 16);
    expect(boundEmbeddingTokens(['x'.repeat(10_000), 'y'], 512)).toBe(512 + 1 + 16);
  });

  test('is fair where nobody tells', () => {
    expect(countEmbeddingTokens(['12345', [1, 2, 3]])).toBe(5);
  });
});
