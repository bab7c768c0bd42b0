import type { AnthropicError, AnthropicMessage } from '@q/contract/anthropic-messages';
import type { FinishReason } from '@q/providers/spec/chat-model';
import type { StreamPart } from '@q/providers/spec/stream-part';
import { AppError } from '../../lib/app-error.ts';
import { type CallEnd, ranOutOfMoney } from '../gateway/end-call.ts';
import { createBlockWriter, type MessageEvent, thoughtEvents } from './block-writer.ts';
import { toAnthropicError } from './errors.ts';
import { contextManagementOf, type MessageHead, type Stop, toStop, toUsage, type Wanted } from './from-answer.ts';

/** What a whole stream is told by: how it ended well, or the error it ended with. */
type Ending = { stop: Stop; error: null } | { stop: null; error: AppError };

const NOT_ENDED: { [field in keyof Stop]: null } = { stop_reason: null, stop_sequence: null, stop_details: null };

function startEvents(head: MessageHead, usage: object): MessageEvent[] {
  const message = { ...head, type: 'message', role: 'assistant', content: [], ...NOT_ENDED, usage };
  return [{ type: 'message_start', message }, { type: 'ping' }];
}

function stopEvents(
  stop: Stop,
  usage: AnthropicMessage['usage'],
  more: Pick<AnthropicMessage, 'context_management'>,
): MessageEvent[] {
  return [{ type: 'message_delta', delta: stop, usage, ...more }, { type: 'message_stop' }];
}

/** An `error` event. `usage` tells what the part that was delivered has cost. */
export function errorEvent(error: AnthropicError, usage?: AnthropicMessage['usage']): MessageEvent {
  return usage === undefined ? error : { ...error, usage };
}

/** Writes the parts of one answer as Anthropic's events, from `message_start` to `message_stop`. */
export function createEventWriter(head: MessageHead, wanted: Wanted) {
  const blocks = createBlockWriter(wanted);
  let finish: { reason: FinishReason; raw: string | null } | null = null;
  let refusal: string | null = null;

  function endingOf(end: CallEnd): Ending {
    if (end.error) return { stop: null, error: end.error };
    if (end.outcome !== 'completed' && !ranOutOfMoney(end.outcome)) {
      const message = 'The answer was stopped before it was complete. What had been delivered was charged.';
      return { stop: null, error: new AppError('upstream_error', { message }) };
    }
    const { reason, raw } = finish ?? { reason: 'stop', raw: null };
    try {
      return { stop: toStop({ finishReason: reason, rawFinishReason: raw, refusal }, wanted), error: null };
    } catch (error) {
      if (error instanceof AppError) return { stop: null, error };
      throw error;
    }
  }

  return {
    /** The events before the first part. `inputTokens` is our count: the provider's comes with the end. */
    start: (inputTokens: number): MessageEvent[] =>
      startEvents(head, {
        input_tokens: inputTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 0,
      }),
    /** The events of one part. Throws AppError `upstream_error` for parts that no client could put together. */
    part(part: StreamPart): MessageEvent[] {
      switch (part.type) {
        case 'usage':
          return [];
        case 'finish':
          finish = part;
          return [];
        case 'refusal-delta':
          refusal = (refusal ?? '') + part.text;
          return [];
        case 'reasoning-state':
          return wanted.state ? blocks.part(part) : [];
        case 'reasoning-delta':
          return wanted.thoughts ? blocks.part(part) : [];
        default:
          return blocks.part(part);
      }
    },
    /** How the answer ended; an answer that is not whole ended with an error. */
    endingOf,
    /** The last events: usage, cost and stop reason, or the error. */
    end(end: CallEnd, callId: string): MessageEvent[] {
      const { stop, error } = endingOf(end);
      const usage = toUsage(end);
      if (error) return [errorEvent(toAnthropicError(error, callId), usage)];
      return [...blocks.end(), ...stopEvents(stop, usage, contextManagementOf(wanted))];
    },
  };
}

/** A streamed answer as it is kept under an idempotency key; one that ended with an error has no stop reason. */
interface KeptStream {
  message: Omit<AnthropicMessage, keyof Stop> & ({ [field in keyof Stop]: null } | Stop);
  error: AnthropicError | null;
  /** False when the answer was too long: its blocks are missing. */
  answer_kept: boolean;
}

/** What is kept of a stream that has ended so; `content` is null when it is too long. */
export function toKeptStream(
  {
    content,
    ...rest
  }: Omit<AnthropicMessage, keyof Stop | 'content'> & { content: AnthropicMessage['content'] | null },
  ending: Ending,
  callId: string,
): KeptStream {
  const message = { ...rest, content: content ?? [] };
  const answer_kept = content !== null;
  if (ending.error) {
    return { message: { ...message, ...NOT_ENDED }, error: toAnthropicError(ending.error, callId), answer_kept };
  }
  return { message: { ...message, ...ending.stop }, error: null, answer_kept };
}

function blockEvents(block: AnthropicMessage['content'][number], index: number): MessageEvent[] {
  const events = (content_block: object, delta: object): MessageEvent[] => [
    { type: 'content_block_start', index, content_block },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ];
  switch (block.type) {
    case 'text':
      return events({ ...block, text: '' }, { type: 'text_delta', text: block.text });
    case 'thinking':
      return thoughtEvents(block, index);
    case 'redacted_thinking':
      return thoughtEvents(block, index);
    case 'tool_use':
      return events({ ...block, input: {} }, { type: 'input_json_delta', partial_json: JSON.stringify(block.input) });
  }
}

/** An answer without its blocks would look like one that is whole and empty. */
function tooLong({ id, usage }: KeptStream['message']): AppError {
  const callId = id.replace('msg_', 'req_');
  const receipt = `/api/v1/receipts/${callId}`;
  return new AppError('conflict', {
    message: `The first call with this Idempotency-Key was charged ${usage.cost_usd} USD, but its answer was too long to be kept. Its receipt is at ${receipt}. Use another key to call again.`,
    extra: { call_id: callId, cost_usd: usage.cost_usd, receipt },
  });
}

/**
 * The events of a kept stream: each block in one piece, with usage and cost of the first time. One that ended with an error ends with it again.
 * Throws AppError `conflict` for an answer that was too long to be kept.
 */
export function replayEvents(body: string): MessageEvent[] {
  const { message, error, answer_kept } = JSON.parse(body) as KeptStream;
  if (!answer_kept) throw tooLong(message);
  const { id, model, content, usage, stop_reason, stop_sequence, stop_details, context_management } = message;
  const begun = [...startEvents({ id, model }, { ...usage, output_tokens: 0 }), ...content.flatMap(blockEvents)];
  if (error) return [...begun, errorEvent(error, usage)];
  if (stop_reason === null) throw new Error('a kept stream has neither a stop reason nor an error');
  const more = context_management === undefined ? {} : { context_management };
  return [...begun, ...stopEvents({ stop_reason, stop_sequence, stop_details }, usage, more)];
}
