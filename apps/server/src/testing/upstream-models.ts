import type { Behaviour } from './fake-upstream.ts';
import { sendsJson } from './upstream-events.ts';

/** The bytes of an image, as far as anybody looks at them here, in base64. */
export const FAKE_IMAGE = 'iVBORw0KGgo=';

const vectorOf = (index: number): number[] => [index + 0.5, -1];
const inBase64 = (vector: number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64');

function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

/**
 * Embeds in the format of whoever is asked, told by the path: OpenAI's, Google's or Cohere's. The embedding of input n is [n + 0.5, -1].
 * `tokens` is the usage told; null: none is.
 */
export function answersEmbeddings(tokens: number | null = 5): Behaviour {
  return (exchange) => {
    const { path, body } = exchange.request;
    if (path.includes(':batchEmbedContents')) {
      const embeddings = Array.from({ length: countOf(body?.['requests']) }, (_, index) => ({
        values: vectorOf(index),
      }));
      const usage = tokens === null ? {} : { usageMetadata: { promptTokenCount: tokens } };
      return sendsJson(200, JSON.stringify({ embeddings, ...usage }))(exchange);
    }
    if (path.endsWith('/v2/embed')) {
      const float = Array.from({ length: countOf(body?.['texts']) }, (_, index) => vectorOf(index));
      const meta = tokens === null ? {} : { meta: { billed_units: { input_tokens: tokens } } };
      return sendsJson(200, JSON.stringify({ embeddings: { float }, ...meta }))(exchange);
    }
    const encode = body?.['encoding_format'] === 'base64' ? inBase64 : (vector: number[]) => vector;
    const data = Array.from({ length: countOf(body?.['input']) }, (_, index) => ({
      object: 'embedding',
      index,
      embedding: encode(vectorOf(index)),
    }));
    const usage = tokens === null ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } };
    return sendsJson(200, JSON.stringify({ object: 'list', data, ...usage }))(exchange);
  };
}

/** Draws in the format of whoever is asked, told by the path: OpenAI's, Google's or Stability's. OpenAI's tell the tokens given, or none. */
export function drawsImages(tokens: { input: number; output: number } | null = { input: 6, output: 272 }): Behaviour {
  return (exchange) => {
    const { path, body } = exchange.request;
    if (path.includes(':generateContent')) {
      const parts = [{ inlineData: { mimeType: 'image/png', data: FAKE_IMAGE } }];
      const usageMetadata = { promptTokenCount: 6, candidatesTokenCount: 1_120 };
      const candidates = [{ content: { parts }, finishReason: 'STOP' }];
      return sendsJson(200, JSON.stringify({ candidates, usageMetadata }))(exchange);
    }
    if (path.includes('/v2beta/stable-image/generate/'))
      return sendsJson(200, JSON.stringify({ image: FAKE_IMAGE, finish_reason: 'SUCCESS', seed: 1 }))(exchange);
    const data = Array.from({ length: Number(body?.['n'] ?? 1) }, () => ({ b64_json: FAKE_IMAGE }));
    const usage = tokens === null ? {} : { usage: { input_tokens: tokens.input, output_tokens: tokens.output } };
    const answer = { created: 1, data, size: '1024x1024', quality: 'low', output_format: 'png', ...usage };
    return sendsJson(200, JSON.stringify(answer))(exchange);
  };
}
