import type { ReasoningPiece } from './reasoning-state.ts';
import type { StopSignal } from './stop-signal.ts';
import type { StreamPart } from './stream-part.ts';
import type { Usage } from './usage.ts';

/** Asks a provider that knows such marks (Anthropic) to cache everything up to this part for five minutes. Set only for those. */
interface CacheMark {
  cache_control?: { type: 'ephemeral' } | undefined;
}

/** A piece of a message: text, an image (https or data URL), or any other part passed through to providers that know it. */
export type ContentPart = CacheMark &
  (
    | { type: 'text'; text: string }
    | { type: 'image_url'; image_url: { url: string; detail?: 'auto' | 'low' | 'high' | undefined } }
  );

/** One call of a tool by the model. `arguments` is the JSON text as the model wrote it. */
export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** One message of the conversation, in the shape of OpenAI's chat format. */
export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  content?: string | ContentPart[] | null | undefined;
  name?: string | undefined;
  tool_calls?: ToolCall[] | undefined;
  tool_call_id?: string | undefined;
  /** What the model reasoned before this answer of its own, as the caller gave it back. Most providers are not sent it. */
  reasoning_content?: string | null | undefined;
  /** What this provider and model gave with this answer of theirs, to be given back. Never that of another. */
  reasoningState?: readonly ReasoningPiece[] | undefined;
}

/** A function the model may call; `parameters` is a JSON Schema. */
export interface ToolDefinition {
  type: 'function';
  function: {
    name: string;
    description?: string | undefined;
    parameters?: Record<string, unknown> | undefined;
    strict?: boolean | null | undefined;
  };
}

/** What is asked of a model, provider-neutral. Absent means: the provider's default. */
export interface ChatRequest {
  /** The model's name at the provider, without our prefix. */
  model: string;
  messages: ChatMessage[];
  /** Ceiling of output tokens, sent upstream in the provider's own field. */
  maxOutputTokens?: number | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  frequencyPenalty?: number | undefined;
  presencePenalty?: number | undefined;
  stop?: string[] | undefined;
  seed?: number | undefined;
  n?: number | undefined;
  tools?: ToolDefinition[] | undefined;
  toolChoice?: 'none' | 'auto' | 'required' | { type: 'function'; function: { name: string } } | undefined;
  parallelToolCalls?: boolean | undefined;
  responseFormat?:
    | { type: 'text' }
    | { type: 'json_object' }
    | { type: 'json_schema'; json_schema: Record<string, unknown> }
    | undefined;
  reasoningEffort?: string | undefined;
  logprobs?: boolean | undefined;
  topLogprobs?: number | undefined;
}

/** Why a model stopped, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'error';

/** One finished alternative of an answer. */
export interface ChatChoice {
  text: string;
  reasoning: string;
  refusal: string | null;
  toolCalls: ToolCall[];
  finishReason: FinishReason;
  /** The provider's own word, kept when it differs. */
  rawFinishReason: string | null;
  logprobs: unknown;
  /** What the model wants back with this answer in the next turn; absent where it wants nothing. */
  reasoningState?: ReasoningPiece[] | undefined;
}

/** A whole answer. `usage` is null when the provider gave none. */
export interface ChatResult {
  choices: ChatChoice[];
  usage: Usage | null;
  /** The provider's id of the request, for its support. */
  upstreamRequestId: string | null;
}

/** How one upstream call is made. */
export interface CallOptions {
  /** Aborts the upstream call at once (client gone, stopped, deadline). */
  signal: StopSignal;
  /** The provider key of this call; absent for providers that need none. */
  apiKey?: string | undefined;
}

/**
 * A chat model provider. Both functions throw `ProviderError` and nothing else.
 * `streamChat` resolves once the provider has accepted the request (headers arrived with a good status); faults after that are thrown by the iterator.
 * Ending the iteration early ends the upstream call.
 */
export interface ChatProvider {
  id: string;
  chat(request: ChatRequest, options: CallOptions): Promise<ChatResult>;
  streamChat(
    request: ChatRequest,
    options: CallOptions,
  ): Promise<{ parts: AsyncIterable<StreamPart>; upstreamRequestId: string | null }>;
}
