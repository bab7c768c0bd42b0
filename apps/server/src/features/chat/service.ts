import type { ChatCompletionRequest, ChatMessageRequest, ChatParameters } from '@q/contract/chat';
import type { FinishReason } from '@q/providers/spec/chat-model';
import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import type { Database } from '../../platform/database/database.ts';
import type { CallEnd } from '../gateway/end-call.ts';
import type { Gateway, GatewayStream } from '../gateway/service.ts';
import {
  createMessageStore,
  createSessionStore,
  type MessageRow,
  type MessageStore,
  type SessionRow,
  type SessionStore,
} from './store.ts';

/** Older messages than these are not shown to the model any more. */
const CONTEXT_MESSAGES_MAX = 100;
const TITLE_LENGTH_MAX = 60;
const UNTITLED = 'New chat';

/** What a chat turn yields while it runs. */
export type ChatEvent =
  | { type: 'session'; sessionId: string; title: string; userMessageId: string | null }
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | {
      type: 'done';
      messageId: string;
      text: string;
      finishReason: FinishReason;
      provider: string;
      modelId: string;
      end: CallEnd;
    };

interface Deps {
  database: Database;
  gateway: Gateway;
}

interface Store {
  sessions: SessionStore;
  messages: MessageStore;
}

interface Turn {
  /** The id of the call, of its hold and of its charge. */
  callId: string;
  caller: Caller;
  request: ChatMessageRequest;
  signal: AbortSignal;
  /** Asked once the money is held; throws to stop the turn. */
  confirm?: (() => Promise<void>) | undefined;
}

