import { imageListSchema } from '@q/contract/images';
import { parseUsd } from '@q/contract/money';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { fundPerson } from '../../testing/fund-person.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { echoesKey, gate, hangsUp, isBusy, refuses } from '../../testing/upstream-behaviours.ts';
import { sendsJson } from '../../testing/upstream-events.ts';
import { drawsImages, FAKE_IMAGE } from '../../testing/upstream-models.ts';
import { countedImageUsage, mostImageUsage } from './image-usage.ts';

const KEY = 'sk-upstream-secret-0123456789';
const BY_TOKENS = 'openai/gpt-image-2';
const BY_IMAGE = 'stability/stable-image-core';
const NOTHING = '0.000000000';
/** What one image of `BY_IMAGE` costs: 0.03 dollars, of which 30 % are commission, in nano-dollars. */
const EACH_NANO = 42_857_143n;

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  const origin = new URL(upstream.url).origin;
  server = await startTestServer({
    OPENAI_API_KEY: `${KEY},${KEY}2`,
    OPENAI_BASE_URL: upstream.url,
    GOOGLE_API_KEY: KEY,
    GOOGLE_BASE_URL: `${origin}/v1beta`,
    STABILITY_API_KEY: KEY,
    STABILITY_BASE_URL: origin,
  });
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  upstream.script(drawsImages());
  person = await signUpPerson(server.url);
});
afterEach(async () => {
  expect((await server.app.services.ledger.check()).ok).toBe(true);
});

const BODY = { model: BY_IMAGE, prompt: 'a red square' };
const draw = (more: object = {}, headers?: Record<string, string>) =>
  person.ask('POST', '/v1/images/generations', { ...BODY, ...more }, headers);
const balance = async () => (await person.ask('GET', '/api/v1/balance')).body;
const spent = async (): Promise<string> => (await balance()).spent_usd;
const nano = (usd: string): bigint => parseUsd(usd) ?? -1n;
const held = async (): Promise<bigint> => {
  const [row] = await server.database.query<{ sum: bigint }>(
    'SELECT sum(l.amount)::bigint FROM hold_lines l JOIN holds h ON h.id = l.hold_id WHERE h.user_id = $1',
    [person.id],
  );
  return row?.sum ?? 0n;
};

describe('an image', () => {
  test('priced by the image costs exactly that, which is what was held', async () => {
    const { status, body, headers } = await draw();
    expect(status).toBe(200);
    expect(imageListSchema.safeParse(body).error).toBeUndefined();
    expect(body).toEqual({
      created: expect.any(Number),
      data: [{ b64_json: FAKE_IMAGE }],
      output_format: 'png',
      model: BY_IMAGE,
      provider: 'stability',
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        total_tokens: 0,
        images: 1,
        cost_usd: '0.042857143',
        balance_usd: '4.957142857',
        usage_source: 'counted',
      },
    });
    const names = ['x-cost-usd', 'x-balance-usd', 'x-model', 'x-provider'];
    expect(names.map((name) => headers.get(name))).toEqual(['0.042857143', '4.957142857', BY_IMAGE, 'stability']);
    expect(await held()).toBe(EACH_NANO);
    expect(nano(await spent())).toBe(EACH_NANO);
  });

  test('priced by tokens costs what the provider tells, and the rest of the hold is free again', async () => {
    const { body } = await draw({ model: BY_TOKENS, n: 2 });
    expect(imageListSchema.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      data: [{ b64_json: FAKE_IMAGE }, { b64_json: FAKE_IMAGE }],
      size: '1024x1024',
      quality: 'low',
      // 6 tokens at 7.142858 and 272 at 42.857143 dollars a million.
      usage: { input_tokens: 6, output_tokens: 272, total_tokens: 278, images: 2, cost_usd: '0.011700001' },
    });
    expect(await balance()).toMatchObject({ spent_usd: body.usage.cost_usd, held_usd: NOTHING });
    expect(await held()).toBeGreaterThan(nano(body.usage.cost_usd));
  });

  test('priced by tokens of which nobody tells is counted by its size and quality', async () => {
    upstream.script(drawsImages(null));
    const { body } = await draw({ model: BY_TOKENS });
    expect(body.usage).toMatchObject({ output_tokens: 272, usage_source: 'counted', cost_usd: await spent() });
  });

  test.each([
    ['google/gemini-3-pro-image', '/v1beta/models/gemini-3-pro-image:generateContent'],
    ['stability/stable-image-ultra', '/v2beta/stable-image/generate/ultra'],
    ['stability/sd3.5-medium', '/v2beta/stable-image/generate/sd3'],
    ['openai/gpt-image-2', '/v1/images/generations'],
  ])('of %s is asked for at %s', async (model, path) => {
    const { status, body } = await draw({ model, size: '1024x1024' });
    expect([status, body.data[0].b64_json, body.usage.images]).toEqual([200, FAKE_IMAGE, 1]);
    expect(upstream.requests.at(-1)?.path).toBe(path);
    expect(body.usage.cost_usd).toBe(await spent());
    expect(body.usage.cost_usd).not.toBe(NOTHING);
  });

  test('is asked for as the caller wants it, without what only says "as you like"', async () => {
    await draw({
      model: BY_TOKENS,
      n: 1,
      size: '1536x1024',
      quality: 'auto',
      background: 'opaque',
      moderation: 'low',
      output_format: 'webp',
      output_compression: 50,
      response_format: 'b64_json',
      stream: false,
      user: 'u',
    });
    expect(upstream.requests.at(-1)?.body).toEqual({
      model: 'gpt-image-2',
      prompt: 'a red square',
      n: 1,
      size: '1536x1024',
      background: 'opaque',
      moderation: 'low',
      output_format: 'webp',
      output_compression: 50,
    });
  });

  test('leaves a receipt and a line of use', async () => {
    const { headers } = await draw();
    const id = headers.get('x-request-id');
    expect((await person.ask('GET', `/api/v1/receipts/${id}`)).body.receipt).toMatchObject({
      call_id: id,
      charged_usd: '0.042857143',
      price: { unit: 'image' },
      usage: { input_tokens: 0, output_tokens: 0, images: 1 },
      split: { payee_usd: '0.030000000', platform_usd: '0.012857143' },
    });
    const [line] = (await person.ask('GET', '/api/v1/usage')).body.data;
    expect(line).toMatchObject({ model: BY_IMAGE, outcome: 'completed', cost_usd: '0.042857143' });
  });
});

