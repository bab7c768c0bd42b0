import type { ChatParameters } from '@q/contract/chat';
import type { Database } from '../../platform/database/database.ts';

/** A saved conversation with its sums. */
export interface SessionRow {
  id: string;
  title: string;
  model_id: string | null;
  parameters: ChatParameters;
  message_count: number;
  cost_nano: bigint;
  created_at: Date;
  updated_at: Date;
}

/** Figures shown beside an answer. */
interface MessageReceipt {
  model_id: string;
  provider: string;
  ttft_ms: number | null;
  duration_ms: number;
  usage_source: string;
}

/** One message of a saved conversation. */
export interface MessageRow {
  seq: bigint;
  id: string;
  role: 'user' | 'assistant';
  content: string;
  model_id: string | null;
  input_tokens: bigint | null;
  output_tokens: bigint | null;
  cost_nano: bigint | null;
  finish_reason: string | null;
  receipt: MessageReceipt | null;
  created_at: Date;
}

/** A message to be saved. */
export interface NewMessage {
  id: string;
  sessionId: string;
  role: 'user' | 'assistant';
  content: string;
  modelId: string | null;
  callId: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costNano: bigint | null;
  finishReason: string | null;
  receipt: MessageReceipt | null;
}

const SESSION = `SELECT s.id, s.title, s.model_id, s.parameters, s.created_at, s.updated_at,
  (SELECT count(*)::int FROM chat_messages m WHERE m.session_id = s.id) AS message_count,
  (SELECT COALESCE(sum(cost_nano), 0)::bigint FROM chat_messages m WHERE m.session_id = s.id) AS cost_nano
  FROM chat_sessions s`;

const MESSAGE =
  'seq, id, role, content, model_id, input_tokens, output_tokens, cost_nano, finish_reason, receipt, created_at';

/** Escapes what LIKE takes for wildcards. */
function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
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
    async update(
      userId: string,
      id: string,
      change: { title: string | null; modelId: string | null; parameters: ChatParameters | null },
    ): Promise<void> {
      await database.query(
        `UPDATE chat_sessions SET title = COALESCE($3, title), model_id = COALESCE($4, model_id), parameters = COALESCE($5::jsonb, parameters), updated_at = now()
         WHERE user_id = $1 AND id = $2`,
        [
          userId,
          id,
          change.title,
          change.modelId,
          change.parameters === null ? null : JSON.stringify(change.parameters),
        ],
      );
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
    /** A page of messages, oldest first; `afterSeq` continues behind a cursor. */
    async page(filter: { sessionId: string; afterSeq: bigint; limit: number; offset: number }): Promise<MessageRow[]> {
      return database.query<MessageRow>(
        `SELECT ${MESSAGE} FROM chat_messages WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT $3 OFFSET $4`,
        [filter.sessionId, filter.afterSeq, filter.limit, filter.offset],
      );
    },
    /** The newest messages, oldest first: what a model is shown of a long conversation. */
    async newest(sessionId: string, limit: number): Promise<MessageRow[]> {
      const rows = await database.query<MessageRow>(
        `SELECT ${MESSAGE} FROM chat_messages WHERE session_id = $1 ORDER BY seq DESC LIMIT $2`,
        [sessionId, limit],
      );
      return rows.reverse();
    },
    async clear(userId: string, id: string): Promise<void> {
      await database.query(
        'DELETE FROM chat_messages m USING chat_sessions s WHERE m.session_id = s.id AND s.user_id = $1 AND s.id = $2',
        [userId, id],
      );
    },
    async remove(sessionId: string, id: string): Promise<void> {
      await database.query('DELETE FROM chat_messages WHERE session_id = $1 AND id = $2', [sessionId, id]);
    },
    async add(message: NewMessage): Promise<void> {
      await database.query(
        `WITH added AS (
           INSERT INTO chat_messages (id, session_id, role, content, model_id, call_id, input_tokens, output_tokens, cost_nano, finish_reason, receipt)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         )
         UPDATE chat_sessions SET updated_at = now(), model_id = COALESCE($5, model_id) WHERE id = $2`,
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
        ],
      );
    },
  };
}

export type MessageStore = ReturnType<typeof createMessageStore>;
