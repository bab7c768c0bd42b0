import type { ChatMessageRequest, ChatParameters } from '@q/contract/chat';
import type { ChatImage } from '@q/contract/sessions';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import type { CatalogModel } from '../catalog/service.ts';
import type { ImageStore, MessageRow, MessageStore, SessionRow, SessionStore } from './store.ts';

/** Older messages than these are not shown to the model any more. */
const CONTEXT_MESSAGES_MAX = 100;
const TITLE_LENGTH_MAX = 60;
/** The title of a conversation that nothing was said in yet. */
export const UNTITLED = 'New chat';

/** Where conversations are kept. */
export interface ChatStore {
  sessions: SessionStore;
  messages: MessageStore;
  images: ImageStore;
}

/** One turn as it is asked for. */
export interface Turn {
  /** The id of the call, of its hold and of its charge. */
  callId: string;
  caller: Caller;
  request: ChatMessageRequest;
  signal: StopSignal;
  /** Asked once the money is held; throws to stop the turn. */
  confirm?: (() => Promise<void>) | undefined;
}

/** A turn that can be sent: the branch it goes on with, and what it adds to it. */
export interface PreparedTurn {
  session: { id: string; title: string };
  parameters: ChatParameters;
  /** The branch before this turn, oldest first. */
  history: MessageRow[];
  /** What is asked: new, or with `isNew` false an earlier question. */
  question: { id: string; parentId: string | null; content: string; images: ChatImage[]; isNew: boolean };
}

/** The one character that the database does not take. */
const NUL = '\u0000';

/** The first line of a message, shortened at a word: the title of a conversation that has none. */
function titleOf(message: string): string {
  const line = message.trim().split(/\s*\n/, 1)[0] ?? '';
  if (line.length <= TITLE_LENGTH_MAX) return line || UNTITLED;
  const cut = line.slice(0, TITLE_LENGTH_MAX);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), TITLE_LENGTH_MAX / 2)).trim()}…`;
}

/** A person's own conversation; throws AppError `not_found`. */
export async function ownSession(store: ChatStore, userId: string, id: string): Promise<SessionRow> {
  const session = await store.sessions.find(userId, id);
  if (!session) throw new AppError('not_found', { message: 'There is no such conversation.', param: 'session_id' });
  return session;
}

/** What can be told of a turn's charge where its answer is not kept; `unknown`: its end could not be written yet. */
const CHARGE_TOLD = {
  charged: 'What had come of the answer is charged.',
  nothing: 'Nothing is charged.',
  unknown: 'Your transactions show in a few minutes whether what had come of the answer is charged.',
};

/** What a turn ends with whose conversation was deleted while it ran. */
export function conversationDeleted(charge: keyof typeof CHARGE_TOLD): AppError {
  return new AppError('not_found', {
    message: `This conversation was deleted while it was being answered. ${CHARGE_TOLD[charge]}`,
    param: 'session_id',
  });
}

/**
 * The store as turns write to it: once their conversation is deleted, what belongs to it is refused with AppError `not_found`, which ends a
 * turn that has brought nothing yet before anything is charged.
 */
export function refusingDeleted(store: ChatStore): ChatStore {
  const refusing =
    <Args extends unknown[]>(write: (...args: Args) => Promise<boolean>) =>
    async (...args: Args): Promise<boolean> => {
      if (await write(...args)) return true;
      throw conversationDeleted('nothing');
    };
  const { sessions, messages, images } = store;
  return {
    sessions: { ...sessions, update: refusing(sessions.update) },
    messages,
    images: { ...images, add: refusing(images.add), attach: refusing(images.attach) },
  };
}

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

/** The branch a turn goes on with. Throws AppError `not_found` for a parent that is not in the conversation. */
async function branchOf(
  store: ChatStore,
  existing: SessionRow | null,
  parentId: string | null | undefined,
): Promise<MessageRow[]> {
  if (parentId === null || (existing === null && parentId === undefined)) return [];
  const branch = existing
    ? await store.messages.newest(existing.id, parentId ?? existing.head_id, CONTEXT_MESSAGES_MAX)
    : [];
  if (parentId !== undefined && branch.length === 0)
    throw new AppError('not_found', { message: 'There is no such message in this conversation.', param: 'parent_id' });
  return branch;
}

async function picturesOf(store: ChatStore, turn: Turn, sessionId: string): Promise<ChatImage[]> {
  const ids = [...new Set(turn.request.images ?? [])];
  if (ids.length === 0) return [];
  const images = await store.images.usable(turn.caller.userId, sessionId, ids);
  if (images.length !== ids.length)
    throw new AppError('invalid_request', {
      message: 'A picture is not there any more. Attach it again.',
      param: 'images',
    });
  return images;
}

function repeated(branch: MessageRow[]): Pick<PreparedTurn, 'history' | 'question'> {
  const kept = branch.at(-1)?.role === 'assistant' ? branch.slice(0, -1) : branch;
  const last = kept.at(-1);
  if (last?.role !== 'user')
    throw new AppError('invalid_request', { message: 'There is no message to answer again.', param: 'regenerate' });
  const { id, parent_id: parentId, content, images } = last;
  return { history: kept.slice(0, -1), question: { id, parentId, content, images, isNew: false } };
}

/** Finds the branch, the question and the parameters of a turn. Throws AppError for what cannot be asked; nothing is saved or held yet. */
export async function prepareTurn(store: ChatStore, turn: Turn): Promise<PreparedTurn> {
  const { request, caller } = turn;
  refuseUnstorable(request);
  const existing = request.session_id === undefined ? null : await ownSession(store, caller.userId, request.session_id);
  const branch = await branchOf(store, existing, request.parent_id);
  const parameters = { ...(existing?.parameters ?? {}), ...(request.parameters ?? {}) };
  const untitled = existing === null || (existing.message_count === 0 && existing.title === UNTITLED);
  const session = { id: existing?.id ?? newId('ses'), title: untitled ? titleOf(request.message) : existing.title };
  if (request.regenerate) return { session, parameters, ...repeated(branch) };
  const images = await picturesOf(store, turn, session.id);
  if (request.message.trim() === '' && images.length === 0)
    throw new AppError('invalid_request', { message: 'The message is empty.', param: 'message' });
  const question = {
    id: newId('msg'),
    parentId: branch.at(-1)?.id ?? null,
    content: request.message,
    images,
    isNew: true,
  };
  return { session, parameters, history: branch, question };
}

/** Refuses pictures that a model cannot see, in words that say what to do. */
export function refuseUnseen(model: Pick<CatalogModel, 'name' | 'inputModalities'>, prepared: PreparedTurn): void {
  if (prepared.question.images.length === 0 || model.inputModalities.includes('image')) return;
  throw new AppError('invalid_request', {
    message: `${model.name} cannot see pictures. Choose a model that takes images, or send the message without them.`,
    param: 'images',
  });
}
