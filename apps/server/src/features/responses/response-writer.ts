import type { ErrorBody } from '@q/contract/errors';
import { formatUsd } from '@q/contract/money';
import type { ResponseCore, ResponseEcho } from '@q/contract/responses';
import type { FinishReason } from '@q/providers/spec/chat-model';
import type { StreamPart } from '@q/providers/spec/stream-part';
import { AppError } from '../../lib/app-error.ts';
import { type CallEnd, ranOutOfMoney } from '../gateway/end-call.ts';
import { toErrorBody } from './errors.ts';
import { createItemWriter, partsOfItems } from './item-writer.ts';
import type { ResponseEvent } from './open-item.ts';

/** What stands at the head of every answer. */
export interface ResponseHead {
  id: string;
  /** Seconds since 1970. */
  created_at: number;
  model: string;
}

/** An answer that has ended, without what it repeats of its request; that is also what is kept of it under an idempotency key. */
export interface EndedResponse {
  core: ResponseCore;
  /** What went wrong; null for an answer that is whole or was cut by a limit. */
  error: ErrorBody['error'] | null;
}

/** How an answer ended: by a limit, with an error, or well. */
interface Ending {
  limit: NonNullable<ResponseCore['incomplete_details']>['reason'] | null;
  error: AppError | null;
}

const PREFIX = 'resp_';

/** The head of the answer of a call, whose id becomes the answer's. */
export function toHead(callId: string, model: string, now: number): ResponseHead {
  return { id: `${PREFIX}${callId.slice(4)}`, created_at: Math.floor(now / 1_000), model };
}

function toUsage(end: CallEnd): ResponseCore['usage'] {
  const { usage } = end;
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
    cost_usd: formatUsd(end.costNano),
    balance_usd: formatUsd(end.balanceNano),
    usage_source: end.usageSource,
  };
}

function endingOf(end: CallEnd, finish: { reason: FinishReason; raw: string | null } | null): Ending {
  if (end.error) return { limit: null, error: end.error };
  if (end.outcome !== 'completed' && !ranOutOfMoney(end.outcome)) {
    const message = 'The answer was stopped before it was complete. What had been delivered was charged.';
    return { limit: null, error: new AppError('upstream_error', { message }) };
  }
  if (finish?.reason === 'error') {
    const why = finish.raw === null ? '' : ` (${finish.raw})`;
    const message = `The model provider ended the answer with an error${why}.`;
    return { limit: null, error: new AppError('upstream_error', { message }) };
  }
  if (finish?.reason === 'length') return { limit: 'max_output_tokens', error: null };
  return { limit: finish?.reason === 'content_filter' ? 'content_filter' : null, error: null };
}

function statusOf({ limit, error }: Ending): ResponseCore['status'] {
  if (error) return 'failed';
  return limit === null ? 'completed' : 'incomplete';
}

/** The code of a failed answer in OpenAI's words, which are fewer than ours: the `error` event has our own. */
function failureOf({ status, message }: AppError): ResponseCore['error'] {
  return { code: status < 500 ? 'invalid_prompt' : 'server_error', message };
}

const startOf = (head: ResponseHead): ResponseCore => ({
  ...head,
  object: 'response',
  completed_at: null,
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  output: [],
  usage: null,
  outcome: null,
});

function startEvents(head: ResponseHead, echo: ResponseEcho): ResponseEvent[] {
  const response = { ...startOf(head), ...echo };
  return [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
  ];
}

/** The last events. The error comes last, since clients read no further once they have seen it. */
function endEvents({ core, error }: EndedResponse, echo: ResponseEcho): ResponseEvent[] {
  const last = { type: `response.${core.status}`, response: { ...core, ...echo } };
  if (error === null) return [last];
  const { code, message, param } = error;
  return [last, { type: 'error', code, message, param, error }];
}

/** Writes the parts of one answer as the events of the Responses API, from `response.created` to its end, and as a whole. */
export function createResponseWriter(head: ResponseHead, echo: ResponseEcho) {
  const items = createItemWriter(head.id.slice(PREFIX.length));
  let finish: { reason: FinishReason; raw: string | null } | null = null;

  function close(ending: Ending, callId: string, more: Partial<ResponseCore>) {
    const done = items.end(statusOf(ending) === 'completed');
    const ended: EndedResponse = {
      core: {
        ...startOf(head),
        status: statusOf(ending),
        error: ending.error && failureOf(ending.error),
        incomplete_details: ending.limit && { reason: ending.limit },
        output: items.items(),
        ...more,
      },
      error: ending.error && toErrorBody(ending.error, callId).error,
    };
    // Items of a failed answer are not ended: a client would take a call that was cut off for one to carry out.
    return { ended, events: [...(ending.error ? [] : done), ...endEvents(ended, echo)] };
  }

  return {
    /** The events before the first part. */
    start: (): ResponseEvent[] => startEvents(head, echo),
    /** The events of one part. Throws AppError `upstream_error` for parts that no client could put together. */
    part(part: StreamPart): ResponseEvent[] {
      if (part.type === 'usage') return [];
      if (part.type !== 'finish') return items.part(part);
      finish = part;
      return [];
    },
    /** The answer after its charge, and its last events. An answer that is not whole never ends as completed. `now` in milliseconds. */
    end(end: CallEnd, call: { id: string; now: number }): { ended: EndedResponse; events: ResponseEvent[] } {
      const ending = endingOf(end, finish);
      const completed_at = statusOf(ending) === 'completed' ? Math.floor(call.now / 1_000) : null;
      return close(ending, call.id, { completed_at, usage: toUsage(end), outcome: end.outcome });
    },
    /** The last events of an answer that could not be written to its end; what it cost is not known here. */
    fail: (error: AppError, callId: string): ResponseEvent[] => close({ limit: null, error }, callId, {}).events,
  };
}

/** The events of a kept answer: each piece of text whole, with usage and cost of the first time. One that failed fails again. */
export function replayEvents(ended: EndedResponse, echo: ResponseEcho): ResponseEvent[] {
  const { id, created_at, model, output, status } = ended.core;
  const items = createItemWriter(id.slice(PREFIX.length));
  const pieces = partsOfItems(output).flatMap((part) => items.part(part));
  const done = status === 'failed' ? [] : items.end(status === 'completed');
  return [...startEvents({ id, created_at, model }, echo), ...pieces, ...done, ...endEvents(ended, echo)];
}
