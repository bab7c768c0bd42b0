import type { OllamaError } from '@q/contract/ollama-api';
import type { ChatResult, FinishReason, ToolCall } from '@q/providers/spec/chat-model';
import type { StreamPart } from '@q/providers/spec/stream-part';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { type CallEnd, ranOutOfMoney } from '../gateway/end-call.ts';
import { type Line, type LineHead, toFigures, toLine, toReason, toUsage } from './from-answer.ts';

/** Writes the parts of one answer as Ollama's lines. Tool calls come whole in that format: they are gathered until the answer ends. */
export function createLineWriter(head: LineHead, clock: Pick<Clock, 'now'>) {
  const calls: ToolCall[] = [];
  let finish: { reason: FinishReason; raw: string | null } = { reason: 'stop', raw: null };
  let refusal: string | null = null;

  function noteCall({ index, id, name, arguments: text }: Extract<StreamPart, { type: 'tool-call-delta' }>): void {
    calls[index] ??= { id: id ?? `call_${index}`, type: 'function', function: { name: name ?? '', arguments: '' } };
    calls[index].function.arguments += text;
  }

  function errorOf(end: CallEnd): AppError | null {
    if (end.error) return end.error;
    if (end.outcome === 'completed' || ranOutOfMoney(end.outcome)) return null;
    const message = 'The answer was stopped before it was complete. What had been delivered was charged.';
    return new AppError('upstream_error', { message });
  }

  return {
    /** The line of one part; null for a part that waits for the end. */
    part(part: StreamPart): Line | null {
      switch (part.type) {
        case 'text-delta':
          return toLine(head, part, clock.now());
        case 'reasoning-delta':
          return head.thoughts ? toLine(head, { reasoning: part.text }, clock.now()) : null;
        case 'refusal-delta':
          refusal = (refusal ?? '') + part.text;
          return toLine(head, part, clock.now());
        case 'tool-call-delta':
          noteCall(part);
          return null;
        case 'finish':
          finish = part;
          return null;
        default:
          return null;
      }
    },
    /** The last lines: tool calls, then the end with usage and cost. Throws AppError for an answer that did not end well. */
    end(end: CallEnd): Line[] {
      const error = errorOf(end);
      if (error) throw error;
      const done_reason = toReason({ finishReason: finish.reason, rawFinishReason: finish.raw, refusal });
      const now = clock.now();
      const outcome = ranOutOfMoney(end.outcome) ? { outcome: end.outcome } : {};
      const last = { ...toLine(head, {}, now), done: true, done_reason, ...toFigures(end), ...outcome };
      const made = calls.filter((call) => call !== undefined);
      return made.length === 0 ? [last] : [toLine(head, { toolCalls: made }, now), last];
    },
  };
}

/** The line that ends a stream that broke: what went wrong, and what the part that was delivered has cost. */
export function toErrorLine(error: OllamaError, end: CallEnd): OllamaError {
  return { ...error, usage: toUsage(end) };
}

/** A streamed answer as it is kept under an idempotency key. */
interface KeptStream {
  lines: object[];
  /** False when the answer was too long: only its last lines are there. */
  answer_kept: boolean;
}

/** What is kept of a stream: all it said as one line, and its last lines. `result` is null when it is too long. */
export function toKeptStream(
  head: LineHead,
  result: ChatResult | null,
  last: readonly object[],
  now: number,
): KeptStream {
  const [choice] = result?.choices ?? [];
  if (choice === undefined) return { lines: [...last], answer_kept: result !== null };
  // The calls are in the last lines.
  const { text, reasoning, refusal } = choice;
  return { lines: [toLine(head, { text: text + (refusal ?? ''), reasoning }, now), ...last], answer_kept: true };
}

/** The lines of a kept stream, with the usage and the cost of the first time. Throws AppError `conflict` for an answer too long to be kept. */
export function replayLines(body: string): object[] {
  const { lines, answer_kept } = JSON.parse(body) as KeptStream;
  if (answer_kept) return lines;
  const { usage } = (lines.at(-1) ?? {}) as Pick<Line, 'usage'>;
  throw new AppError('conflict', {
    message: `The first call with this Idempotency-Key was charged ${usage?.cost_usd} USD, but its answer was too long to be kept. Use another key to call again.`,
    extra: { cost_usd: usage?.cost_usd },
  });
}