describe('a failure', () => {
  test.each([
    ['a server error', () => refuses(500, 'broken'), 502, 'upstream_error'],
    ['our key refused', () => echoesKey(), 502, 'upstream_error'],
    ['a hang-up', () => hangsUp(), 502, 'upstream_error'],
    ['an answer without an image', () => sendsJson(200, '{}'), 502, 'upstream_error'],
    [
      'an image that was filtered',
      () => sendsJson(200, JSON.stringify({ image: FAKE_IMAGE, finish_reason: 'CONTENT_FILTERED' })),
      400,
      'invalid_request',
    ],
  ])('%s: a clear status, no charge, and nothing held', async (_, behaviour, status, code) => {
    upstream.script(behaviour());
    const { body, ...answer } = await draw();
    expect([answer.status, body.error.code]).toEqual([status, code]);
    expect(JSON.stringify(body)).not.toContain(KEY);
    expect(await balance()).toMatchObject({ spent_usd: NOTHING, held_usd: NOTHING });
  });

  test('of one key leaves the call to the next', async () => {
    const before = upstream.requests.length;
    upstream.script(isBusy('1'), drawsImages());
    const { status, headers } = await draw({ model: BY_TOKENS });
    expect(status).toBe(200);
    const keys = upstream.requests.slice(before).map((request) => request.headers.authorization);
    expect(new Set(keys).size).toBe(2);
    const { receipt } = (await person.ask('GET', `/api/v1/receipts/${headers.get('x-request-id')}`)).body;
    expect(receipt.attempts).toEqual([
      { outcome: 'upstream_unavailable', provider: 'openai', upstream_request_id: null },
      { outcome: 'completed', provider: 'openai', upstream_request_id: 'req_fake' },
    ]);
  });
});

