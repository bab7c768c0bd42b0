import type { ChatStreamEvent, ChatStreamFailure } from '../../lib/chat-stream.ts';
import type { ThreadMessage } from './queries.ts';
import type { Turn, TurnFailure, TurnMessages } from './turn-state.ts';

/** The last event of a turn. */
export type TurnEnd = Extract<ChatStreamEvent, { type: 'done' | 'error' }>;

/** The question of a turn as it was saved; none when an earlier one was answered again, or when it was refused. */
export function questionMessage(turn: Turn): ThreadMessage[] {
  if (turn.question === null || turn.questionId === null) return [];
  const blank = { model_id: null, usage: null, cost_usd: null, finish_reason: null, receipt: null, thumb: null };
  return [
    {
      id: turn.questionId,
      parent_id: turn.parentId ?? null,
      alternatives: [turn.questionId],
      role: 'user',
      content: turn.question,
      images: [...turn.images],
      reasoning: null,
      reasoning_ms: null,
      stopped_by: null,
      ...blank,
      created_at: new Date(turn.startedAt).toISOString(),
    },
  ];
}

/** The answer of a turn as it was saved, whole or in part; none when nothing was. */
export function answerMessage(turn: Turn, event: TurnEnd): ThreadMessage[] {
  if (event.message_id === undefined) return [];
  const done = event.type === 'done' ? event : null;
  return [
    {
      id: event.message_id,
      parent_id: (turn.question === null ? turn.parentId : turn.questionId) ?? null,
      alternatives: [event.message_id],
      role: 'assistant',
      content: turn.answer,
      images: done?.images ?? [],
      reasoning: turn.reasoning === '' ? null : turn.reasoning,
      reasoning_ms: done?.reasoning_ms ?? turn.reasoningMs,
      model_id: done?.receipt.model_id ?? turn.modelId,
      usage: done?.usage ?? null,
      cost_usd: event.cost_usd ?? null,
      finish_reason: done?.finish_reason ?? 'error',
      stopped_by: done?.stopped_by ?? null,
      receipt: done?.receipt ?? null,
      thumb: null,
      created_at: new Date().toISOString(),
    },
  ];
}

/** Why a turn failed, and what Retry has to do. */
export function toFailure(event: ChatStreamFailure, turn: Turn): TurnFailure {
  const isSaved = turn.question === null || turn.questionId !== null;
  return {
    code: event.code,
    message: event.message,
    modelId: turn.modelId,
    answerAgain: isSaved,
    questionId: (turn.question === null ? turn.parentId : turn.questionId) ?? undefined,
    anew: turn.anew,
    availableUsd: event.available_usd ?? null,
    neededUsd: event.needed_usd ?? null,
  };
}

/**
 * The open branch with the messages of a finished turn: they take the place of whatever followed their parent, and stand beside
 * it as alternatives. Null when the parent is not on the branch: it has to be read again.
 */
export function appendMessages(
  branch: readonly ThreadMessage[],
  { messages, parentId }: TurnMessages,
): ThreadMessage[] | null {
  const ids = new Set(messages.map(({ id }) => id));
  // Read again meanwhile, the branch can hold them already.
  const end = branch.findIndex(({ id }) => ids.has(id));
  const own = end === -1 ? branch.length : end;
  const cut = parentId === undefined ? own : branch.findIndex(({ id }) => id === parentId) + 1;
  if (typeof parentId === 'string' && cut === 0) return null;
  const placed: ThreadMessage[] = [];
  for (const message of messages) {
    const there = branch[cut + placed.length];
    const previous = placed.at(-1);
    const follows = !previous || branch[cut + placed.length - 1]?.id === previous.id;
    const beside = follows && there?.role === message.role ? there.alternatives.filter((id) => id !== message.id) : [];
    placed.push({ ...message, alternatives: [...beside, message.id] });
  }
  return [...branch.slice(0, cut), ...placed];
}
