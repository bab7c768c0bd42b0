import { inputUsage } from '../convert/input-usage.ts';
import { textsOnly } from '../convert/texts-only.ts';
import { readVectors } from '../convert/vectors.ts';
import type { HttpProviderConfig } from '../http/chat-provider.ts';
import { EMBEDDINGS_BYTES_MAX } from '../http/limits.ts';
import { asObject } from '../http/parse-json.ts';
import { renamingParams } from '../http/rename-param.ts';
import { createWholeAnswers } from '../http/whole-answers.ts';
import type { EmbeddingProvider, EmbeddingRequest, EmbeddingResult } from '../spec/embedding-model.ts';
import { COHERE_ERRORS } from './errors.ts';

/** Cohere takes no more texts in one request. */
const TEXTS_MAX = 96;

/**
 * Makes a provider of embeddings by version 2 of Cohere's Embed API. `/v2/embed` is appended to its address, or `/embed` to one that ends in `/v2`.
 * Throws TypeError for a base URL that is none.
 */
export function createCohereEmbeddings(config: HttpProviderConfig): EmbeddingProvider {
  const path = /\/v2\/*$/.test(new URL(config.baseUrl).pathname) ? '/embed' : '/v2/embed';
  const { ask, close } = createWholeAnswers<EmbeddingRequest, Omit<EmbeddingResult, 'upstreamRequestId'>>(
    config,
    {
      keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
      errors: renamingParams(COHERE_ERRORS, { messages: 'input' }),
    },
    {
      bytesMax: EMBEDDINGS_BYTES_MAX,
      toRequest: (request) => ({ path, body: toRequest(request) }),
      fromResponse,
    },
  );
  return { id: config.id, embed: ask, close };
}

function toRequest({ model, input, dimensions }: EmbeddingRequest): Record<string, unknown> {
  return {
    model,
    texts: textsOnly(input, TEXTS_MAX),
    // Cohere wants to know what the embeddings are for, and OpenAI's format does not say: texts to be found, as most are.
    input_type: 'search_document',
    embedding_types: ['float'],
    // Unless told otherwise it cuts a text that is too long, and says nothing.
    truncate: 'NONE',
    ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
  };
}

function fromResponse(body: unknown, request: EmbeddingRequest): Omit<EmbeddingResult, 'upstreamRequestId'> {
  const answer = asObject<'embeddings' | 'meta'>(body);
  const vectors = asObject<'float'>(answer?.embeddings)?.float;
  const billed = asObject<'input_tokens'>(asObject<'billed_units'>(answer?.meta)?.billed_units);
  return {
    embeddings: readVectors(Array.isArray(vectors) ? vectors : [], request.input.length),
    usage: inputUsage(billed?.input_tokens),
  };
}
