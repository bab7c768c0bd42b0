import type { ChatParameters } from '@q/contract/chat';
import type { ChatImage, StoppedBy } from '@q/contract/sessions';
import type { Database } from '../../platform/database/database.ts';

/** A saved conversation with its sums. */
export interface SessionRow {
  id: string;
  title: string;
  model_id: string | null;
  parameters: ChatParameters;
  head_id: string | null;
  message_count: number;
  cost_nano: bigint;
  created_at: Date;
  updated_at: Date;
}

/** Figures shown beside an answer, and how it ended. */
interface MessageReceipt {
  model_id: string;
  provider: string;
  ttft_ms: number | null;
  duration_ms: number;
  usage_source: string;
  /** Answers of old have none. */
  stopped_by?: StoppedBy | null;
}

/** One message of a saved conversation. */
export interface MessageRow {
  seq: bigint;
  id: string;
  parent_id: string | null;
  /** Ids of all messages with the same parent, this one included, oldest first. */
  alternatives: string[];
  role: 'user' | 'assistant';
  content: string;
  images: ChatImage[];
  reasoning: string | null;
  reasoning_ms: number | null;
  model_id: string | null;
  input_tokens: bigint | null;
  output_tokens: bigint | null;
  cost_nano: bigint | null;
  finish_reason: string | null;
  receipt: MessageReceipt | null;
  /** The mark its person has given it. */
  thumb: 'up' | 'down' | null;
  created_at: Date;
}

/** A message to be saved. */
export interface NewMessage {
  id: string;
  sessionId: string;
  parentId: string | null;
  role: 'user' | 'assistant';
  content: string;
  images: readonly ChatImage[];
  reasoning: string | null;
  reasoningMs: number | null;
  modelId: string | null;
  callId: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costNano: bigint | null;
  finishReason: string | null;
  receipt: MessageReceipt | null;
}

const SESSION = `SELECT s.id, s.title, s.model_id, s.parameters, s.head_id, s.created_at, s.updated_at,
  (SELECT count(*)::int FROM chat_messages m WHERE m.session_id = s.id) AS message_count,
  (SELECT COALESCE(sum(cost_nano), 0)::bigint FROM chat_messages m WHERE m.session_id = s.id) AS cost_nano
  FROM chat_sessions s`;

const MESSAGE = `m.seq, m.id, m.parent_id, m.role, m.content, m.images, m.reasoning, m.reasoning_ms, m.model_id, m.input_tokens,
  m.output_tokens, m.cost_nano, m.finish_reason, m.receipt, m.thumb, m.created_at,
  ARRAY(SELECT b.id FROM chat_messages b WHERE b.session_id = m.session_id
    AND (b.parent_id = m.parent_id OR (b.parent_id IS NULL AND m.parent_id IS NULL)) ORDER BY b.seq) AS alternatives`;

/** The ids on the way from the message $2 of the session $1 up to the first. */
const PATH = `WITH RECURSIVE path AS (
    SELECT id, parent_id FROM chat_messages WHERE session_id = $1 AND id = $2
    UNION ALL SELECT m.id, m.parent_id FROM chat_messages m JOIN path ON m.id = path.parent_id
  )`;

/** Escapes what LIKE takes for wildcards. */
function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** A message in which a text was found. */
export interface HitRow {
  session_id: string;
  session_title: string;
  message_id: string;
  role: 'user' | 'assistant';
  content: string;
  created_at: Date;
}

interface SessionChange {
  title: string | null;
  modelId: string | null;
  parameters: ChatParameters | null;
  headId?: string | null;
}

