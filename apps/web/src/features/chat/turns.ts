import type { ChatMessageRequest } from '@q/contract/chat';
import { create } from 'zustand';
import type { ChatStream, ChatStreamEvent, ChatStreamFailure } from '../../lib/chat-stream.ts';
import { NEW_CHAT, returnToDraft } from './drafts.ts';
import type { ThreadMessage } from './queries.ts';

/** An answer that is awaited or streaming. */
export interface Turn {
  modelId: string;
  /** The question; null when an earlier one is answered again. */
  question: string | null;
  /** The id under which the server saved the question; null until it did. */
  questionId: string | null;
  /** The id of the answer that this one replaces. */
  replaces: string | null;
  answer: string;
  reasoning: string;
  stopping: boolean;
  /** When it was sent, in milliseconds since the epoch. */
  startedAt: number;
}

/** Why the last turn of a chat ended without a whole answer. */
export interface TurnFailure {
  code: string;
  message: string;
  modelId: string;
  /** True when the question is saved: Retry then answers it again. Else it is back in the composer, and Retry sends it. */
  answerAgain: boolean;
  availableUsd: string | null;
  neededUsd: string | null;
}

interface TurnsState {
  /** The running turns by chat: a session id or `NEW_CHAT`. */
  turns: Record<string, Turn>;
  failures: Record<string, TurnFailure>;
  /** What screen readers hear about the last turn of a chat. */
  outcomes: Record<string, string>;
}

/** The turns of this page. They go on when another chat or page is opened. */
export const useTurns = create<TurnsState>()(() => ({ turns: {}, failures: {}, outcomes: {} }));

/** A question, or with `question: null` the wish for another answer to the last one. */
export interface TurnRequest {
  /** A session id or `NEW_CHAT`. */
  chat: string;
  modelId: string;
  question: string | null;
  replaces?: string | null;
  /** For a new chat; a saved one has its own. */
  parameters?: ChatMessageRequest['parameters'];
  /** Called with the id of a chat that has just come to be. */
  onStarted?: (sessionId: string) => void;
}

/** What a finished turn leaves behind: messages to append, in order, and the answer they take the place of. */
export interface TurnMessages {
  messages: ThreadMessage[];
  replaces: string | null;
}

/** Where turns put what they learn. */
export interface TurnSink {
  openStream(): ChatStream;
  /** A chat has come to be, or a saved one is answered: its lists are out of date. */
  started(sessionId: string, start: { title: string; modelId: string; isNew: boolean }): void;
  /** Messages were saved; `cost` is a decimal string of dollars. */
  saved(sessionId: string, messages: TurnMessages): void;
  /** Something may have been saved that this page did not hear of. */
  reload(sessionId: string): void;
  balance(usd: string): void;
  /** The cost of an answer as people read it. */
  describeCost(costUsd: string): string;
}

function patchTurn(chat: string, change: Partial<Turn>): void {
  useTurns.setState(({ turns }) => {
    const turn = turns[chat];
    return turn ? { turns: { ...turns, [chat]: { ...turn, ...change } } } : {};
  });
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _gone, ...others } = record;
  return others;
}

function endTurn(chat: string, outcome: string, failure: TurnFailure | null): void {
  useTurns.setState(({ turns, failures, outcomes }) => ({
    turns: without(turns, chat),
    failures: failure ? { ...failures, [chat]: failure } : without(failures, chat),
    outcomes: { ...outcomes, [chat]: outcome },
  }));
}

/** Takes the message of a failed turn away. */
export function dismissFailure(chat: string): void {
  useTurns.setState(({ failures }) => ({ failures: without(failures, chat) }));
}

function questionMessage(turn: Turn): ThreadMessage[] {
  if (turn.question === null || turn.questionId === null) return [];
  const blank = { model_id: null, usage: null, cost_usd: null, finish_reason: null, receipt: null };
  const created_at = new Date(turn.startedAt).toISOString();
  return [{ id: turn.questionId, role: 'user', content: turn.question, ...blank, created_at }];
}

type End = Extract<ChatStreamEvent, { type: 'done' | 'error' }>;

function answerMessage(turn: Turn, event: End): ThreadMessage[] {
  if (event.message_id === undefined) return [];
  const done = event.type === 'done' ? event : null;
  const message: ThreadMessage = {
    id: event.message_id,
    role: 'assistant',
    content: turn.answer,
    model_id: done?.receipt.model_id ?? turn.modelId,
    usage: done?.usage ?? null,
    cost_usd: event.cost_usd ?? null,
    finish_reason: done?.finish_reason ?? 'error',
    receipt: done?.receipt ?? null,
    created_at: new Date().toISOString(),
  };
  if (turn.reasoning !== '') message.reasoning = turn.reasoning;
  if (done?.stopped_by === 'balance') message.stoppedBy = 'balance';
  else if (turn.stopping && done) message.stoppedBy = 'person';
  return [message];
}

function toFailure(event: ChatStreamFailure, turn: Turn): TurnFailure {
  return {
    code: event.code,
    message: event.message,
    modelId: turn.modelId,
    answerAgain: turn.question === null || turn.questionId !== null,
    availableUsd: event.available_usd ?? null,
    neededUsd: event.needed_usd ?? null,
  };
}

const STOPPED_EARLY = 'Stopped before the answer began. Nothing was charged.';

/** Collects text and hands it on once a frame: a fast model sends hundreds of pieces a second. */
function createTextBuffer(flush: (answer: string, reasoning: string) => void) {
  let answer = '';
  let reasoning = '';
  let frame = 0;
  const run = () => {
    frame = 0;
    flush(answer, reasoning);
  };
  return {
    add(text: string, isReasoning: boolean): void {
      if (isReasoning) reasoning += text;
      else answer += text;
      if (frame === 0) frame = requestAnimationFrame(run);
    },
    /** Hands on what is left, at once. */
    end(): void {
      if (frame !== 0) cancelAnimationFrame(frame);
      run();
    },
  };
}

