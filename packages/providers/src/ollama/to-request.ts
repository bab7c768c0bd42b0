import { refuse } from '../convert/refuse.ts';
import type { ChatRequest, ToolDefinition } from '../spec/chat-model.ts';
import { toMessages } from './messages.ts';

/** `think` by an effort in OpenAI's words. Models that know no levels think for any of them. */
const EFFORTS: ReadonlyMap<string, boolean | string> = new Map<string, boolean | string>([
  ['none', false],
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
]);

/**
 * Builds the JSON body of `POST /api/chat`. `undefined` members vanish when it is written as JSON.
 * Throws ProviderError `invalid_request` naming the parameter that Ollama cannot serve.
 */
export function toRequest(request: ChatRequest, stream: boolean): Record<string, unknown> {
  refuseForeign(request);
  return {
    model: request.model,
    messages: toMessages(request.messages),
    tools: toTools(request),
    format: toFormat(request.responseFormat),
    think: toThink(request.reasoningEffort),
    // Else a prompt longer than the context loses its beginning without a word.
    truncate: false,
    logprobs: request.logprobs === true ? true : undefined,
    top_logprobs: request.logprobs === true ? request.topLogprobs : undefined,
    options: {
      num_predict: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      frequency_penalty: request.frequencyPenalty,
      presence_penalty: request.presencePenalty,
      stop: request.stop?.length ? request.stop : undefined,
      seed: request.seed,
    },
    // Ollama streams unless it is told not to.
    stream,
  };
}

/** Parameters of OpenAI's format that have no equal here. Values that change nothing are let through. */
function refuseForeign(request: ChatRequest): void {
  if ((request.n ?? 1) !== 1) refuse('n', 'Ollama gives one answer at a time: send n as 1.');
  const choice = request.toolChoice ?? 'auto';
  if (choice === 'required' || typeof choice === 'object')
    refuse('tool_choice', 'Ollama cannot force a model to call a tool: send auto or none.');
  if (request.parallelToolCalls === false && request.tools?.length)
    refuse(
      'parallel_tool_calls',
      'Ollama’s models may call several tools at once: parallel_tool_calls cannot be false.',
    );
}

/** A model that is to call no tool is shown none. */
function toTools({ tools, toolChoice }: ChatRequest): Record<string, unknown>[] | undefined {
  return tools?.length && toolChoice !== 'none' ? tools.map(toTool) : undefined;
}

function toTool({ function: tool }: ToolDefinition): Record<string, unknown> {
  const parameters = tool.parameters ?? { type: 'object', properties: {} };
  return { type: 'function', function: { name: tool.name, description: tool.description, parameters } };
}

function toThink(effort: string | undefined): boolean | string | undefined {
  if (effort === undefined) return undefined;
  const think = EFFORTS.get(effort);
  if (think === undefined) refuse('reasoning_effort', `Ollama knows the efforts ${[...EFFORTS.keys()].join(', ')}.`);
  return think;
}

function toFormat(format: ChatRequest['responseFormat']): unknown {
  if (format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json_object') return 'json';
  const { schema } = format.json_schema;
  if (typeof schema !== 'object' || schema === null)
    refuse('response_format', 'response_format.json_schema needs a schema.');
  return schema;
}
