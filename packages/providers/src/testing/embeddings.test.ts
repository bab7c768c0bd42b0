import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCohereEmbeddings } from '../cohere/embeddings.ts';
import { createGoogleEmbeddings } from '../google/embeddings.ts';
import {
  createOpenAiCompatibleEmbeddings,
  MISTRAL_EMBEDDINGS,
  OPENAI_EMBEDDINGS,
} from '../openai-compatible/embeddings.ts';
import type { EmbeddingProvider, EmbeddingRequest } from '../spec/embedding-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { type Loopback, openLoopback } from './loopback.ts';

const KEY = 'key-test-4f9a1c77e2b84d0d9e55';
const TEXTS: EmbeddingRequest = { model: 'm-1', input: ['one', 'two'] };

let loopback: Loopback;
let all: Record<'openai' | 'compatible' | 'mistral' | 'google' | 'cohere', EmbeddingProvider>;
beforeAll(async () => {
  loopback = await openLoopback();
  const { url } = loopback;
  all = {
    openai: createOpenAiCompatibleEmbeddings({ id: 'openai', baseUrl: `${url}/v1`, quirks: OPENAI_EMBEDDINGS }),
    compatible: createOpenAiCompatibleEmbeddings({ id: 'other', baseUrl: `${url}/v1` }),
    mistral: createOpenAiCompatibleEmbeddings({ id: 'mistral', baseUrl: `${url}/v1`, quirks: MISTRAL_EMBEDDINGS }),
    google: createGoogleEmbeddings({ id: 'google', baseUrl: `${url}/v1beta` }),
    cohere: createCohereEmbeddings({ id: 'cohere', baseUrl: url }),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(all).map((provider) => provider.close()));
  await loopback.close();
});

const options = () => ({ signal: new AbortController().signal, apiKey: KEY });
const embed = (name: keyof typeof all, request: EmbeddingRequest = TEXTS) => all[name].embed(request, options());
async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const failure = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (failure instanceof ProviderError) return failure;
  throw new Error(`no ProviderError but ${String(failure)}`);
}

const openAiAnswer = (embeddings: unknown[], usage: unknown = { prompt_tokens: 5, total_tokens: 5 }) => ({
  object: 'list',
  data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  model: 'm-1',
  usage,
});
const base64Of = (...numbers: number[]) => Buffer.from(Float32Array.from(numbers).buffer).toString('base64');

const ANSWERS: Record<keyof typeof all, object> = {
  openai: openAiAnswer([base64Of(0.5, -1), base64Of(0.25, 2)]),
  compatible: openAiAnswer([
    [0.5, -1],
    [0.25, 2],
  ]),
  mistral: openAiAnswer(
    [
      [0.5, -1],
      [0.25, 2],
    ],
    { prompt_tokens: 5, total_tokens: 5, completion_tokens: 0 },
  ),
  google: {
    embeddings: [{ values: [0.5, -1] }, { values: [0.25, 2] }],
    usageMetadata: { promptTokenCount: 5, promptTokensDetails: [] },
  },
  cohere: {
    id: 'a',
    embeddings: {
      float: [
        [0.5, -1],
        [0.25, 2],
      ],
    },
    texts: ['one', 'two'],
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: 5 }, tokens: { input_tokens: 900 } },
  },
};
/** What `TEXTS` in two dimensions become. */
const REQUESTS: Record<keyof typeof all, { url: string; body: object }> = {
  openai: { url: '/v1/embeddings', body: { ...TEXTS, dimensions: 2, encoding_format: 'base64' } },
  compatible: { url: '/v1/embeddings', body: { ...TEXTS, dimensions: 2 } },
  mistral: { url: '/v1/embeddings', body: { ...TEXTS, output_dimension: 2 } },
  google: {
    url: '/v1beta/models/m-1:batchEmbedContents',
    body: {
      requests: ['one', 'two'].map((text) => ({
        model: 'models/m-1',
        content: { parts: [{ text }] },
        outputDimensionality: 2,
      })),
    },
  },
  cohere: {
    url: '/v2/embed',
    body: {
      model: 'm-1',
      texts: ['one', 'two'],
      input_type: 'search_document',
      embedding_types: ['float'],
      truncate: 'NONE',
      output_dimension: 2,
    },
  },
};
const NAMES = Object.keys(ANSWERS) as (keyof typeof all)[];

