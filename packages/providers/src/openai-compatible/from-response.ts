import { toolCallId } from '../convert/tool-call-id.ts';
import { asObject, asText } from '../http/parse-json.ts';
import type { ChatChoice, ChatResult, ToolCall } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { readArguments, readContent } from './content.ts';
import { readFinishReason } from './finish-reason.ts';
import { readLogprobs } from './logprobs.ts';
import type { AnswerQuirks } from './quirks.ts';
import { splitThinkTags } from './think-tags.ts';
import { readUsage } from './usage.ts';

/** Alternatives, and tool calls of one alternative, beyond which an answer is not read. */
export const CHOICES_MAX = 128;
export const TOOL_CALLS_MAX = 128;

type RawMessage = {
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  refusal?: unknown;
  tool_calls?: unknown;
  function_call?: unknown;
};

/**
 * Reads a whole answer (`chat.completion`). Throws ProviderError `upstream` when it holds no alternative at all.
 * Errors inside a good status are for the caller to look for first.
 */
export function fromResponse(body: unknown, quirks: AnswerQuirks): Omit<ChatResult, 'upstreamRequestId'> {
  const answer = asObject<'id' | 'choices' | 'usage'>(body);
  const given = Array.isArray(answer?.choices) ? answer.choices.slice(0, CHOICES_MAX) : [];
  const choices: ChatChoice[] = [];
  for (const [index, value] of given.entries()) {
    const choice = choiceOf(value, { index, answerId: answer?.id, quirks });
    if (choice !== null) choices.push(choice);
  }
  if (choices.length === 0) throw new ProviderError('upstream', 'The provider answered without an answer.');
  return { choices, usage: readUsage(answer?.usage, quirks.billedOutput) };
}

function choiceOf(
  value: unknown,
  { index, answerId, quirks }: { index: number; answerId: unknown; quirks: AnswerQuirks },
): ChatChoice | null {
  const choice = asObject<'message' | 'finish_reason' | 'finish_details' | 'logprobs' | 'text'>(value);
  if (choice === null) return null;
  const message: RawMessage = asObject(choice.message) ?? { content: choice.text };
  const content = readContent(message);
  const { text, reasoning } = quirks.splitsThinkTags ? splitThinkTags(content) : content;
  const toolCalls = toolCallsOf(message, index, answerId);
  const word = asText(choice.finish_reason) ?? asText(asObject<'type'>(choice.finish_details)?.type);
  const finish = word === null ? { reason: unsaidReason(toolCalls.length), raw: null } : readFinishReason(word);
  return {
    text,
    reasoning,
    refusal: asText(message.refusal),
    toolCalls,
    finishReason: finish.reason,
    rawFinishReason: finish.raw,
    logprobs: readLogprobs(choice.logprobs),
  };
}

/** Why an answer ended whose provider does not say. */
export function unsaidReason(toolCalls: number): 'tool_calls' | 'stop' {
  return toolCalls > 0 ? 'tool_calls' : 'stop';
}

function toolCallsOf(message: RawMessage, choice: number, answerId: unknown): ToolCall[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.slice(0, TOOL_CALLS_MAX) : [];
  // The form that `tool_calls` replaced; some servers still answer in it.
  const given = calls.length > 0 || !message.function_call ? calls : [{ function: message.function_call }];
  return given.flatMap((value, index) => {
    const call = asObject<'id' | 'function'>(value);
    const called = asObject<'name' | 'arguments'>(call?.function);
    const name = asText(called?.name);
    if (name === null) return [];
    const id = asText(call?.id) ?? toolCallId(answerId, choice, index);
    return [{ id, type: 'function' as const, function: { name, arguments: readArguments(called?.arguments) } }];
  });
}
