import { createHash } from 'node:crypto';
import type { ChatMessage, ChatRequest, ToolCall } from '../spec/chat-model.ts';
import type { Quirks } from './quirks.ts';

const NINE_CHAR_ID = /^[a-zA-Z0-9]{9}$/;

/** Builds the JSON body of `POST /chat/completions`. Only what the request names is sent; `undefined` members vanish when it is written as JSON. */
export function toRequest(request: ChatRequest, stream: boolean, quirks: Quirks): Record<string, unknown> {
  return {
    model: request.model,
    messages: request.messages.map((message) => toMessage(message, quirks)),
    [quirks.outputLimitField]: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    stop: request.stop,
    [quirks.seedField]: request.seed,
    n: request.n === 1 ? undefined : request.n,
    tools: request.tools,
    tool_choice: request.toolChoice,
    parallel_tool_calls: request.parallelToolCalls,
    response_format: request.responseFormat,
    reasoning_effort: request.reasoningEffort,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    stream,
    stream_options: stream && quirks.asksForStreamUsage ? { include_usage: true } : undefined,
  };
}

function toMessage(message: ChatMessage, quirks: Quirks): ChatMessage {
  const role = message.role === 'developer' && !quirks.knowsDeveloperRole ? 'system' : message.role;
  const { content, name, tool_calls: calls, tool_call_id: callId } = message;
  const reasoning_content = quirks.takesReasoningBack ? (message.reasoning_content ?? undefined) : undefined;
  if (!quirks.hasNineCharToolIds)
    return { role, content, name, tool_calls: calls, tool_call_id: callId, reasoning_content };
  return {
    role,
    content,
    name,
    reasoning_content,
    tool_calls: calls?.map((call): ToolCall => ({ ...call, id: toNineChars(call.id) })),
    tool_call_id: callId === undefined ? undefined : toNineChars(callId),
  };
}

function toNineChars(id: string): string {
  if (NINE_CHAR_ID.test(id)) return id;
  return createHash('sha256').update(id).digest('hex').slice(0, 9);
}
