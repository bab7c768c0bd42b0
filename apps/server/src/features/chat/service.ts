import type { ChatParameters } from '@q/contract/chat';
import { CHAT_IMAGE_LIMITS } from '@q/contract/chat-image-limits';
import type { ChatImage, ChatSessionChange } from '@q/contract/sessions';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Gateway } from '../gateway/service.ts';
import type { Ledger } from '../ledger/service.ts';
import { readImageFacts } from './image-facts.ts';
import { type ChatStore, ownSession, refusingDeleted, type Turn, UNTITLED } from './prepare-turn.ts';
import { type ChatEvent, runTurn } from './run-turn.ts';
import { createStaleImages } from './stale-images.ts';
import { createImageStore, createMessageStore, createSessionStore } from './store.ts';

const HITS_MAX = 30;
/** So many pictures may wait for a message: more are not being written to anybody. */
const UNSENT_IMAGES_MAX = 64;

interface Deps {
  database: Database;
  gateway: Gateway;
  ledger: Pick<Ledger, 'hasOpenHolds'>;
  clock: Clock;
  logger: Logger;
}

const noMessage = () =>
  new AppError('not_found', { message: 'There is no such message in this conversation.', param: 'message_id' });

/** Keeps a picture for a message to come. Throws AppError for what is no picture or too large. */
async function keepImage(store: ChatStore, userId: string, base64: string): Promise<ChatImage> {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > CHAT_IMAGE_LIMITS.bytes)
    throw new AppError('payload_too_large', { message: 'A picture can have at most 4 MB.', param: 'data' });
  const facts = readImageFacts(bytes);
  const side = CHAT_IMAGE_LIMITS.pixelsPerSide;
  if (!facts || facts.width < 1 || facts.height < 1)
    throw new AppError('invalid_request', { message: 'This is no PNG, JPEG, WebP or GIF picture.', param: 'data' });
  if (facts.width > side || facts.height > side)
    throw new AppError('invalid_request', {
      message: `A picture can have at most ${side} pixels a side.`,
      param: 'data',
    });
  if ((await store.images.countUnsent(userId)) >= UNSENT_IMAGES_MAX)
    throw new AppError('rate_limited', { message: 'Too many pictures are waiting to be sent.', retryAfterSeconds: 60 });
  const image = { id: newId('img'), ...facts };
  await store.images.add({ ...image, bytes, userId, sessionId: null });
  return image;
}

/** Saved conversations over the gateway's own path: the same hold, the same charge. */
export function createChat({ database, gateway, ledger, clock, logger }: Deps) {
  const store: ChatStore = {
    sessions: createSessionStore(database),
    messages: createMessageStore(database),
    images: createImageStore(database),
  };
  const turnStore = refusingDeleted(store);
  const staleImages = createStaleImages({ images: store.images, clock, logger });
  return {
    turn: (turn: Turn): AsyncGenerator<ChatEvent, void> => runTurn({ gateway, clock, store: turnStore }, turn),
    list: store.sessions.list,
    /** Whether a person's calls run anywhere: then an answer may be being written that no process but its own knows. */
    callsRunning: (userId: string) => ledger.hasOpenHolds(userId),
    get: (userId: string, id: string) => ownSession(store, userId, id),
    /** Messages of all a person's conversations that hold `q`, the newest first. */
    search: (userId: string, q: string) => store.sessions.search(userId, q, HITS_MAX),
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
    /** Changes what is named. `head_id` opens the branch of a message; throws AppError `not_found` when there is none. */
    async update(userId: string, id: string, write: ChatSessionChange) {
      await ownSession(store, userId, id);
      const headId = write.head_id === undefined ? null : await store.messages.newestBelow(id, write.head_id);
      if (headId === undefined) throw noMessage();
      await store.sessions.update(userId, id, {
        title: write.title ?? null,
        modelId: write.model_id ?? null,
        parameters: write.parameters ?? null,
        headId,
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
    /** A page of the open branch, oldest first. */
    async messages(userId: string, id: string, page: { afterSeq: bigint; limit: number; offset: number }) {
      const session = await ownSession(store, userId, id);
      const found = await store.messages.page({ sessionId: session.id, headId: session.head_id, ...page });
      return { session, ...found };
    },
    /** All messages that stand beside this one, itself included, oldest first. */
    async alternatives(userId: string, id: string, messageId: string) {
      await ownSession(store, userId, id);
      const rows = await store.messages.alternatives(id, messageId);
      if (rows.length === 0) throw noMessage();
      return rows;
    },
    keepImage: (userId: string, base64: string) => keepImage(store, userId, base64),
    /** A picture of a person's own; throws AppError `not_found`. */
    async image(userId: string, id: string) {
      const [image] = await store.images.read(userId, [id]);
      if (!image) throw new AppError('not_found', { message: 'There is no such picture.' });
      return image;
    },
    /** Forgets a picture that was not sent. */
    removeImage: (userId: string, id: string) => store.images.removeUnsent(userId, id),
    close: staleImages.close,
  };
}

export type Chat = ReturnType<typeof createChat>;