describe('embeddings', () => {
  it.each(NAMES)('of %s come in the order of the inputs, with what they used', async (name) => {
    loopback.answer({ body: ANSWERS[name] });
    const { embeddings, usage, upstreamRequestId } = await embed(name);
    expect(embeddings.map((vector) => Array.from(vector))).toEqual([
      [0.5, -1],
      [0.25, 2],
    ]);
    expect(usage).toEqual({
      inputTokens: 5,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    });
    expect(upstreamRequestId).toBe('req_1');
  });

  it.each(NAMES)('of %s are asked for in its own format', async (name) => {
    loopback.answer({ body: ANSWERS[name] });
    await embed(name, { ...TEXTS, dimensions: 2 });
    const { url, body } = REQUESTS[name];
    expect(loopback.requests.at(-1)?.url).toBe(url);
    expect(loopback.lastJson()).toEqual(body);
    const { headers } = loopback.requests.at(-1) ?? {};
    expect(headers?.authorization ?? headers?.['x-goog-api-key']).toBe(name === 'google' ? KEY : `Bearer ${KEY}`);
  });

  it.each(NAMES)('of %s without a figure of use leave it to the caller to count', async (name) => {
    const bare: Record<string, unknown> = { ...ANSWERS[name] };
    for (const field of ['usage', 'usageMetadata', 'meta']) delete bare[field];
    loopback.answer({ body: bare });
    expect((await embed(name)).usage).toBeNull();
  });

  it.each(NAMES)('of %s that are too few, empty, or no numbers are a fault of the provider', async (name) => {
    const right = JSON.stringify(ANSWERS[name]);
    const wrong = [
      '{}',
      '{"data":5,"embeddings":5}',
      right.replace(/\[0\.25,2\]|"[\w+/]+="(?=\}\],"model)/, '[]'),
      right.replace(/\[0\.25,2\]|"[\w+/]+="(?=\}\],"model)/, '[0.25,"2"]'),
      right.replace(/\[0\.25,2\]|"[\w+/]+="(?=\}\],"model)/, '"AAA="'),
    ];
    for (const body of wrong) {
      expect(body).not.toBe(right);
      loopback.answer({ body });
      expect(await failureOf(embed(name))).toMatchObject({ kind: 'upstream' });
    }
  });

  it('come in order even if the answer does not', async () => {
    const { data } = openAiAnswer([[1], [2]]);
    loopback.answer({ body: { data: data.toReversed(), usage: {} } });
    expect((await embed('compatible')).embeddings).toEqual([[1], [2]]);
    for (const index of [1, 7, -1, 0.5]) {
      loopback.answer({ body: { data: data.map((item) => ({ ...item, index })) } });
      expect((await failureOf(embed('compatible'))).kind).toBe('upstream');
    }
  });

  it('of tokens go to those who know the tokenizer, and are refused by name elsewhere', async () => {
    const tokens = { model: 'm-1', input: [[1, 2], [3]] };
    loopback.answer({ body: ANSWERS.openai });
    await embed('openai', tokens);
    expect(loopback.lastJson()['input']).toEqual(tokens.input);
    const before = loopback.requests.length;
    for (const name of ['mistral', 'google', 'cohere'] as const)
      expect(await failureOf(embed(name, tokens))).toMatchObject({ kind: 'invalid_request', param: 'input' });
    expect(loopback.requests.length).toBe(before);
  });

  it.each([
    ['google', 100],
    ['cohere', 96],
  ] as const)('of %s are at most %i at once', async (name, max) => {
    const many = { model: 'm-1', input: Array.from({ length: max + 1 }, () => 'x') };
    expect(await failureOf(embed(name, many))).toMatchObject({ kind: 'invalid_request', param: 'input' });
  });
});

describe('a refusal', () => {
  it.each<[keyof typeof all, number, unknown, object]>([
    [
      'openai',
      400,
      { error: { message: 'too long', param: 'input', type: 'invalid_request_error' } },
      { param: 'input' },
    ],
    ['mistral', 422, { detail: [{ loc: ['body', 'input'], msg: 'too many' }] }, { message: 'too many' }],
    [
      'google',
      400,
      {
        error: {
          code: 400,
          status: 'INVALID_ARGUMENT',
          message: 'bad',
          details: [{ '@type': 'x.BadRequest', fieldViolations: [{ field: 'requests[0].output_dimensionality' }] }],
        },
      },
      { param: 'dimensions' },
    ],
    ['cohere', 400, { message: 'too many tokens: 200000' }, { param: 'input' }],
    ['cohere', 422, { message: 'output_dimension must be one of 256' }, { param: 'dimensions' }],
  ])('of %s (%i) says whose fault it is', async (name, status, body, more) => {
    loopback.answer({ status, body });
    expect(await failureOf(embed(name))).toMatchObject({ kind: 'invalid_request', status, ...more });
  });

  it.each(NAMES)('of %s never bears the key', async (name) => {
    loopback.answer({ status: 401, body: { message: `bad key ${KEY}`, error: { message: `bad key ${KEY}` } } });
    const failure = await failureOf(embed(name));
    expect(failure.kind).toBe('auth');
    expect(failure.message).not.toContain(KEY);
  });

  it('for a full minute asks to wait', async () => {
    loopback.answer({ status: 429, headers: { 'retry-after': '7' }, body: {} });
    expect(await failureOf(embed('openai'))).toMatchObject({ kind: 'rate_limited', retryAfterMs: 7_000 });
  });
});

it('ends the upstream call when its caller does', async () => {
  const controller = new AbortController();
  const call = all.openai.embed(TEXTS, { signal: controller.signal, apiKey: KEY });
  controller.abort();
  expect(await failureOf(call)).toMatchObject({ kind: 'aborted' });
});
