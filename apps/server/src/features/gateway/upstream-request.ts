import type { ChatCompletionRequest } from '@q/contract/chat';
import type { ChatMessage, ChatRequest } from '@q/providers/spec/chat-model';
import type { ReasoningPiece } from '@q/providers/spec/reasoning-state';
import { AppError } from '../../lib/app-error.ts';
import type { CatalogModel } from '../catalog/service.ts';

type Message = ChatCompletionRequest['messages'][number];

const absent = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

function hasImages(messages: ChatCompletionRequest['messages']): boolean {
  return messages.some(
    (message) => Array.isArray(message.content) && message.content.some((part) => part.type === 'image_url'),
  );
}

/** Refuses by name what this model cannot do, rather than dropping it silently. */
function refuseUnsupported(request: ChatCompletionRequest, model: CatalogModel): void {
  if (!model.endpoints.includes('chat') && !model.endpoints.includes('responses')) {
    throw new AppError('invalid_request', { message: `${model.id} does not answer chat messages.`, param: 'model' });
  }
  if (hasImages(request.messages) && !model.inputModalities.includes('image')) {
    throw new AppError('invalid_request', { message: `${model.id} cannot read images.`, param: 'messages' });
  }
  if (request.max_tokens && request.max_completion_tokens && request.max_tokens !== request.max_completion_tokens) {
    throw new AppError('invalid_request', {
      message: 'max_tokens and max_completion_tokens differ; send one of them.',
      param: 'max_tokens',
    });
  }
}

/** The output ceiling the caller named, if any, never above what the model can do. */
export function namedOutputCap(request: ChatCompletionRequest, model: CatalogModel): number | null {
  const named = request.max_completion_tokens ?? request.max_tokens ?? null;
  return named === null ? null : Math.min(named, model.maxOutput);
}

function withState(
  messages: readonly Message[],
  stateOf: (message: Message) => readonly ReasoningPiece[],
): ChatMessage[] {
  return messages.map((message): ChatMessage => {
    const reasoningState = message.role === 'assistant' ? stateOf(message) : [];
    return reasoningState.length === 0 ? (message as ChatMessage) : { ...(message as ChatMessage), reasoningState };
  });
}

/**
 * Turns a validated request into the provider-neutral one. `maxOutputTokens` is left to the budget. `stateOf` finds what the model gave with an
 * earlier answer of its own.
 * Throws AppError `invalid_request` naming the parameter this model cannot serve.
 */
export function toUpstreamRequest(
  request: ChatCompletionRequest,
  model: CatalogModel,
  stateOf?: (message: Message) => readonly ReasoningPiece[],
): ChatRequest {
  refuseUnsupported(request, model);
  return {
    model: model.upstreamModel,
    maxOutputTokens: undefined,
    messages: stateOf === undefined ? (request.messages as ChatMessage[]) : withState(request.messages, stateOf),
    temperature: absent(request.temperature),
    topP: absent(request.top_p),
    frequencyPenalty: absent(request.frequency_penalty),
    presencePenalty: absent(request.presence_penalty),
    stop: typeof request.stop === 'string' ? [request.stop] : absent(request.stop),
    seed: absent(request.seed),
    n: absent(request.n),
    tools: absent(request.tools),
    toolChoice: absent(request.tool_choice),
    parallelToolCalls: absent(request.parallel_tool_calls),
    responseFormat: absent(request.response_format),
    reasoningEffort: absent(request.reasoning_effort),
    logprobs: absent(request.logprobs),
    topLogprobs: absent(request.top_logprobs),
  };
}
