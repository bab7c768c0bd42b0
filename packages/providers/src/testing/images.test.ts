import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGoogleImages } from '../google/images.ts';
import { createOpenAiCompatibleImages } from '../openai-compatible/images.ts';
import type { ImageProvider, ImageRequest } from '../spec/image-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { createStabilityImages } from '../stability/images.ts';
import { type Loopback, openLoopback } from './loopback.ts';

const KEY = 'key-test-4f9a1c77e2b84d0d9e55';
const PNG = 'iVBORw0KGgo=';

let loopback: Loopback;
let all: Record<'openai' | 'google' | 'stability', ImageProvider>;
beforeAll(async () => {
  loopback = await openLoopback();
  const { url } = loopback;
  all = {
    openai: createOpenAiCompatibleImages({ id: 'openai', baseUrl: `${url}/v1` }),
    google: createGoogleImages({ id: 'google', baseUrl: `${url}/v1beta` }),
    stability: createStabilityImages({ id: 'stability', baseUrl: url }),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(all).map((provider) => provider.close()));
  await loopback.close();
});

const draw = (name: keyof typeof all, more: Partial<ImageRequest> = {}) =>
  all[name].generateImages(
    { model: 'm-1', prompt: 'a red square', ...more },
    { signal: new AbortController().signal, apiKey: KEY },
  );
async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const failure = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (failure instanceof ProviderError) return failure;
  throw new Error(`no ProviderError but ${String(failure)}`);
}

const googlePart = (data: string, more: object = {}) => ({ inlineData: { mimeType: 'image/png', data }, ...more });
const googleAnswer = (parts: object[], finishReason = 'STOP') => ({
  candidates: [{ content: { role: 'model', parts }, finishReason }],
  usageMetadata: { promptTokenCount: 6, candidatesTokenCount: 1_120, thoughtsTokenCount: 80 },
});
const ANSWERS = {
  openai: {
    created: 1,
    data: [{ b64_json: PNG, revised_prompt: 'a square that is red' }],
    size: '1024x1024',
    quality: 'low',
    background: 'opaque',
    output_format: 'png',
    usage: {
      total_tokens: 278,
      input_tokens: 6,
      output_tokens: 272,
      input_tokens_details: { text_tokens: 6, image_tokens: 0, cached_tokens: 2 },
    },
  },
  google: googleAnswer([{ text: 'Here.' }, googlePart('ZHJhZnQ=', { thought: true }), googlePart(PNG)]),
  stability: { image: PNG, finish_reason: 'SUCCESS', seed: 7 },
};
const NAMES = Object.keys(ANSWERS) as (keyof typeof all)[];

/** The fields of a form, without a parser of ours: the boundary is what the header says. */
function fieldsOf(type: string, body: string): Record<string, string> {
  const boundary = /boundary=(\S+)$/.exec(type)?.[1] ?? 'none';
  const parts = body.split(`--${boundary}`).slice(1, -1);
  return Object.fromEntries(
    parts.map((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n');
      return [/name="(\w+)"/.exec(head)?.[1] ?? '', rest.join('\r\n\r\n').slice(0, -2)];
    }),
  );
}

