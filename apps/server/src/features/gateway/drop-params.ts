import type { ChatRequest } from '@q/providers/spec/chat-model';
import { ProviderError } from '@q/providers/spec/provider-error';

/** The fields that go with a parameter a provider may refuse. Without messages, model or tools it would be another request. */
const FIELDS: Record<string, (keyof ChatRequest)[]> = {
  frequency_penalty: ['frequencyPenalty'],
  presence_penalty: ['presencePenalty'],
  temperature: ['temperature'],
  top_p: ['topP'],
  stop: ['stop'],
  seed: ['seed'],
  n: ['n'],
  logprobs: ['logprobs', 'topLogprobs'],
  top_logprobs: ['logprobs', 'topLogprobs'],
  parallel_tool_calls: ['parallelToolCalls'],
  tool_choice: ['toolChoice'],
  response_format: ['responseFormat'],
  reasoning_effort: ['reasoningEffort'],
};

/** The request without what `error` complains of; null when that is not a parameter that can be left out, or was not there. */
function without(request: ChatRequest, error: unknown): { request: ChatRequest; param: string } | null {
  if (!(error instanceof ProviderError) || error.kind !== 'invalid_request' || error.param === null) return null;
  const fields = FIELDS[error.param];
  if (fields === undefined || fields.every((field) => request[field] === undefined)) return null;
  return {
    request: { ...request, ...Object.fromEntries(fields.map((field) => [field, undefined])) },
    param: error.param,
  };
}

/**
 * Asks with ever fewer parameters, as long as the provider names one it cannot serve. Their names are added to `dropped`.
 * Throws what `ask` throws for anything else.
 */
export async function askWithoutRefused<T>(
  request: ChatRequest,
  dropped: string[],
  ask: (request: ChatRequest) => Promise<T>,
): Promise<T> {
  let left = request;
  for (;;) {
    try {
      return await ask(left);
    } catch (error) {
      const fewer = without(left, error);
      if (fewer === null) throw error;
      left = fewer.request;
      dropped.push(fewer.param);
    }
  }
}
