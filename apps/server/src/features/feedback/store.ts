import type { Queryable } from '../../platform/database/database.ts';
import type { VoteSource } from './weigh-votes.ts';

/** An answer somebody may judge: of which model, and to what. */
export interface JudgedRow {
  model_id: string | null;
  question: string | null;
}

/** An answer in a chat of this person. */
export async function findAnswer(db: Queryable, userId: string, messageId: string): Promise<JudgedRow | undefined> {
  const rows = await db.query<JudgedRow>(
    `SELECT m.model_id, q.content AS question
       FROM chat_messages m
       JOIN chat_sessions s ON s.id = m.session_id AND s.user_id = $1
       LEFT JOIN chat_messages q ON q.id = m.parent_id
      WHERE m.id = $2 AND m.role = 'assistant'`,
    [userId, messageId],
  );
  return rows[0];
}

/** Keeps the mark of an answer whose owner the caller has checked; null takes it back. */
export async function markAnswer(db: Queryable, messageId: string, thumb: 'up' | 'down' | null): Promise<void> {
  await db.query('UPDATE chat_messages SET thumb = $2 WHERE id = $1', [messageId, thumb]);
}

/** A call of this person that brought an answer; the latest stand in the books only, not yet in the usage log. */
export async function findCall(db: Queryable, userId: string, callId: string): Promise<JudgedRow | undefined> {
  const rows = await db.query<JudgedRow>(
    `SELECT model_id, NULL AS question FROM calls WHERE id = $2 AND user_id = $1 AND error_code IS NULL
     UNION ALL
     SELECT h.model_id, NULL FROM holds h JOIN hold_resolutions r ON r.hold_id = h.id
      WHERE h.id = $2 AND h.user_id = $1 AND r.kind = 'settle' AND r.reason <> 'upstream_error'`,
    [userId, callId],
  );
  return rows[0];
}

interface VoteKey {
  userId: string;
  modelId: string;
  task: string;
  source: VoteSource;
}

export async function saveVote(db: Queryable, vote: VoteKey & { outcome: number; votedAt: Date }): Promise<void> {
  await db.query(
    `INSERT INTO model_votes (user_id, model_id, task, source, outcome, voted_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (user_id, model_id, task, source) DO UPDATE SET outcome = excluded.outcome, voted_at = excluded.voted_at`,
    [vote.userId, vote.modelId, vote.task, vote.source, vote.outcome, vote.votedAt],
  );
}

export async function deleteVote(db: Queryable, { userId, modelId, task, source }: VoteKey): Promise<void> {
  await db.query('DELETE FROM model_votes WHERE user_id = $1 AND model_id = $2 AND task = $3 AND source = $4', [
    userId,
    modelId,
    task,
    source,
  ]);
}

interface VoteRow {
  user_id: string;
  model_id: string;
  task: string;
  source: VoteSource;
  outcome: number;
  voted_at: Date;
}

/** Votes since a day, of people who have been charged for a call at least once. */
export async function readPaidVotes(db: Queryable, since: Date): Promise<VoteRow[]> {
  return db.query<VoteRow>(
    `SELECT v.* FROM model_votes v
      WHERE v.voted_at > $1
        AND EXISTS (SELECT 1 FROM calls c WHERE c.user_id = v.user_id AND c.cost_nano > 0)`,
    [since],
  );
}
