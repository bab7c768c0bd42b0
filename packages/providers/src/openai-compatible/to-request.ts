import { createHash } from 'node:crypto';
import type { ChatMessage, ChatRequest, ToolCall } from '../spec/chat-model.ts';
import type { Quirks } from './quirks.ts';

const NINE_CHAR_ID = /^[a-zA-Z0-9]{9}$/;

/** Builds the JSON body of `POST /chat/completions`. Only what the request names is sent. */
export function toRequest(request: ChatRequest, stream: boolean, quirks: Quirks): Record<string, unknown> {
  const body: Record<string, unknown> = {
    model: request.model,
    messages: request.messages.map((message) => toMessage(message, quirks)),
  };
  // Most requests name little: a member that is absent is dearer to write and to pass over than to ask for.
  if (request.maxOutputTokens !== undefined) body[quirks.outputLimitField] = request.maxOutputTokens;
  if (request.temperature !== undefined) body['temperature'] = request.temperature;
  if (request.topP !== undefined) body['top_p'] = request.topP;
  if (request.frequencyPenalty !== undefined) body['frequency_penalty'] = request.frequencyPenalty;
  if (request.presencePenalty !== undefined) body['presence_penalty'] = request.presencePenalty;
  if (request.stop !== undefined) body['stop'] = request.stop;
  if (request.seed !== undefined) body[quirks.seedField] = request.seed;
  if (request.n !== undefined && request.n !== 1) body['n'] = request.n;
  if (request.tools !== undefined) body['tools'] = request.tools;
  if (request.toolChoice !== undefined) body['tool_choice'] = request.toolChoice;
  if (request.parallelToolCalls !== undefined) body['parallel_tool_calls'] = request.parallelToolCalls;
  if (request.responseFormat !== undefined) body['response_format'] = request.responseFormat;
  if (request.reasoningEffort !== undefined) body['reasoning_effort'] = request.reasoningEffort;
  if (request.logprobs !== undefined) body['logprobs'] = request.logprobs;
  if (request.topLogprobs !== undefined) body['top_logprobs'] = request.topLogprobs;
  body['stream'] = stream;
  if (stream && quirks.asksForStreamUsage) body['stream_options'] = { include_usage: true };
  return body;
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
