import { toolCallId } from '../convert/tool-call-id.ts';
import { asObject, asText, type Loose } from '../http/parse-json.ts';
import type { ChatResult, ToolCall } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { readFinishReason } from './finish-reason.ts';
import { readUsage } from './usage.ts';

/** Tool calls of one answer beyond which it is not read. */
export const TOOL_CALLS_MAX = 128;

type RawAnswer = Loose<'id' | 'message' | 'finish_reason' | 'usage'>;
type RawMessage = Loose<'content' | 'tool_calls'>;

/** A piece of content, whole or in a stream. */
export type RawContent = Loose<'type' | 'text' | 'thinking'>;

/**
 * Reads a whole answer of `POST /v2/chat`. Citations and the plan before tool calls (`tool_plan`) are left out: the chat format has no place for them.
 * Throws ProviderError `upstream` when it holds no answer.
 */
export function fromResponse(body: unknown): Omit<ChatResult, 'upstreamRequestId'> {
  const answer: RawAnswer | null = asObject(body);
  const message: RawMessage | null = asObject(answer?.message);
  if (answer === null || message === null)
    throw new ProviderError('upstream', 'The provider answered without an answer.');
  const { text, reasoning } = readContent(message.content);
  const toolCalls = toolCallsOf(message.tool_calls, answer.id);
  const finish = readFinishReason(asText(answer.finish_reason), toolCalls.length);
  return {
    choices: [
      {
        text,
        reasoning,
        refusal: null,
        toolCalls,
        finishReason: finish.reason,
        rawFinishReason: finish.raw,
        logprobs: null,
      },
    ],
    usage: readUsage(answer.usage),
  };
}

/** Text and reasoning of a content: a list of pieces, one piece as streams send it, or plain text. */
export function readContent(value: unknown): { text: string; reasoning: string } {
  let text = '';
  let reasoning = '';
  for (const given of Array.isArray(value) ? value : [value]) {
    const piece: RawContent | null = asObject(given);
    text += asText(given) ?? asText(piece?.text) ?? '';
    reasoning += asText(piece?.thinking) ?? '';
  }
  return { text, reasoning };
}

function toolCallsOf(value: unknown, answerId: unknown): ToolCall[] {
  const given = Array.isArray(value) ? value.slice(0, TOOL_CALLS_MAX) : [];
  return given.flatMap((entry, index) => {
    const call = asObject<'id' | 'function'>(entry);
    const called = asObject<'name' | 'arguments'>(call?.function);
    const name = asText(called?.name);
    if (name === null) return [];
    const written = asText(called?.arguments);
    const id = asText(call?.id) ?? toolCallId(answerId, 0, index);
    // A tool without parameters is called with null.
    const text = written === null || written.trim() === 'null' ? '{}' : written;
    return [{ id, type: 'function' as const, function: { name, arguments: text } }];
  });
}