describe('a bad request', () => {
  test.each<[object, string]>([
    [{ prompt: '' }, 'prompt'],
    [{ prompt: 5 }, 'prompt'],
    [{ prompt: 'x'.repeat(32_001) }, 'prompt'],
    [{ n: 0 }, 'n'],
    [{ n: 11 }, 'n'],
    [{ n: 2 }, 'n'],
    [{ size: 'big' }, 'size'],
    [{ size: '0x0' }, 'size'],
    [{ size: '100x1000' }, 'size'],
    [{ quality: 'best' }, 'quality'],
    [{ quality: 'high' }, 'quality'],
    [{ style: 'vivid' }, 'style'],
    [{ output_format: 'gif' }, 'output_format'],
    [{ output_compression: 101 }, 'output_compression'],
    [{ response_format: 'url' }, 'response_format'],
    [{ model: BY_TOKENS, response_format: 'url' }, 'response_format'],
    [{ stream: true }, 'stream'],
    [{ model: 'openai/gpt-5.5' }, 'model'],
    [{ model: 'openai/text-embedding-3-small' }, 'model'],
  ])('%j names the parameter', async (more, param) => {
    const before = upstream.requests.length;
    const { status, body } = await draw(more);
    expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_request', param]);
    expect(upstream.requests).toHaveLength(before);
    expect(await balance()).toMatchObject({ spent_usd: NOTHING, held_usd: NOTHING });
  });

  test.each([
    ['stability/stable-diffusion-v1-6', 410, 'model_retired'],
    ['dall-e-3', 404, 'model_not_found'],
  ])('%s is %i', async (model, status, code) => {
    const answer = await draw({ model });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('money', () => {
  test('of a few dozen calls at once never goes below nothing: as many pass as the balance holds, the others are 402', async () => {
    person = await signUpPerson(server.url, 0);
    await fundPerson(server, person.id, 7n * EACH_NANO + EACH_NANO - 1n);
    const open = gate(drawsImages());
    upstream.script(open.behaviour);
    const before = upstream.requests.length;
    const calls = Array.from({ length: 36 }, () => draw());
    await expect.poll(() => upstream.requests.length).toBe(before + 7);
    open.release();
    const answers = await Promise.all(calls);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(29);
    expect(answers.find(({ status }) => status === 402)?.body.error.needed_usd).toBe('0.042857143');
    expect(await balance()).toMatchObject({
      spent_usd: '0.300000001',
      held_usd: NOTHING,
      available_usd: '0.042857142',
    });
  });

  test('is paid once for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': `once-${person.id}` };
    const first = await draw({}, headers);
    const again = await draw({}, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(nano(await spent())).toBe(EACH_NANO);
  });

  test('is paid once for an image that is too long to be kept', async () => {
    const headers = { 'idempotency-key': `long-${person.id}` };
    const image = Buffer.alloc(60_000).toString('base64');
    upstream.script(sendsJson(200, JSON.stringify({ image, finish_reason: 'SUCCESS' })));
    expect((await draw({}, headers)).body.data[0].b64_json).toBe(image);
    const again = await draw({}, headers);
    expect([again.status, again.body.error.cost_usd]).toEqual([409, '0.042857143']);
    expect(nano(await spent())).toBe(EACH_NANO);
  });
});

describe('what images use', () => {
  const request = { model: BY_TOKENS, prompt: 'a red square' };
  const result = {
    images: [{ base64: FAKE_IMAGE, url: null, revisedPrompt: null }],
    usage: null,
    size: null,
    quality: null,
    background: null,
    outputFormat: null,
    upstreamRequestId: null,
  };

  test.each([
    [{}, 8_000],
    [{ quality: 'low' as const }, 600],
    [{ quality: 'medium' as const, n: 3 }, 7_200],
    [{ quality: 'hd' as const, size: '1024x1024' }, 8_000],
    // 8,294,400 pixels, of which 1,572,864 are 8,000 tokens at most.
    [{ size: '3840x2160' }, 42_188],
  ])('at most, by tokens, for %j', (more, outputTokens) => {
    expect(mostImageUsage('token', { ...request, ...more })).toMatchObject({ inputTokens: 512, outputTokens });
  });

  test('at most, by the image, are so many images', () => {
    expect(mostImageUsage('image', { ...request, n: 4 })).toMatchObject({ inputTokens: 0, outputTokens: 0, images: 4 });
  });

  test('is counted by what the provider chose, else by what was asked for, else by a usual image', () => {
    const count = (more: object, chosen: object = {}) =>
      countedImageUsage('token', { ...request, ...more }, { ...result, ...chosen }).outputTokens;
    expect(count({})).toBe(1_056);
    expect(count({ quality: 'high', size: '1024x1024' })).toBe(4_160);
    expect(count({ quality: 'high', size: '1024x1024' }, { quality: 'low', size: '1024x2048' })).toBe(544);
    expect(countedImageUsage('image', request, result)).toMatchObject({ outputTokens: 0, images: 1 });
  });
});
