import type { ErrorBody } from '@q/contract/errors';
import { formatUsd } from '@q/contract/money';
import type { ChatResult } from '@q/providers/spec/chat-model';
import { type CallAnswer, KEPT_BYTES_MAX } from '../idempotency/service.ts';
import { createAnswerAssembler } from './assemble-answer.ts';
import type { Seam } from './continue-stream.ts';
import { type CallEnd, endedShortOf, type Outcome } from './end-call.ts';
import { type AnswerHead, toCompletion, toParts, toSeam } from './openai-format.ts';
import type { GatewayEvent } from './service.ts';

type Completion = ReturnType<typeof toCompletion>;
type Message = Completion['choices'][number]['message'];

/** A seam of an answer, behind so many characters of its text. */
interface PlacedSeam {
  seam: Seam;
  at: number;
}

/** A seam as it is kept: behind so many characters of the text. */
type KeptSeam = ReturnType<typeof toSeam> & { at: number };

/** A streamed answer as it is kept under an idempotency key: put together, with how it ended. */
interface KeptStream {
  completion: Completion;
  /** Where another provider went on with the answer. */
  seams?: KeptSeam[];
  /** What each call has cost where there were several. */
  parts?: ReturnType<typeof toParts>['parts'];
  outcome: Outcome;
  error: ErrorBody['error'] | null;
  /** False when the answer was too long: the choices are missing. */
  answer_kept: boolean;
}

interface MoneyHeaders extends Record<string, string> {
  'x-cost-usd': string;
  'x-balance-usd': string;
}

/** The headers that tell what a call cost and left, and what of the money ended its answer (`balance`, `key_limit`) where that did. */
export function moneyHeaders({ costNano, balanceNano, outcome }: CallEnd): MoneyHeaders {
  const shortOf = endedShortOf(outcome);
  return {
    'x-cost-usd': formatUsd(costNano),
    'x-balance-usd': formatUsd(balanceNano),
    ...(shortOf === null ? {} : { 'x-stopped-by': shortOf }),
  };
}

/** True for a call whose end is kept under its idempotency key: it was carried out or charged. Any other leaves its key free. */
export function cameToSomething({ outcome, usage }: CallEnd): boolean {
  return outcome === 'completed' || usage.inputTokens + usage.outputTokens > 0;
}

/** What is kept of a streamed answer; of one that is too long, its usage and cost. */
function toKeptStream(
  head: AnswerHead,
  answer: {
    result: ChatResult | null;
    headers: Record<string, string>;
    callId: string;
    seams: readonly PlacedSeam[];
  },
  end: CallEnd,
): CallAnswer {
  const { result } = answer;
  const completion = toCompletion(head, result ?? { choices: [], usage: null, upstreamRequestId: null }, end);
  const error = end.error?.toBody(answer.callId).error ?? null;
  const { outcome } = end;
  const seams = answer.seams.map(({ seam, at }) => ({ ...toSeam(seam), at }));
  const several = seams.length === 0 ? {} : { seams, ...toParts(end) };
  const kept: KeptStream = { completion, ...several, outcome, error, answer_kept: result !== null };
  const short: KeptStream = { ...kept, completion: { ...completion, choices: [] }, answer_kept: false };
  return { status: 200, headers: { ...answer.headers, ...moneyHeaders(end) }, body: kept, short };
}

/** Puts a streamed answer together as it passes, to be kept under its idempotency key. */
export function createStreamKeeper(head: AnswerHead, of: { headers: Record<string, string>; callId: string }) {
  const answer = createAnswerAssembler(KEPT_BYTES_MAX);
  const seams: PlacedSeam[] = [];
  return {
    /** Notes an event. At the end of a call that came to something: what is to be kept. */
    note(event: GatewayEvent): CallAnswer | null {
      if (event.seam) seams.push({ seam: event.seam, at: answer.textLength() });
      if (event.type === 'part') answer.note(event.part);
      else if (cameToSomething(event.end))
        return toKeptStream(head, { ...of, result: answer.result(event.end.outcome), seams }, event.end);
      return null;
    },
  };
}

/** What stands before the text of a message, in the delta that begins it. */
function beforeText({ refusal, reasoning_content }: Message) {
  return {
    role: 'assistant',
    ...(refusal === null ? {} : { refusal }),
    ...(reasoning_content === undefined ? {} : { reasoning_content }),
  };
}

/** What stands behind the text of a message. */
function behindText({ tool_calls, reasoning_details }: Message) {
  return {
    ...(tool_calls === undefined ? {} : { tool_calls: tool_calls.map((call, at) => ({ index: at, ...call })) }),
    ...(reasoning_details === undefined ? {} : { reasoning_details }),
  };
}

/** Who answers, as every chunk names it. */
type Speaker = Pick<Completion, 'model' | 'provider'>;

/** A piece of a kept answer, by whom it is, and the seam before it where another provider went on. */
interface Piece {
  by: Speaker;
  content: string;
  seam?: Pick<KeptSeam, 'from' | 'to'>;
}

/** The text of a kept message, cut where another provider went on with it. */
function piecesOf(content: string, first: Speaker, seams: readonly KeptSeam[]): [Piece, ...Piece[]] {
  const endOf = (nth: number) => seams[nth]?.at ?? content.length;
  const later = seams.map(({ from, to, at }, nth): Piece => {
    return { by: to, content: content.slice(at, endOf(nth + 1)), seam: { from, to } };
  });
  return [{ by: first, content: content.slice(0, endOf(0)) }, ...later];
}

/**
 * The frames of a kept stream: one chunk with the text of each choice and one with its finish, then the last chunk with the usage and the
 * cost of the first time, and `[DONE]`. A stream that ended with an error ends with it again. Where another provider went on with the answer,
 * its text is cut by the seam, and the chunks from there on name who went on.
 */
export function replayFrames(body: string): string[] {
  const { completion, seams = [], parts, outcome, error, answer_kept } = JSON.parse(body) as KeptStream;
  const { id, created, usage, auto } = completion;
  const last = seams.at(-1)?.to ?? completion;
  const frame = ({ model, provider }: Speaker, more: object) =>
    JSON.stringify({ id, object: 'chat.completion.chunk', created, model, provider, ...more });
  const chunks = completion.choices.flatMap(({ index, message, finish_reason }) => {
    const chunk = (by: Speaker, delta: object, more: { finish_reason?: string; seam?: object } = {}) => {
      const { finish_reason = null, ...beside } = more;
      return frame(by, { choices: [{ index, delta, logprobs: null, finish_reason }], usage: null, ...beside });
    };
    const pieces = piecesOf(message.content ?? '', completion, seams);
    const frames = pieces.flatMap(({ by, content, seam }, nth) => {
      const before = nth === 0 ? beforeText(message) : {};
      const behind = nth === pieces.length - 1 ? behindText(message) : {};
      return [...(seam ? [chunk(by, {}, { seam })] : []), chunk(by, { ...before, content, ...behind })];
    });
    return error ? frames : [...frames, chunk(last, {}, { finish_reason })];
  });
  const facts = {
    choices: [],
    usage,
    ...(parts === undefined ? {} : { parts }),
    replayed: true,
    ...(answer_kept ? {} : { answer_kept }),
  };
  if (error) return [...chunks, frame(last, { ...facts, error })];
  return [...chunks, frame(last, { ...facts, ...(auto === undefined ? {} : { auto }), outcome }), '[DONE]'];
}
