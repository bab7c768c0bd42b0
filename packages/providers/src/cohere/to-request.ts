import { refuse } from '../convert/refuse.ts';
import type { ChatRequest, ToolDefinition } from '../spec/chat-model.ts';
import { toMessages } from './messages.ts';
import { toThinking } from './thinking.ts';

/** Cohere's ends of `p`. */
const P_MIN = 0.01;
const P_MAX = 0.99;
const STOP_SEQUENCES_MAX = 5;

/**
 * Builds the JSON body of `POST /v2/chat`. `undefined` members vanish when it is written as JSON.
 * Throws ProviderError `invalid_request` naming the parameter that the model or the format cannot serve.
 */
export function toRequest(request: ChatRequest, stream: boolean): Record<string, unknown> {
  refuseForeign(request);
  return {
    model: request.model,
    messages: toMessages(request.messages),
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    // 1 stands for every token, to which Cohere comes as near as this.
    p: request.topP === undefined ? undefined : Math.min(P_MAX, Math.max(P_MIN, request.topP)),
    frequency_penalty: toPenalty('frequency_penalty', request.frequencyPenalty),
    presence_penalty: toPenalty('presence_penalty', request.presencePenalty),
    stop_sequences: request.stop?.length ? request.stop : undefined,
    seed: request.seed,
    ...toTools(request),
    response_format: toFormat(request),
    thinking: toThinking(request.model, request.reasoningEffort, request.maxOutputTokens),
    stream,
  };
}

/** Parameters of OpenAI's format that have no equal here. Values that change nothing are let through. */
function refuseForeign(request: ChatRequest): void {
  if ((request.n ?? 1) !== 1) refuse('n', 'Cohere’s models give one answer at a time: send n as 1.');
  if (request.parallelToolCalls === false && request.tools?.length)
    refuse(
      'parallel_tool_calls',
      'Cohere’s models may call several tools at once: parallel_tool_calls cannot be false.',
    );
  if (request.logprobs || request.topLogprobs)
    refuse('logprobs', 'Cohere’s models name log probabilities by token numbers, for which the format has no place.');
  if ((request.stop?.length ?? 0) > STOP_SEQUENCES_MAX)
    refuse('stop', `Cohere’s models take at most ${STOP_SEQUENCES_MAX} stop sequences.`);
}

function toPenalty(param: string, value: number | undefined): number | undefined {
  if (value !== undefined && (value < 0 || value > 1)) refuse(param, `Cohere’s models take a ${param} from 0 to 1.`);
  return value === 0 ? undefined : value;
}

/** `tools`, `strict_tools` and `tool_choice`. One tool that has to be called is the only one the model is shown. */
function toTools(request: ChatRequest): Record<string, unknown> {
  const tools = request.tools ?? [];
  const choice = request.toolChoice ?? 'auto';
  const isForced = choice === 'required' || typeof choice === 'object';
  if (tools.length === 0) {
    if (isForced) refuse('tool_choice', 'A tool can be demanded only of a request with tools.');
    return {};
  }
  const shown =
    typeof choice === 'object' ? tools.filter((tool) => tool.function.name === choice.function.name) : tools;
  if (shown.length === 0) refuse('tool_choice', 'The tool that is demanded is not among the tools.');
  return {
    tools: shown.map(toTool),
    strict_tools: shown.some((tool) => tool.function.strict === true) ? true : undefined,
    tool_choice: isForced ? 'REQUIRED' : choice === 'none' ? 'NONE' : undefined,
  };
}

function toTool({ function: tool }: ToolDefinition): Record<string, unknown> {
  return {
    type: 'function',
    function: {
      name: tool.name,
      description: tool.description,
      parameters: tool.parameters ?? { type: 'object', properties: {} },
    },
  };
}

function toFormat({ responseFormat: format, tools }: ChatRequest): Record<string, unknown> | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  if (tools?.length) refuse('response_format', 'Cohere’s models answer in JSON only to requests without tools.');
  if (format.type === 'json_object') return { type: 'json_object' };
  const { schema } = format.json_schema;
  if (typeof schema !== 'object' || schema === null)
    refuse('response_format', 'response_format.json_schema needs a schema.');
  return { type: 'json_object', json_schema: schema };
}
