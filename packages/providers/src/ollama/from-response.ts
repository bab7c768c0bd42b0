import { argumentsText } from '../convert/tool-arguments.ts';
import { toolCallId } from '../convert/tool-call-id.ts';
import { asObject, asText, type Loose } from '../http/parse-json.ts';
import { readLogprobs } from '../openai-compatible/logprobs.ts';
import type { ChatResult, ToolCall } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { readDoneReason } from './finish-reason.ts';
import { readUsage } from './usage.ts';

/** Tool calls of one answer beyond which it is not read. */
export const TOOL_CALLS_MAX = 128;

/** An answer of `/api/chat` (`message`) or `/api/generate` (`response`, `thinking`), whole or one line of a stream. */
export type RawAnswer = Loose<
  | 'created_at'
  | 'message'
  | 'response'
  | 'thinking'
  | 'done'
  | 'done_reason'
  | 'logprobs'
  | 'prompt_eval_count'
  | 'eval_count'
>;

/** What a whole answer, or one line of a stream, says. */
export interface Said {
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  logprobs: unknown;
}

/** Reads a whole answer. Throws ProviderError `upstream` when it holds none. */
export function fromResponse(body: unknown): Omit<ChatResult, 'upstreamRequestId'> {
  const answer: RawAnswer | null = asObject(body);
  const said = answer === null ? null : readSaid(answer, 0);
  if (answer === null || said === null) throw new ProviderError('upstream', 'The provider answered without an answer.');
  const { reason, raw } = readDoneReason(asText(answer.done_reason), said.toolCalls.length);
  return {
    choices: [{ ...said, refusal: null, finishReason: reason, rawFinishReason: raw }],
    usage: readUsage(answer),
  };
}

/** What an answer or a line says; null when it has no place for it. `callsBefore` is the number of tool calls in the lines before. */
export function readSaid(answer: RawAnswer, callsBefore: number): Said | null {
  const message = asObject<'content' | 'thinking' | 'tool_calls'>(answer.message);
  if (message === null && typeof answer.response !== 'string') return null;
  return {
    text: asText(message?.content) ?? asText(answer.response) ?? '',
    reasoning: asText(message?.thinking) ?? asText(answer.thinking) ?? '',
    toolCalls: toolCallsOf(message?.tool_calls, answer.created_at, callsBefore),
    logprobs: readLogprobs({ content: answer.logprobs }),
  };
}

/** Calls come whole, their arguments as an object; only newer servers give them ids. */
function toolCallsOf(value: unknown, createdAt: unknown, before: number): ToolCall[] {
  const given = Array.isArray(value) ? value.slice(0, TOOL_CALLS_MAX - before) : [];
  return given.flatMap((entry, index) => {
    const call = asObject<'id' | 'function'>(entry);
    const called = asObject<'name' | 'arguments'>(call?.function);
    const name = asText(called?.name);
    if (name === null) return [];
    const id = asText(call?.id) ?? toolCallId(createdAt, 0, before + index);
    const written = asText(called?.arguments) ?? argumentsText(called?.arguments);
    return [{ id, type: 'function' as const, function: { name, arguments: written } }];
  });
}
