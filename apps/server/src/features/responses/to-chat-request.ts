import type { ChatCompletionRequest } from '@q/contract/chat';
import type { ResponsesRequest } from '@q/contract/responses';
import { toChatMessages } from './to-chat-messages.ts';

/**
 * Turns a validated request of the Responses API into the one all models are called by.
 * Throws AppError `invalid_request` naming what cannot be said in it.
 */
export function toChatRequest(body: ResponsesRequest): ChatCompletionRequest {
  const hasTools = (body.tools?.length ?? 0) > 0;
  const isFree = body.tool_choice === 'auto' || body.tool_choice === 'none';
  const hasLogprobs = (body.top_logprobs ?? 0) > 0 || body.include?.includes('message.output_text.logprobs') === true;
  return {
    model: body.model,
    models: body.models,
    provider: body.provider,
    messages: toChatMessages(body),
    stream: body.stream,
    max_completion_tokens: body.max_output_tokens,
    temperature: body.temperature,
    top_p: body.top_p,
    tools: hasTools ? body.tools?.map(toTool) : undefined,
    // Clients send these without tools too, which many servers refuse.
    tool_choice: !hasTools && isFree ? undefined : toToolChoice(body.tool_choice),
    parallel_tool_calls: hasTools ? body.parallel_tool_calls : undefined,
    response_format: toFormat(body.text?.format),
    reasoning_effort: body.reasoning?.effort,
    ...(hasLogprobs ? { logprobs: true, top_logprobs: body.top_logprobs } : {}),
  };
}

/** A function is strict only when told so: a schema written without that in mind is refused by providers that enforce it. */
function toTool({ name, description, parameters, strict }: NonNullable<ResponsesRequest['tools']>[number]) {
  return {
    type: 'function' as const,
    function: {
      name,
      ...(description == null ? {} : { description }),
      ...(parameters == null ? {} : { parameters }),
      ...(strict === true ? { strict } : {}),
    },
  };
}

function toToolChoice(choice: ResponsesRequest['tool_choice']): ChatCompletionRequest['tool_choice'] {
  if (choice == null || typeof choice === 'string') return choice;
  return { type: 'function', function: { name: choice.name } };
}

type Format = NonNullable<ResponsesRequest['text']>['format'];

function toFormat(format: Format): ChatCompletionRequest['response_format'] {
  if (format?.type !== 'json_schema') return format;
  const { name, schema, description, strict } = format;
  const more = { ...(description == null ? {} : { description }), ...(strict == null ? {} : { strict }) };
  return { type: 'json_schema', json_schema: { name, schema, ...more } };
}
