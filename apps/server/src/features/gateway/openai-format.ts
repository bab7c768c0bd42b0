import { formatUsd } from '@q/contract/money';
import type { ChatChoice, ChatResult } from '@q/providers/spec/chat-model';
import type { ReasoningPiece } from '@q/providers/spec/reasoning-state';
import type { StreamPart } from '@q/providers/spec/stream-part';
import type { AppError } from '../../lib/app-error.ts';
import { autoOf, type PickedModels } from './auto-model.ts';
import type { Seam } from './continue-stream.ts';
import type { CallEnd } from './end-call.ts';
import { toDetails } from './reasoning-state.ts';

/** What stands at the head of every chunk and answer. */
export interface AnswerHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  model: string;
  provider: string;
  /** What was picked where the request left the model to the marketplace. */
  picked?: PickedModels | undefined;
}

/** Usage, cost and balance in OpenAI's shape with our two fields. */
function toUsage(end: CallEnd) {
  const { usage } = end;
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    cost_usd: formatUsd(end.costNano),
    balance_usd: formatUsd(end.balanceNano),
    usage_source: end.usageSource,
  };
}

/** `reasoning_details`, where there are any. */
function detailsOf(pieces: readonly ReasoningPiece[] | undefined) {
  const details = toDetails(pieces);
  return details.length === 0 ? {} : { reasoning_details: details };
}

function toMessage(choice: ChatChoice, index: number) {
  return {
    index,
    message: {
      role: 'assistant' as const,
      content: choice.text === '' && choice.toolCalls.length > 0 ? null : choice.text,
      refusal: choice.refusal,
      ...(choice.reasoning === '' ? {} : { reasoning_content: choice.reasoning }),
      ...(choice.toolCalls.length === 0 ? {} : { tool_calls: choice.toolCalls }),
      ...detailsOf(choice.reasoningState),
    },
    finish_reason: choice.finishReason,
    logprobs: choice.logprobs ?? null,
  };
}

/** A whole answer as `chat.completion`. */
export function toCompletion(head: AnswerHead, result: ChatResult, end: CallEnd) {
  return {
    id: head.id,
    object: 'chat.completion' as const,
    created: head.created,
    model: head.model,
    provider: head.provider,
    choices: result.choices.map(toMessage),
    usage: toUsage(end),
    ...autoOf(head.picked),
  };
}

function deltaOf(part: StreamPart): Record<string, unknown> {
  switch (part.type) {
    case 'text-delta':
      return { content: part.text };
    case 'reasoning-delta':
      return { reasoning_content: part.text };
    case 'refusal-delta':
      return { refusal: part.text };
    case 'tool-call-delta': {
      const first = part.id === undefined ? {} : { id: part.id, type: 'function' };
      const name = part.name === undefined ? {} : { name: part.name };
      return { tool_calls: [{ index: part.index, ...first, function: { ...name, arguments: part.arguments } }] };
    }
    default:
      return {};
  }
}

const toSide = ({ callId, model, provider }: Seam['from']) => ({ call_id: callId, model, provider });

/** The two sides of a seam, as clients see them. */
export function toSeam({ from, to }: Seam) {
  return { from: toSide(from), to: toSide(to) };
}

/** What each call of an answer has cost that was put together from several. */
export function toParts({ parts }: CallEnd) {
  if (parts === undefined) return {};
  return { parts: parts.map((part) => ({ ...toSide(part), cost_usd: formatUsd(part.costNano) })) };
}

/** Writes parts as `chat.completion.chunk` objects; the first chunk of each choice bears the role, as clients expect. */
export function createChunkWriter(head: AnswerHead) {
  const begun = new Set<number>();
  /** Reasoning state by choice. It comes with the finish, all at once: clients keep the last of a member they do not know. */
  const states = new Map<number, ReasoningPiece[]>();
  const baseOf = ({ id, created, model, provider }: AnswerHead) => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    provider,
  });
  // Nearly all chunks are a piece of text: only that is made into JSON anew.
  const beforeIndexOf = (each: object) => `${JSON.stringify(each).slice(0, -1)},"choices":[{"index":`;
  let base = baseOf(head);
  let beforeIndex = beforeIndexOf(base);
  const afterText = '},"logprobs":null,"finish_reason":null}],"usage":null}';
  return {
    /** One chunk for a part; null for a part that has no place in a chunk. */
    chunk(part: StreamPart): string | null {
      if (part.type === 'usage') return null;
      if (part.type === 'text-delta' && part.logprobs === undefined && begun.has(part.choice))
        return `${beforeIndex}${part.choice},"delta":{"content":${JSON.stringify(part.text)}${afterText}`;
      if (part.type === 'reasoning-state') {
        states.set(part.choice, [...(states.get(part.choice) ?? []), part.piece]);
        return null;
      }
      const delta = deltaOf(part);
      if (part.type === 'finish') Object.assign(delta, detailsOf(states.get(part.choice)));
      if (!begun.has(part.choice)) {
        begun.add(part.choice);
        Object.assign(delta, { role: 'assistant', content: delta['content'] ?? '' });
      }
      const logprobs = part.type === 'text-delta' && part.logprobs !== undefined ? part.logprobs : null;
      const finish_reason = part.type === 'finish' ? part.reason : null;
      return JSON.stringify({
        ...base,
        choices: [{ index: part.choice, delta, logprobs, finish_reason }],
        usage: null,
      });
    },
    /** A chunk without text, where another provider goes on with the answer; the chunks from here on name it. */
    seam(seam: Seam): string {
      const { model, provider } = seam.to;
      base = baseOf({ ...head, model, provider });
      beforeIndex = beforeIndexOf(base);
      const choices = [{ index: 0, delta: {}, logprobs: null, finish_reason: null }];
      return JSON.stringify({ ...base, choices, usage: null, seam: toSeam(seam) });
    },
    /** The last chunk: no choices, but usage, cost and balance. */
    last(end: CallEnd): string {
      return JSON.stringify({
        ...base,
        choices: [],
        usage: toUsage(end),
        ...toParts(end),
        ...autoOf(head.picked),
        outcome: end.outcome,
      });
    },
    /** An error after output has begun, with what the delivered part cost. */
    error(error: AppError, requestId: string, end: CallEnd): string {
      const body = error.toBody(requestId);
      return JSON.stringify({ ...base, choices: [], error: body.error, usage: toUsage(end), ...toParts(end) });
    },
  };
}

/** Writes the chunks of one answer. */
export type ChunkWriter = ReturnType<typeof createChunkWriter>;