/** Queries on saved conversations. Every one names the owner: a foreign id finds nothing. */
export function createSessionStore(database: Database) {
  return {
    async list(filter: { userId: string; q: string | null; limit: number; offset: number }) {
      const where = 's.user_id = $1 AND ($2::text IS NULL OR s.title ILIKE $2)';
      const values = [filter.userId, filter.q === null ? null : likePattern(filter.q)];
      const [rows, count] = await Promise.all([
        database.query<SessionRow>(`${SESSION} WHERE ${where} ORDER BY s.updated_at DESC, s.id LIMIT $3 OFFSET $4`, [
          ...values,
          filter.limit,
          filter.offset,
        ]),
        database.query<{ n: number }>(`SELECT count(*)::int AS n FROM chat_sessions s WHERE ${where}`, values),
      ]);
      return { rows, total: count[0]?.n ?? 0 };
    },
    async find(userId: string, id: string): Promise<SessionRow | undefined> {
      const rows = await database.query<SessionRow>(`${SESSION} WHERE s.user_id = $1 AND s.id = $2`, [userId, id]);
      return rows[0];
    },
    /** Messages of a person that hold a text, on whatever branch, the newest first. */
    async search(userId: string, q: string, limit: number): Promise<HitRow[]> {
      return database.query<HitRow>(
        `SELECT s.id AS session_id, s.title AS session_title, m.id AS message_id, m.role, m.content, m.created_at
         FROM chat_sessions s JOIN chat_messages m ON m.session_id = s.id
         WHERE s.user_id = $1 AND m.content ILIKE $2 ORDER BY m.seq DESC LIMIT $3`,
        [userId, likePattern(q), limit],
      );
    },
    async create(session: {
      id: string;
      userId: string;
      title: string;
      modelId: string | null;
      parameters: ChatParameters;
    }): Promise<void> {
      await database.query(
        'INSERT INTO chat_sessions (id, user_id, title, model_id, parameters) VALUES ($1, $2, $3, $4, $5)',
        [session.id, session.userId, session.title, session.modelId, JSON.stringify(session.parameters)],
      );
    },
    /** False when there is no such session. */
    async update(userId: string, id: string, change: SessionChange): Promise<boolean> {
      const rows = await database.query(
        `UPDATE chat_sessions SET title = COALESCE($3, title), model_id = COALESCE($4, model_id), parameters = COALESCE($5::jsonb, parameters),
           head_id = COALESCE($6, head_id), updated_at = CASE WHEN $6::text IS NULL THEN now() ELSE updated_at END
         WHERE user_id = $1 AND id = $2 RETURNING id`,
        [
          userId,
          id,
          change.title,
          change.modelId,
          change.parameters === null ? null : JSON.stringify(change.parameters),
          change.headId ?? null,
        ],
      );
      return rows.length > 0;
    },
    async remove(userId: string, id: string): Promise<boolean> {
      const rows = await database.query('DELETE FROM chat_sessions WHERE user_id = $1 AND id = $2 RETURNING id', [
        userId,
        id,
      ]);
      return rows.length > 0;
    },
  };
}

export type SessionStore = ReturnType<typeof createSessionStore>;

