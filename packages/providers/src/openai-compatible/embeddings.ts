import { inputUsage } from '../convert/input-usage.ts';
import { textsOnly } from '../convert/texts-only.ts';
import { readVectors } from '../convert/vectors.ts';
import type { HttpProviderConfig } from '../http/chat-provider.ts';
import { EMBEDDINGS_BYTES_MAX } from '../http/limits.ts';
import { asObject } from '../http/parse-json.ts';
import { renamingParams } from '../http/rename-param.ts';
import { createWholeAnswers } from '../http/whole-answers.ts';
import type { EmbeddingProvider, EmbeddingRequest, EmbeddingResult } from '../spec/embedding-model.ts';
import { errorFromAnswer, errorFromObject } from './errors.ts';

/** How a provider departs from OpenAI's own embeddings API. */
export interface EmbeddingQuirks {
  /** True: answers in base64 are asked for, a quarter of the size of numbers in decimals. Not every server knows them. */
  asksForBase64: boolean;
  dimensionsField: 'dimensions' | 'output_dimension';
  /** True: inputs may be lists of tokens. */
  readsTokens: boolean;
}

/** OpenAI's own embeddings API. */
export const OPENAI_EMBEDDINGS: EmbeddingQuirks = {
  asksForBase64: true,
  dimensionsField: 'dimensions',
  readsTokens: true,
};

/** Mistral's: other names, and texts only. */
export const MISTRAL_EMBEDDINGS: EmbeddingQuirks = {
  asksForBase64: false,
  dimensionsField: 'output_dimension',
  readsTokens: false,
};

/** What a server has in common that calls itself compatible and is not known better. */
const COMPATIBLE_EMBEDDINGS: EmbeddingQuirks = { ...OPENAI_EMBEDDINGS, asksForBase64: false };

/** Makes a provider that speaks OpenAI's embeddings format; `/embeddings` is appended to its address. Throws TypeError for a base URL that is none. */
export function createOpenAiCompatibleEmbeddings(
  config: HttpProviderConfig & { quirks?: EmbeddingQuirks },
): EmbeddingProvider {
  const quirks = config.quirks ?? COMPATIBLE_EMBEDDINGS;
  const errors = renamingParams({ fromAnswer: errorFromAnswer, fromObject: errorFromObject }, { messages: 'input' });
  const { ask, close } = createWholeAnswers<EmbeddingRequest, Omit<EmbeddingResult, 'upstreamRequestId'>>(
    config,
    { keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`], errors },
    {
      bytesMax: EMBEDDINGS_BYTES_MAX,
      toRequest: (request) => ({ path: '/embeddings', body: toRequest(request, quirks) }),
      fromResponse: (body, request) => fromResponse(body, request.input.length),
    },
  );
  return { id: config.id, embed: ask, close };
}

function toRequest({ model, input, dimensions }: EmbeddingRequest, quirks: EmbeddingQuirks): Record<string, unknown> {
  return {
    model,
    input: quirks.readsTokens ? input : textsOnly(input),
    ...(quirks.asksForBase64 ? { encoding_format: 'base64' } : {}),
    ...(dimensions === undefined ? {} : { [quirks.dimensionsField]: dimensions }),
  };
}

function fromResponse(body: unknown, count: number): Omit<EmbeddingResult, 'upstreamRequestId'> {
  const answer = asObject<'data' | 'usage'>(body);
  const items = (Array.isArray(answer?.data) ? answer.data : []).map(asObject<'index' | 'embedding'>);
  const inOrder: unknown[] = [];
  items.forEach((item, position) => {
    const index = typeof item?.index === 'number' ? item.index : position;
    // An index that is no place of the list would grow it; one that comes twice leaves a hole, which is no embedding.
    if (Number.isInteger(index) && index >= 0 && index < items.length) inOrder[index] = item?.embedding;
  });
  const usage = asObject<'prompt_tokens' | 'total_tokens'>(answer?.usage);
  return {
    embeddings: readVectors(Array.from(inOrder), count),
    usage: inputUsage(usage?.prompt_tokens ?? usage?.total_tokens),
  };
}