/** Sockets kept open for the next question. */
const IDLE_MAX = 2;

interface Run {
  /** Where the turn stands now: a new chat gets its id on the way. */
  chat: string;
  stream: ChatStream;
  text: ReturnType<typeof createTextBuffer>;
}

/** Puts a failed turn's question, what was saved of it and the reason where they belong. */
function settleFailure(sink: TurnSink, chat: string, turn: Turn, event: ChatStreamFailure): void {
  const partial = answerMessage(turn, event);
  const questionSaved = turn.questionId !== null;
  if (partial.length > 0)
    sink.saved(chat, { messages: [...questionMessage(turn), ...partial], replaces: turn.replaces });
  else if (chat !== NEW_CHAT && (questionSaved || event.code === 'connection_lost')) sink.reload(chat);
  if (turn.question !== null && !questionSaved) returnToDraft(chat, turn.question);
  if (event.balance_usd !== undefined) sink.balance(event.balance_usd);
  if (turn.stopping && partial.length === 0) endTurn(chat, STOPPED_EARLY, null);
  else endTurn(chat, event.message, toFailure(event, turn));
}

/** Puts a whole answer, or what there was of it when it was stopped, where it belongs. */
function settleAnswer(sink: TurnSink, chat: string, turn: Turn, event: Extract<End, { type: 'done' }>): void {
  const messages = [...questionMessage(turn), ...answerMessage(turn, event)];
  sink.saved(chat, { messages, replaces: turn.replaces });
  sink.balance(event.balance_usd);
  const cost = sink.describeCost(event.cost_usd);
  endTurn(chat, turn.stopping ? `Stopped, ${cost}` : `Answer complete, ${cost}`, null);
}

/** Gives the turn of a new chat its id. */
function moveTurn(run: Run, to: string): void {
  const from = run.chat;
  run.chat = to;
  if (from === to) return;
  useTurns.setState(({ turns, failures }) => {
    const turn = turns[from];
    return { turns: turn ? { ...without(turns, from), [to]: turn } : turns, failures: without(failures, from) };
  });
}

function toWire({ chat, modelId, question, parameters }: TurnRequest): ChatMessageRequest {
  return {
    model_id: modelId,
    message: question ?? '',
    ...(chat === NEW_CHAT ? {} : { session_id: chat }),
    ...(question === null ? { regenerate: true } : {}),
    ...(parameters && Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}

function beginTurn({ chat, modelId, question, replaces = null }: TurnRequest): void {
  const turn: Turn = {
    modelId,
    question,
    questionId: null,
    replaces,
    answer: '',
    reasoning: '',
    stopping: false,
    startedAt: Date.now(),
  };
  useTurns.setState(({ turns, failures, outcomes }) => ({
    turns: { ...turns, [chat]: turn },
    failures: without(failures, chat),
    outcomes: without(outcomes, chat),
  }));
}

/** Runs turns: sends, follows the stream, and puts the outcome where it belongs. Several chats can be answered at once. */
export function createTurnRunner(sink: TurnSink) {
  const idle: ChatStream[] = [];
  const runs = new Set<Run>();

  function release(run: Run): void {
    runs.delete(run);
    if (idle.length < IDLE_MAX) idle.push(run.stream);
    else run.stream.close();
  }

  function onStarted(run: Run, request: TurnRequest, event: Extract<ChatStreamEvent, { type: 'session' }>): void {
    const isNew = run.chat === NEW_CHAT;
    moveTurn(run, event.session_id);
    patchTurn(run.chat, { questionId: event.user_message_id });
    sink.started(run.chat, { title: event.title, modelId: request.modelId, isNew });
    if (isNew) request.onStarted?.(run.chat);
  }

  function onEnd(run: Run, event: End): void {
    run.text.end();
    release(run);
    const turn = useTurns.getState().turns[run.chat];
    if (!turn) return;
    if (event.type === 'done') settleAnswer(sink, run.chat, turn, event);
    else settleFailure(sink, run.chat, turn, event);
  }

  function onEvent(run: Run, request: TurnRequest, event: ChatStreamEvent): void {
    if (event.type === 'session') onStarted(run, request, event);
    else if (event.type === 'delta' || event.type === 'reasoning') run.text.add(event.text, event.type === 'reasoning');
    else onEnd(run, event);
  }

  return {
    /** Sends a question. Does nothing while an answer of the same chat is running. */
    ask(request: TurnRequest): void {
      if (useTurns.getState().turns[request.chat]) return;
      beginTurn(request);
      const run: Run = {
        chat: request.chat,
        stream: idle.pop() ?? sink.openStream(),
        text: createTextBuffer((answer, reasoning) => patchTurn(run.chat, { answer, reasoning })),
      };
      runs.add(run);
      run.stream.ask({ request: toWire(request), onEvent: (event) => onEvent(run, request, event) });
    },
    /** Stops the answer of a chat; what was delivered stays and is paid. */
    stop(chat: string): void {
      const run = [...runs].find((entry) => entry.chat === chat);
      if (!run) return;
      patchTurn(chat, { stopping: true });
      run.stream.stop();
    },
    /** Forgets every turn and leaves the server, at sign-out. */
    forget(): void {
      useTurns.setState({ turns: {}, failures: {}, outcomes: {} });
      for (const stream of [...[...runs].map((run) => run.stream), ...idle]) stream.close();
      runs.clear();
      idle.length = 0;
    },
  };
}

export type TurnRunner = ReturnType<typeof createTurnRunner>;