/** Queries on the messages of one conversation, whose owner the caller has checked. */
export function createMessageStore(database: Database) {
  return {
    /** A page of the branch that ends with `headId`, oldest first; `afterSeq` continues behind a cursor. */
    async page(filter: {
      sessionId: string;
      headId: string | null;
      afterSeq: bigint;
      limit: number;
      offset: number;
    }): Promise<{ rows: MessageRow[]; total: number; hasMore: boolean }> {
      // One more than the page holds tells whether it is the last.
      const found = await database.query<MessageRow & { total: number }>(
        `${PATH} SELECT ${MESSAGE}, (SELECT count(*)::int FROM path) AS total
         FROM path JOIN chat_messages m ON m.id = path.id WHERE m.seq > $3 ORDER BY m.seq LIMIT $4 OFFSET $5`,
        [filter.sessionId, filter.headId, filter.afterSeq, filter.limit + 1, filter.offset],
      );
      const total = found[0]?.total ?? (await this.count(filter.sessionId, filter.headId));
      return { rows: found.slice(0, filter.limit), total, hasMore: found.length > filter.limit };
    },
    /** Messages of the branch that ends with `headId`. */
    async count(sessionId: string, headId: string | null): Promise<number> {
      const rows = await database.query<{ n: number }>(`${PATH} SELECT count(*)::int AS n FROM path`, [
        sessionId,
        headId,
      ]);
      return rows[0]?.n ?? 0;
    },
    /** The newest messages of the branch that ends with `headId`, oldest first: what a model is shown of a long conversation. */
    async newest(sessionId: string, headId: string | null, limit: number): Promise<MessageRow[]> {
      const rows = await database.query<MessageRow>(
        `${PATH} SELECT ${MESSAGE} FROM path JOIN chat_messages m ON m.id = path.id ORDER BY m.seq DESC LIMIT $3`,
        [sessionId, headId, limit],
      );
      return rows.reverse();
    },
    /** All messages with the parent of this one, oldest first; none when there is no such message. */
    async alternatives(sessionId: string, id: string): Promise<MessageRow[]> {
      return database.query<MessageRow>(
        `SELECT ${MESSAGE} FROM chat_messages o JOIN chat_messages m ON m.session_id = o.session_id
           AND (m.parent_id = o.parent_id OR (m.parent_id IS NULL AND o.parent_id IS NULL))
         WHERE o.session_id = $1 AND o.id = $2 ORDER BY m.seq`,
        [sessionId, id],
      );
    },
    /** The newest of the messages that follow this one, or itself; undefined when there is no such message. */
    async newestBelow(sessionId: string, id: string): Promise<string | undefined> {
      const rows = await database.query<{ id: string }>(
        `WITH RECURSIVE below AS (
           SELECT id, seq FROM chat_messages WHERE session_id = $1 AND id = $2
           UNION ALL SELECT m.id, m.seq FROM chat_messages m JOIN below ON m.parent_id = below.id
         ) SELECT id FROM below ORDER BY seq DESC LIMIT 1`,
        [sessionId, id],
      );
      return rows[0]?.id;
    },
    async clear(userId: string, id: string): Promise<void> {
      await database.transaction(async (tx) => {
        await tx.query(
          `DELETE FROM chat_messages m USING chat_sessions s WHERE m.session_id = s.id AND s.user_id = $1 AND s.id = $2`,
          [userId, id],
        );
        await tx.query(
          'DELETE FROM chat_images i USING chat_sessions s WHERE i.session_id = s.id AND s.user_id = $1 AND s.id = $2',
          [userId, id],
        );
        await tx.query('UPDATE chat_sessions SET head_id = NULL WHERE user_id = $1 AND id = $2', [userId, id]);
      });
    },
    /**
     * Adds a message and opens its branch. A parent that was deleted meanwhile is left out: what is paid is saved. In a session that was deleted nothing is,
     * nor what was added before, by a statement whose answer was lost.
     */
    async add(message: NewMessage): Promise<void> {
      await database.query(
        `WITH session AS (SELECT id FROM chat_sessions WHERE id = $2 FOR KEY SHARE), added AS (
           INSERT INTO chat_messages (id, session_id, role, content, model_id, call_id, input_tokens, output_tokens, cost_nano, finish_reason, receipt,
             parent_id, images, reasoning, reasoning_ms)
           SELECT $1, session.id, $3, $4, $5, $6, $7::bigint, $8::bigint, $9::bigint, $10, $11::jsonb,
             (SELECT id FROM chat_messages WHERE session_id = $2 AND id = $12), $13::jsonb, $14, $15::int FROM session ON CONFLICT (id) DO NOTHING RETURNING session_id
         )
         UPDATE chat_sessions s SET updated_at = now(), model_id = COALESCE($5, model_id), head_id = $1
         FROM added WHERE s.id = added.session_id`,
        [
          message.id,
          message.sessionId,
          message.role,
          message.content,
          message.modelId,
          message.callId,
          message.inputTokens,
          message.outputTokens,
          message.costNano,
          message.finishReason,
          message.receipt === null ? null : JSON.stringify(message.receipt),
          message.parentId,
          JSON.stringify(message.images),
          message.reasoning,
          message.reasoningMs,
        ],
      );
    },
  };
}

