import type { ChatMessageRequest } from '@q/contract/chat';
import type { ChatImage } from '@q/contract/sessions';
import { create } from 'zustand';
import type { ThreadMessage } from './queries.ts';

/** A chat can be answered by two models at once, side by side. */
export type Lane = 'first' | 'second';

/** Under what the turn of a chat and lane stands in the state. */
export const laneKey = (chat: string, lane: Lane): string => (lane === 'first' ? chat : `${chat}#${lane}`);

/** An answer that is awaited or streaming. */
export interface Turn {
  modelId: string;
  /** The question; null when an earlier one is answered again. */
  question: string | null;
  images: readonly ChatImage[];
  /** The id under which the server saved the question; null until it did. */
  questionId: string | null;
  /** The message this turn follows, for another answer its question; null before the first, undefined for the newest. */
  parentId: string | null | undefined;
  /** True for an earlier question that was written anew. */
  anew: boolean;
  answer: string;
  reasoning: string;
  /** How long it thought before its first word, in milliseconds; null while it thinks, and without thoughts. */
  reasoningMs: number | null;
  /** True while a lost connection is being opened again. */
  reconnecting: boolean;
  stopping: boolean;
  /** When it was sent, in milliseconds since the epoch. */
  startedAt: number;
}

/** Why the last turn of a chat ended without a whole answer. */
export interface TurnFailure {
  code: string;
  message: string;
  modelId: string;
  /** True when the question is saved: Retry then answers it again. Else it is back where it was written, and Retry sends it. */
  answerAgain: boolean;
  /** The saved question; undefined for the newest. */
  questionId: string | undefined;
  /** True when an earlier question was being written anew: its text is still in its editor. */
  anew: boolean;
  availableUsd: string | null;
  neededUsd: string | null;
}

interface TurnsState {
  /** The running turns by `laneKey`; a chat is a session id or `NEW_CHAT`. */
  turns: Record<string, Turn>;
  failures: Record<string, TurnFailure>;
  /** What screen readers hear about the last turn of a chat. */
  outcomes: Record<string, string>;
}

/** The turns of this page. They go on when another chat or page is opened. */
export const useTurns = create<TurnsState>()(() => ({ turns: {}, failures: {}, outcomes: {} }));

/** A question, or with `question: null` the wish for another answer to an earlier one. */
export interface TurnRequest {
  /** A session id or `NEW_CHAT`. */
  chat: string;
  lane?: Lane;
  modelId: string;
  question: string | null;
  images?: readonly ChatImage[];
  /** See `Turn.parentId`. */
  parentId?: string | null;
  anew?: boolean;
  /** The idempotency key, when it was asked before under one; a fresh one when absent. */
  key?: string;
  /** For a new chat; a saved one has its own. */
  parameters?: ChatMessageRequest['parameters'];
  /** Called when the model has begun: with the id of the chat, which may have just come to be, and of the question. */
  onStarted?: (sessionId: string, questionId: string | null) => void;
  /** Called with the answer, or what there was of it, once it is saved; and with the id of the chat. */
  onAnswer?: (message: ThreadMessage, sessionId: string) => void;
}

/** What a finished turn leaves behind: messages that follow `parentId` (undefined: the newest), in order. */
export interface TurnMessages {
  messages: ThreadMessage[];
  parentId: string | null | undefined;
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _gone, ...others } = record;
  return others;
}

/** Begins the turn of a chat and lane, and forgets how the last one ended. */
export function beginTurn({ chat, lane = 'first', ...request }: TurnRequest): void {
  const turn: Turn = {
    modelId: request.modelId,
    question: request.question,
    images: request.images ?? [],
    questionId: null,
    parentId: request.parentId,
    anew: request.anew ?? false,
    answer: '',
    reasoning: '',
    reasoningMs: null,
    reconnecting: false,
    stopping: false,
    startedAt: Date.now(),
  };
  const key = laneKey(chat, lane);
  useTurns.setState(({ turns, failures, outcomes }) => ({
    turns: { ...turns, [key]: turn },
    failures: without(failures, key),
    outcomes: without(outcomes, key),
  }));
}

/** Changes a running turn; does nothing when there is none. */
export function patchTurn(key: string, change: Partial<Turn>): void {
  useTurns.setState(({ turns }) => {
    const turn = turns[key];
    return turn ? { turns: { ...turns, [key]: { ...turn, ...change } } } : {};
  });
}

/** Gives the turn of a new chat its id. */
export function moveTurn(from: string, to: string): void {
  if (from === to) return;
  useTurns.setState(({ turns, failures }) => {
    const turn = turns[from];
    return { turns: turn ? { ...without(turns, from), [to]: turn } : turns, failures: without(failures, from) };
  });
}

/** Takes a turn away, with what is said and shown of its end. */
export function endTurn(key: string, outcome: string, failure: TurnFailure | null): void {
  useTurns.setState(({ turns, failures, outcomes }) => ({
    turns: without(turns, key),
    failures: failure ? { ...failures, [key]: failure } : without(failures, key),
    outcomes: { ...outcomes, [key]: outcome },
  }));
}

/** Takes the message of a failed turn away. */
export function dismissFailure(key: string): void {
  useTurns.setState(({ failures }) => ({ failures: without(failures, key) }));
}