/** The first line of a message, shortened at a word: the title of a conversation that has none. */
function titleOf(message: string): string {
  const line = message.trim().split(/\s*\n/, 1)[0] ?? '';
  if (line.length <= TITLE_LENGTH_MAX) return line || UNTITLED;
  const cut = line.slice(0, TITLE_LENGTH_MAX);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), TITLE_LENGTH_MAX / 2)).trim()}…`;
}

async function ownSession(store: Store, userId: string, id: string): Promise<SessionRow> {
  const session = await store.sessions.find(userId, id);
  if (!session) throw new AppError('not_found', { message: 'There is no such conversation.', param: 'session_id' });
  return session;
}

function toRequest(turn: Turn, parameters: ChatParameters, history: readonly MessageRow[]): ChatCompletionRequest {
  const system = parameters.system_prompt ? [{ role: 'system' as const, content: parameters.system_prompt }] : [];
  return {
    model: turn.request.model_id,
    messages: [...system, ...history.map(({ role, content }) => ({ role, content }))],
    stream: true,
    max_tokens: parameters.max_tokens,
    temperature: parameters.temperature,
    top_p: parameters.top_p,
    frequency_penalty: parameters.frequency_penalty,
    presence_penalty: parameters.presence_penalty,
  };
}

interface Prepared {
  session: { id: string; title: string };
  parameters: ChatParameters;
  history: MessageRow[];
  /** The answer that a regeneration replaces. */
  replaced: MessageRow | null;
}

const pendingUserMessage = (id: string, content: string): MessageRow => ({
  seq: 0n,
  id,
  role: 'user',
  content,
  model_id: null,
  input_tokens: null,
  output_tokens: null,
  cost_nano: null,
  finish_reason: null,
  receipt: null,
  created_at: new Date(0),
});

/** The one character that the database does not take. */
const NUL = '\u0000';

/** Refuses what could not be saved, before anything is held for it. */
function refuseUnstorable(request: ChatMessageRequest): void {
  const param = request.message.includes(NUL)
    ? 'message'
    : request.parameters?.system_prompt?.includes(NUL)
      ? 'parameters'
      : null;
  if (param !== null)
    throw new AppError('invalid_request', { message: `${param}: must not hold NUL characters`, param });
}

async function prepare(store: Store, turn: Turn): Promise<Prepared> {
  const { request, caller } = turn;
  refuseUnstorable(request);
  const existing = request.session_id === undefined ? null : await ownSession(store, caller.userId, request.session_id);
  const history = existing ? await store.messages.newest(existing.id, CONTEXT_MESSAGES_MAX) : [];
  const parameters = { ...(existing?.parameters ?? {}), ...(request.parameters ?? {}) };
  const untitled = existing === null || (existing.message_count === 0 && existing.title === UNTITLED);
  const session = { id: existing?.id ?? newId('ses'), title: untitled ? titleOf(request.message) : existing.title };
  if (!request.regenerate) {
    if (request.message.trim() === '')
      throw new AppError('invalid_request', { message: 'The message is empty.', param: 'message' });
    return {
      session,
      parameters,
      history: [...history, pendingUserMessage(newId('msg'), request.message)],
      replaced: null,
    };
  }
  const last = history.at(-1);
  const replaced = last?.role === 'assistant' ? last : null;
  const kept = replaced ? history.slice(0, -1) : history;
  if (kept.at(-1)?.role !== 'user')
    throw new AppError('invalid_request', { message: 'There is no message to answer again.', param: 'regenerate' });
  return { session, parameters, history: kept, replaced };
}

/** Saves the question once the model has begun to answer: a refused call leaves no half conversation behind. */
async function saveQuestion(store: Store, turn: Turn, prepared: Prepared): Promise<string | null> {
  const { request, caller } = turn;
  const { session, parameters, history, replaced } = prepared;
  if (request.session_id === undefined) {
    await store.sessions.create({
      id: session.id,
      userId: caller.userId,
      title: session.title,
      modelId: request.model_id,
      parameters,
    });
  } else {
    await store.sessions.update(caller.userId, session.id, {
      title: session.title,
      modelId: request.model_id,
      parameters,
    });
  }
  if (replaced) await store.messages.remove(session.id, replaced.id);
  const question = history.at(-1);
  if (request.regenerate || !question) return null;
  const blank = {
    modelId: null,
    callId: null,
    inputTokens: null,
    outputTokens: null,
    costNano: null,
    finishReason: null,
    receipt: null,
  };
  await store.messages.add({
    id: question.id,
    sessionId: session.id,
    role: 'user',
    content: question.content,
    ...blank,
  });
  return question.id;
}

interface Answer {
  id: string;
  sessionId: string;
  callId: string;
  text: string;
  finishReason: FinishReason;
}

async function saveAnswer(store: Store, stream: GatewayStream, answer: Answer, end: CallEnd): Promise<void> {
  const { model, entry } = stream.open;
  await store.messages.add({
    id: answer.id,
    sessionId: answer.sessionId,
    role: 'assistant',
    // The answer is paid: it is saved whatever a model writes.
    content: answer.text.replaceAll(NUL, '\ufffd'),
    modelId: model.id,
    callId: answer.callId,
    inputTokens: end.usage.inputTokens,
    outputTokens: end.usage.outputTokens,
    costNano: end.costNano,
    finishReason: answer.finishReason,
    receipt: {
      model_id: model.id,
      provider: entry.id,
      ttft_ms: end.ttftMs,
      duration_ms: end.durationMs,
      usage_source: end.usageSource,
    },
  });
}

/**
 * One turn: question in, answer streamed, both saved, cost known. Throws AppError before anything is yielded when the call is refused;
 * a provider that fails in mid-answer yields `done` with what was delivered and its error in `end.error`.
 */
async function* runTurn(deps: Deps, store: Store, turn: Turn): AsyncGenerator<ChatEvent, void> {
  const prepared = await prepare(store, turn);
  const { callId } = turn;
  const stream = await deps.gateway.stream({
    id: callId,
    confirm: turn.confirm,
    caller: turn.caller,
    request: toRequest(turn, prepared.parameters, prepared.history),
    stream: true,
    signal: turn.signal,
    clamp: true,
  });
  const userMessageId = await saveQuestion(store, turn, prepared);
  yield { type: 'session', sessionId: prepared.session.id, title: prepared.session.title, userMessageId };
  const answer: Answer = { id: newId('msg'), sessionId: prepared.session.id, callId, text: '', finishReason: 'stop' };
  for await (const event of stream.events) {
    if (event.type === 'end') {
      if (event.end.error) answer.finishReason = 'error';
      // Cut short by the one who asked: what was kept is not the whole answer.
      else if (event.end.outcome === 'client_gone') answer.finishReason = 'length';
      await saveAnswer(store, stream, answer, event.end);
      const { model, entry } = stream.open;
      yield {
        type: 'done',
        messageId: answer.id,
        text: answer.text,
        finishReason: answer.finishReason,
        provider: entry.id,
        modelId: model.id,
        end: event.end,
      };
    } else if (event.part.type === 'text-delta' || event.part.type === 'refusal-delta') {
      answer.text += event.part.text;
      yield { type: 'text', text: event.part.text };
    } else if (event.part.type === 'reasoning-delta') yield { type: 'reasoning', text: event.part.text };
    else if (event.part.type === 'finish') answer.finishReason = event.part.reason;
  }
}

/** Saved conversations over the gateway's own path: the same hold, the same charge. */
export function createChat(deps: Deps) {
  const store: Store = { sessions: createSessionStore(deps.database), messages: createMessageStore(deps.database) };
  return {
    turn: (turn: Turn): AsyncGenerator<ChatEvent, void> => runTurn(deps, store, turn),
    list: store.sessions.list,
    get: (userId: string, id: string) => ownSession(store, userId, id),
    async create(
      userId: string,
      write: { title?: string | undefined; model_id?: string | undefined; parameters?: ChatParameters | undefined },
    ) {
      const id = newId('ses');
      await store.sessions.create({
        id,
        userId,
        title: write.title ?? UNTITLED,
        modelId: write.model_id ?? null,
        parameters: write.parameters ?? {},
      });
      return ownSession(store, userId, id);
    },
    async update(
      userId: string,
      id: string,
      write: { title?: string | undefined; model_id?: string | undefined; parameters?: ChatParameters | undefined },
    ) {
      await ownSession(store, userId, id);
      await store.sessions.update(userId, id, {
        title: write.title ?? null,
        modelId: write.model_id ?? null,
        parameters: write.parameters ?? null,
      });
      return ownSession(store, userId, id);
    },
    async remove(userId: string, id: string): Promise<void> {
      if (!(await store.sessions.remove(userId, id))) await ownSession(store, userId, id);
    },
    async clear(userId: string, id: string): Promise<void> {
      await ownSession(store, userId, id);
      await store.messages.clear(userId, id);
    },
    async messages(userId: string, id: string, page: { afterSeq: bigint; limit: number; offset: number }) {
      const session = await ownSession(store, userId, id);
      return { session, rows: await store.messages.page({ sessionId: session.id, ...page }) };
    },
  };
}

export type Chat = ReturnType<typeof createChat>;