export type MessageStore = ReturnType<typeof createMessageStore>;

/** A picture with its bytes. */
export interface ImageRow extends ChatImage {
  bytes: Buffer;
}

/** Pictures that were uploaded and not sent are removed after this long. */
const UNSENT_FOR = '1 day';

/** Queries on pictures. Every one names the owner. */
export function createImageStore(database: Database) {
  return {
    /** Keeps a picture; without a session it waits for a message. False when the session was deleted: nothing is kept then. */
    async add(image: ImageRow & { userId: string; sessionId: string | null }): Promise<boolean> {
      const rows = await database.query(
        `WITH session AS (SELECT id FROM chat_sessions WHERE id = $3 FOR KEY SHARE)
         INSERT INTO chat_images (id, user_id, session_id, media_type, width, height, bytes)
         SELECT $1, $2, $3::text, $4, $5::int, $6::int, $7::bytea WHERE $3::text IS NULL OR EXISTS (SELECT FROM session) RETURNING id`,
        [image.id, image.userId, image.sessionId, image.media_type, image.width, image.height, image.bytes],
      );
      return rows.length > 0;
    },
    /** Removes what a person uploaded long ago and never sent; answers how many of theirs wait still. */
    async countUnsent(userId: string): Promise<number> {
      await database.query(
        `DELETE FROM chat_images WHERE user_id = $1 AND session_id IS NULL AND created_at < now() - interval '${UNSENT_FOR}'`,
        [userId],
      );
      const rows = await database.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM chat_images WHERE user_id = $1 AND session_id IS NULL',
        [userId],
      );
      return rows[0]?.n ?? 0;
    },
    /** Removes some of what anybody uploaded long ago and never sent, and answers how many. Any number of processes may do so at once. */
    async removeStale(limit: number): Promise<number> {
      const rows = await database.query(
        `DELETE FROM chat_images WHERE id IN (
           SELECT id FROM chat_images WHERE session_id IS NULL AND created_at < now() - interval '${UNSENT_FOR}'
           LIMIT $1 FOR UPDATE SKIP LOCKED
         ) RETURNING 1`,
        [limit],
      );
      return rows.length;
    },
    /** Those of the pictures that belong to this person and to this session or to none yet. */
    async usable(userId: string, sessionId: string, ids: readonly string[]): Promise<ChatImage[]> {
      return database.query<ChatImage>(
        `SELECT id, media_type, width, height FROM chat_images
         WHERE user_id = $1 AND id = ANY($3) AND (session_id IS NULL OR session_id = $2) ORDER BY array_position($3, id)`,
        [userId, sessionId, ids],
      );
    },
    async read(userId: string, ids: readonly string[]): Promise<ImageRow[]> {
      return database.query<ImageRow>(
        'SELECT id, media_type, width, height, bytes FROM chat_images WHERE user_id = $1 AND id = ANY($2)',
        [userId, ids],
      );
    },
    /** Gives pictures to the session whose message bears them. False when it was deleted. */
    async attach(userId: string, sessionId: string, ids: readonly string[]): Promise<boolean> {
      const rows = await database.query<{ is_there: boolean }>(
        `WITH session AS (SELECT id FROM chat_sessions WHERE user_id = $1 AND id = $2 FOR KEY SHARE),
         attached AS (UPDATE chat_images i SET session_id = session.id FROM session WHERE i.user_id = $1 AND i.id = ANY($3))
         SELECT EXISTS (SELECT FROM session) AS is_there`,
        [userId, sessionId, ids],
      );
      return rows[0]?.is_there === true;
    },
    /** Removes a picture that was not sent. */
    async removeUnsent(userId: string, id: string): Promise<void> {
      await database.query('DELETE FROM chat_images WHERE user_id = $1 AND id = $2 AND session_id IS NULL', [
        userId,
        id,
      ]);
    },
  };
}

export type ImageStore = ReturnType<typeof createImageStore>;