describe('an image', () => {
  it('of OpenAI comes with its tokens and what was chosen', async () => {
    loopback.answer({ body: ANSWERS.openai });
    expect(await draw('openai')).toEqual({
      images: [{ base64: PNG, url: null, revisedPrompt: 'a square that is red' }],
      usage: {
        inputTokens: 6,
        cachedInputTokens: 2,
        cacheWriteTokens: 0,
        outputTokens: 272,
        reasoningTokens: 0,
      },
      size: '1024x1024',
      quality: 'low',
      background: 'opaque',
      outputFormat: 'png',
      upstreamRequestId: 'req_1',
    });
  });

  it('of Google is the last that is no draft, and its thoughts count', async () => {
    loopback.answer({ body: ANSWERS.google });
    expect(await draw('google')).toMatchObject({
      images: [{ base64: PNG, url: null }],
      usage: { inputTokens: 6, outputTokens: 1_200 },
      outputFormat: 'png',
    });
  });

  it('of Stability comes without usage', async () => {
    loopback.answer({ body: ANSWERS.stability });
    expect(await draw('stability')).toMatchObject({ images: [{ base64: PNG }], usage: null, outputFormat: 'png' });
  });

  it('may be an address, which has to be one', async () => {
    loopback.answer({ body: { created: 1, data: [{ url: 'https://example.com/1.png' }, { url: 'javascript:1' }] } });
    expect(await draw('openai', { responseFormat: 'url' })).toMatchObject({
      images: [{ base64: null, url: 'https://example.com/1.png' }],
      usage: null,
    });
    expect(loopback.lastJson()).toEqual({ model: 'm-1', prompt: 'a red square', response_format: 'url' });
  });

  it.each(NAMES)('of %s that is not there is a fault of the provider', async (name) => {
    for (const body of [
      {},
      { data: [] },
      { data: [{}] },
      { image: '' },
      googleAnswer([]),
      googleAnswer([{ text: 'No' }]),
    ]) {
      loopback.answer({ body });
      expect(await failureOf(draw(name))).toMatchObject({ kind: 'upstream' });
    }
  });

  it.each([
    ['google', googleAnswer([], 'IMAGE_SAFETY')],
    ['google', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
    ['stability', { image: PNG, finish_reason: 'CONTENT_FILTERED', seed: 7 }],
  ] as const)('of %s that a filter held back is refused, naming the prompt', async (name, body) => {
    loopback.answer({ body });
    expect(await failureOf(draw(name))).toMatchObject({ kind: 'invalid_request', param: 'prompt' });
  });
});

describe('a request for images', () => {
  it('goes to OpenAI as it is; models that always send base64 are not asked for it', async () => {
    loopback.answer({ body: ANSWERS.openai });
    await draw('openai', {
      model: 'gpt-image-2',
      n: 2,
      size: '1536x1024',
      quality: 'high',
      background: 'transparent',
      moderation: 'low',
      outputFormat: 'webp',
      outputCompression: 50,
      responseFormat: 'b64_json',
    });
    expect(loopback.requests.at(-1)).toMatchObject({
      url: '/v1/images/generations',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(loopback.lastJson()).toEqual({
      model: 'gpt-image-2',
      prompt: 'a red square',
      n: 2,
      size: '1536x1024',
      quality: 'high',
      background: 'transparent',
      moderation: 'low',
      output_format: 'webp',
      output_compression: 50,
    });
  });

  it('goes to Google as a prompt and a proportion', async () => {
    loopback.answer({ body: ANSWERS.google });
    await draw('google', { size: '1792x1024' });
    expect(loopback.requests.at(-1)).toMatchObject({
      url: '/v1beta/models/m-1:generateContent',
      headers: { 'x-goog-api-key': KEY },
    });
    expect(loopback.lastJson()).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'a red square' }] }],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '16:9' } },
    });
  });

  it.each([
    ['stable-image-core', 'core', {}],
    ['stable-image-ultra', 'ultra', {}],
    ['sd3.5-large-turbo', 'sd3', { model: 'sd3.5-large-turbo' }],
  ])('goes to Stability as a form: %s to the service %s', async (model, service, more) => {
    loopback.answer({ body: ANSWERS.stability });
    const prompt = 'zwei Möwen\r\n--form-data; name="model"\r\n\r\nx';
    await draw('stability', { model, prompt, size: '1024x1536', outputFormat: 'jpeg' });
    const request = loopback.requests.at(-1);
    expect(request).toMatchObject({
      url: `/v2beta/stable-image/generate/${service}`,
      headers: { authorization: `Bearer ${KEY}`, accept: 'application/json' },
    });
    expect(fieldsOf(request?.headers['content-type'] ?? '', request?.text ?? '')).toEqual({
      prompt,
      aspect_ratio: '2:3',
      output_format: 'jpeg',
      ...more,
    });
  });

  it.each<[Partial<ImageRequest>, string]>([
    [{ n: 2 }, 'n'],
    [{ size: '100x1000' }, 'size'],
    [{ responseFormat: 'url' }, 'response_format'],
    [{ quality: 'high' }, 'quality'],
    [{ style: 'vivid' }, 'style'],
    [{ background: 'opaque' }, 'background'],
    [{ moderation: 'low' }, 'moderation'],
    [{ outputCompression: 5 }, 'output_compression'],
  ])('of %j is refused by name where it cannot be served', async (more, param) => {
    const before = loopback.requests.length;
    for (const name of ['google', 'stability'] as const)
      expect(await failureOf(draw(name, more))).toMatchObject({ kind: 'invalid_request', param });
    expect(loopback.requests.length).toBe(before);
  });

  it('for an address is refused by models that have none', async () => {
    const failure = await failureOf(draw('openai', { model: 'gpt-image-2', responseFormat: 'url' }));
    expect(failure).toMatchObject({ kind: 'invalid_request', param: 'response_format' });
  });
});

describe('an error of Stability', () => {
  it.each<[number, object, object]>([
    [
      400,
      { id: 'a', name: 'bad_request', errors: ['prompt: cannot be blank'] },
      { kind: 'invalid_request', param: 'prompt' },
    ],
    [400, { id: 'a', name: 'bad_request', errors: ['aspect_ratio: must be one of 1:1'] }, { param: 'size' }],
    [401, { id: 'a', name: 'unauthorized', errors: ['authorization: is invalid'] }, { kind: 'auth', param: null }],
    [402, { id: 'a', name: 'payment_required', errors: ['You lack sufficient credits'] }, { kind: 'auth' }],
    [403, { id: 'a', name: 'content_moderation', errors: ['flagged'] }, { kind: 'invalid_request', param: 'prompt' }],
    [403, { id: 'a', name: 'forbidden', errors: ['no access'] }, { kind: 'auth' }],
    [413, { id: 'a', name: 'payload_too_large', errors: ['too large'] }, { kind: 'invalid_request' }],
    [
      422,
      { id: 'a', name: 'invalid_language', errors: ['English is the only supported language'] },
      { kind: 'invalid_request' },
    ],
    [429, { id: 'a', name: 'rate_limit_exceeded', errors: ['too fast'] }, { kind: 'rate_limited', retryable: true }],
    [500, { id: 'a', name: 'internal_error', errors: ['sorry'] }, { kind: 'upstream', retryable: true }],
    [
      404,
      { id: 'a', name: 'not_found', message: 'no such engine' },
      { kind: 'invalid_request', message: 'no such engine' },
    ],
    [504, {}, { kind: 'timeout' }],
    [200, { id: 'a', name: 'internal_error', errors: ['after all'] }, { kind: 'upstream', message: 'after all' }],
  ])('with status %i: %j', async (status, body, expected) => {
    loopback.answer({ status, body });
    expect(await failureOf(draw('stability'))).toMatchObject(expected);
  });

  it.each(NAMES)('or of %s never bears the key', async (name) => {
    const text = `refused ${KEY}`;
    loopback.answer({ status: 401, body: { error: { message: text }, name: 'x', errors: [text] } });
    const failure = await failureOf(draw(name));
    expect(failure.kind).toBe('auth');
    expect(failure.message).not.toContain(KEY);
  });
});
