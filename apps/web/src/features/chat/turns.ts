import type { ChatMessageRequest } from '@q/contract/chat';
import type { ChatRunningTurn } from '@q/contract/sessions';
import type { ChatStream, ChatStreamEvent, ChatStreamFailure, ChatTurn } from '../../lib/chat-stream.ts';
import { randomId } from '../../lib/random-id.ts';
import { returnAttachments } from './attachments.ts';
import { NEW_CHAT, returnToDraft } from './drafts.ts';
import type { KeyedRequest } from './pending-turn.ts';
import { t } from './strings.ts';
import { answerMessage, questionMessage, type TurnEnd, toFailure } from './turn-outcome.ts';
import {
  beginTurn,
  endTurn,
  type Lane,
  laneKey,
  moveTurn,
  patchTurn,
  type Turn,
  type TurnMessages,
  type TurnRequest,
  useTurns,
} from './turn-state.ts';

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
  /** A new chat was asked this and has not begun to answer; null: it has, or it failed. */
  pending(request: KeyedRequest | null): void;
  /** The cost of an answer as people read it. */
  describeCost(costUsd: string): string;
}

const STOPPED_EARLY = t('stoppedBeforeTheAnswer');

/** Collects text and hands it on once a frame: a fast model sends hundreds of pieces a second. */
function createTextBuffer(flush: (change: Pick<Turn, 'answer' | 'reasoning' | 'reasoningMs'>) => void) {
  const blank = { answer: '', reasoning: '', reasoningMs: null as number | null };
  let now = { ...blank };
  let thinksSince: number | null = null;
  let frame = 0;
  const run = () => {
    frame = 0;
    flush({ ...now });
  };
  return {
    add(text: string, isReasoning: boolean): void {
      if (isReasoning) {
        thinksSince ??= Date.now();
        now.reasoning += text;
      } else {
        if (thinksSince !== null) now.reasoningMs ??= Date.now() - thinksSince;
        now.answer += text;
      }
      if (frame === 0) frame = requestAnimationFrame(run);
    },
    /** Forgets everything: the turn begins again. What is shown stays until there is more, or the page would blink. */
    clear(): void {
      now = { ...blank };
      thinksSince = null;
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
  lane: Lane;
  request: TurnRequest;
  stream: ChatStream;
  text: ReturnType<typeof createTextBuffer>;
  /** True for an answer that ran already, begun before a reload or elsewhere. */
  joined: boolean;
}

const keyOf = (run: Pick<Run, 'chat' | 'lane'>): string => laneKey(run.chat, run.lane);

/** Gives back what was written to where it was written; an editor of an earlier question still has it. */
function giveBack(chat: string, turn: Turn): void {
  if (turn.question === null || turn.anew) return;
  if (turn.question !== '') returnToDraft(chat, turn.question);
  returnAttachments(chat, turn.images);
}

/** Puts a failed turn's question, what was saved of it and the reason where they belong. */
function settleFailure(sink: TurnSink, run: Run, turn: Turn, event: ChatStreamFailure): void {
  const { chat } = run;
  const partial = answerMessage(turn, event);
  const questionSaved = turn.questionId !== null;
  const isUnsure = event.code === 'connection_lost' || event.call_id !== undefined || run.joined;
  if (partial.length > 0)
    sink.saved(chat, { messages: [...questionMessage(turn), ...partial], parentId: turn.parentId });
  else if (chat !== NEW_CHAT && (questionSaved || isUnsure)) sink.reload(chat);
  // It has ended between the look at the chat and the wish to join: the answer is there, or will be read.
  if (run.joined && event.code === 'not_found') {
    endTurn(keyOf(run), '', null);
    return;
  }
  if (!questionSaved) giveBack(chat, turn);
  if (event.balance_usd !== undefined) sink.balance(event.balance_usd);
  if (turn.stopping && partial.length === 0) endTurn(keyOf(run), STOPPED_EARLY, null);
  else endTurn(keyOf(run), event.message, toFailure(event, turn));
  for (const message of partial) run.request.onAnswer?.(message, run.chat);
}

/** Puts a whole answer, or what there was of it when it was stopped, where it belongs. */
function settleAnswer(sink: TurnSink, run: Run, turn: Turn, event: Extract<TurnEnd, { type: 'done' }>): void {
  const answer = answerMessage(turn, event);
  sink.saved(run.chat, { messages: [...questionMessage(turn), ...answer], parentId: turn.parentId });
  if (event.answer_kept === false) sink.reload(run.chat);
  sink.balance(event.balance_usd);
  const cost = sink.describeCost(event.cost_usd);
  endTurn(keyOf(run), event.stopped_by ? t('stoppedAt', { cost }) : t('answerComplete', { cost }), null);
  for (const message of answer) run.request.onAnswer?.(message, run.chat);
}

function toWire({ chat, modelId, question, parentId, images = [], parameters }: TurnRequest): ChatMessageRequest {
  return {
    model_id: modelId,
    message: question ?? '',
    ...(chat === NEW_CHAT ? {} : { session_id: chat }),
    ...(chat === NEW_CHAT || parentId === undefined ? {} : { parent_id: parentId }),
    ...(question === null ? { regenerate: true } : {}),
    ...(images.length > 0 ? { images: images.map(({ id }) => id) } : {}),
    ...(parameters && Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}

/** Runs turns: sends, follows the stream, and puts the outcome where it belongs. Several chats can be answered at once. */
export function createTurnRunner(sink: TurnSink) {
  const idle: ChatStream[] = [];
  const runs = new Set<Run>();
  /** Ids of the turns this page has followed: what is said of them elsewhere is out of date. */
  const known = new Set<string>();

  function release(run: Run): void {
    runs.delete(run);
    if (idle.length < IDLE_MAX) idle.push(run.stream);
    else run.stream.close();
  }

  function onStarted(run: Run, event: Extract<ChatStreamEvent, { type: 'session' }>): void {
    const { chat, request } = run;
    const isNew = chat === NEW_CHAT;
    if (event.turn_id !== undefined) known.add(event.turn_id);
    if (isNew) sink.pending(null);
    // A turn that is sent again begins anew.
    run.text.clear();
    run.chat = event.session_id;
    moveTurn(laneKey(chat, run.lane), keyOf(run));
    patchTurn(keyOf(run), { questionId: event.user_message_id, reconnecting: false });
    sink.started(run.chat, { title: event.title, modelId: request.modelId, isNew });
    request.onStarted?.(run.chat, event.user_message_id);
  }

  function onEnd(run: Run, event: TurnEnd): void {
    run.text.end();
    release(run);
    if (run.chat === NEW_CHAT) sink.pending(null);
    const turn = useTurns.getState().turns[keyOf(run)];
    if (!turn) return;
    if (event.type === 'done') settleAnswer(sink, run, turn, event);
    else settleFailure(sink, run, turn, event);
  }

  function onEvent(run: Run, event: ChatStreamEvent): void {
    if (event.type === 'session') onStarted(run, event);
    else if (event.type === 'delta' || event.type === 'reasoning') run.text.add(event.text, event.type === 'reasoning');
    else if (event.type === 'reconnecting') patchTurn(keyOf(run), { reconnecting: true });
    else onEnd(run, event);
  }

  function start(request: TurnRequest, joined: boolean, turn: Pick<ChatTurn, 'request' | 'idempotencyKey'>): void {
    const run: Run = {
      chat: request.chat,
      lane: request.lane ?? 'first',
      request,
      stream: idle.pop() ?? sink.openStream(),
      text: createTextBuffer((change) => patchTurn(keyOf(run), change)),
      joined,
    };
    runs.add(run);
    run.stream.ask({ ...turn, onEvent: (event) => onEvent(run, event) });
  }

  return {
    /** Sends a question. Does nothing while an answer of the same chat and lane is running. */
    ask(request: TurnRequest): void {
      const { chat, lane = 'first' } = request;
      if (useTurns.getState().turns[laneKey(chat, lane)]) return;
      const key = request.key ?? randomId();
      if (chat === NEW_CHAT) sink.pending({ ...request, key });
      beginTurn(request);
      start(request, false, { request: toWire(request), idempotencyKey: key });
    },
    /** True for a turn this page does not know yet. */
    isNews: (turnId: string) => !known.has(turnId),
    /** Follows an answer that runs already, once. */
    join(running: ChatRunningTurn, where: Pick<TurnRequest, 'chat' | 'lane' | 'onAnswer'>): void {
      const { chat, lane = 'first' } = where;
      if (known.has(running.id) || useTurns.getState().turns[laneKey(chat, lane)]) return;
      known.add(running.id);
      const { model_id: modelId, question, images, parent_id: parentId, question_id: questionId } = running;
      const request: TurnRequest = { ...where, modelId, question, images, parentId };
      beginTurn(request);
      patchTurn(laneKey(chat, lane), { questionId, startedAt: Date.parse(running.started_at) });
      start(request, true, { request: { join: { session_id: chat, turn_id: running.id } } });
    },
    /** Stops the answers of a chat; what was delivered stays and is paid. */
    stop(chat: string): void {
      for (const run of [...runs].filter((entry) => entry.chat === chat)) {
        patchTurn(keyOf(run), { stopping: true });
        run.stream.stop();
      }
    },
    /** Forgets every turn and leaves the server, at sign-out. */
    forget(): void {
      sink.pending(null);
      useTurns.setState({ turns: {}, failures: {}, outcomes: {} });
      for (const stream of [...[...runs].map((run) => run.stream), ...idle]) stream.close();
      runs.clear();
      idle.length = 0;
    },
  };
}

export type TurnRunner = ReturnType<typeof createTurnRunner>;
