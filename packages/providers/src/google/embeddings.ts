import { inputUsage } from '../convert/input-usage.ts';
import { textsOnly } from '../convert/texts-only.ts';
import { readVectors } from '../convert/vectors.ts';
import type { HttpProviderConfig } from '../http/chat-provider.ts';
import { EMBEDDINGS_BYTES_MAX } from '../http/limits.ts';
import { asObject } from '../http/parse-json.ts';
import { renamingParams } from '../http/rename-param.ts';
import { createWholeAnswers, type WholeRequest } from '../http/whole-answers.ts';
import type { EmbeddingProvider, EmbeddingRequest, EmbeddingResult } from '../spec/embedding-model.ts';
import { GOOGLE_ERRORS } from './errors.ts';

/** Google takes no more texts in one batch. */
const TEXTS_MAX = 100;

/**
 * Makes a provider of embeddings by Google's `batchEmbedContents`; `/models/…` is appended to its address. Embeddings of fewer dimensions than the
 * model's own come as Google cuts them, not stretched to the length 1. Throws TypeError for a base URL that is none.
 */
export function createGoogleEmbeddings(config: HttpProviderConfig): EmbeddingProvider {
  const { ask, close } = createWholeAnswers<EmbeddingRequest, Omit<EmbeddingResult, 'upstreamRequestId'>>(
    config,
    {
      keyHeader: (apiKey) => ['x-goog-api-key', apiKey],
      errors: renamingParams(GOOGLE_ERRORS, { messages: 'input' }),
    },
    { bytesMax: EMBEDDINGS_BYTES_MAX, toRequest, fromResponse },
  );
  return { id: config.id, embed: ask, close };
}

function toRequest({ model, input, dimensions }: EmbeddingRequest): WholeRequest {
  const shape = dimensions === undefined ? {} : { outputDimensionality: dimensions };
  const requests = textsOnly(input, TEXTS_MAX).map((text) => ({
    model: `models/${model}`,
    content: { parts: [{ text }] },
    ...shape,
  }));
  return { path: `/models/${encodeURIComponent(model)}:batchEmbedContents`, body: { requests } };
}

function fromResponse(body: unknown, request: EmbeddingRequest): Omit<EmbeddingResult, 'upstreamRequestId'> {
  const answer = asObject<'embeddings' | 'usageMetadata'>(body);
  const given = Array.isArray(answer?.embeddings) ? answer.embeddings : [];
  const vectors = given.map((each) => asObject<'values'>(each)?.values);
  return {
    embeddings: readVectors(vectors, request.input.length),
    usage: inputUsage(asObject<'promptTokenCount'>(answer?.usageMetadata)?.promptTokenCount),
  };
}
