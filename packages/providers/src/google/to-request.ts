import { refuse } from '../convert/refuse.ts';
import type { ChatRequest, ToolDefinition } from '../spec/chat-model.ts';
import { toContents } from './contents.ts';
import { traitsOf } from './model-traits.ts';
import { toThinkingConfig } from './thinking.ts';

/**
 * Builds path and JSON body of `generateContent` and `streamGenerateContent` (v1beta). Streams are asked for as server-sent events.
 * Throws ProviderError `invalid_request` naming the parameter that the model or the format cannot serve.
 */
export function toRequest(request: ChatRequest, stream: boolean): { path: string; body: Record<string, unknown> } {
  if (request.parallelToolCalls === false && request.tools?.length)
    refuse(
      'parallel_tool_calls',
      'Google’s models may call several tools at once: parallel_tool_calls cannot be false.',
    );
  const traits = traitsOf(request.model);
  const { system, contents } = toContents(request.messages, traits);
  const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return {
    path: `/models/${encodeURIComponent(request.model)}:${method}`,
    body: {
      systemInstruction: system.length === 0 ? undefined : { parts: system },
      contents,
      tools: request.tools?.length ? [{ functionDeclarations: request.tools.map(toDeclaration) }] : undefined,
      toolConfig: toToolConfig(request),
      generationConfig: {
        maxOutputTokens: request.maxOutputTokens,
        temperature: request.temperature,
        topP: request.topP,
        frequencyPenalty: request.frequencyPenalty === 0 ? undefined : request.frequencyPenalty,
        presencePenalty: request.presencePenalty === 0 ? undefined : request.presencePenalty,
        stopSequences: request.stop?.length ? request.stop : undefined,
        seed: request.seed,
        candidateCount: request.n === 1 ? undefined : request.n,
        responseLogprobs: request.logprobs === true ? true : undefined,
        logprobs: request.logprobs === true ? request.topLogprobs : undefined,
        thinkingConfig: toThinkingConfig(traits, request.reasoningEffort),
        ...toFormat(request.responseFormat),
      },
    },
  };
}

function toDeclaration({ function: tool }: ToolDefinition): Record<string, unknown> {
  return { name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters };
}

/** `VALIDATED` holds calls to their schemas without demanding one, which is what `strict` asks for. */
function toToolConfig(request: ChatRequest): Record<string, unknown> | undefined {
  const choice = request.toolChoice ?? 'auto';
  const tools = request.tools ?? [];
  if (tools.length === 0) {
    if (choice !== 'auto' && choice !== 'none')
      refuse('tool_choice', 'A tool can be demanded only of a request with tools.');
    return undefined;
  }
  if (typeof choice === 'object') return calling({ mode: 'ANY', allowedFunctionNames: [choice.function.name] });
  if (choice === 'required') return calling({ mode: 'ANY' });
  if (choice === 'none') return calling({ mode: 'NONE' });
  if (tools.some((tool) => tool.function.strict === true)) return calling({ mode: 'VALIDATED' });
  return request.toolChoice === undefined ? undefined : calling({ mode: 'AUTO' });
}

function calling(functionCallingConfig: Record<string, unknown>): Record<string, unknown> {
  return { functionCallingConfig };
}

function toFormat(format: ChatRequest['responseFormat']): Record<string, unknown> {
  if (format === undefined || format.type === 'text') return {};
  if (format.type === 'json_object') return { responseMimeType: 'application/json' };
  const { schema } = format.json_schema;
  if (typeof schema !== 'object' || schema === null)
    refuse('response_format', 'response_format.json_schema needs a schema.');
  return { responseMimeType: 'application/json', responseJsonSchema: schema };
}
