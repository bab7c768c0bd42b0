import type { Queryable } from '../../platform/database/database.ts';

/** A review as one reader sees it. */
export interface ReviewRow {
  id: string;
  model_id: string;
  user_id: string;
  rating: number;
  content: string;
  created_at: Date;
  updated_at: Date;
  /** Of the author. */
  name: string | null;
  username: string | null;
  email: string;
  helpful: bigint;
  voted: boolean;
}

/** `$1` is the reader, or null. */
const SELECT = `SELECT r.id, r.model_id, r.user_id, r.rating, r.content, r.created_at, r.updated_at, u.name, u.username, u.email,
    (SELECT count(*) FROM review_votes v WHERE v.review_id = r.id) AS helpful,
    EXISTS (SELECT 1 FROM review_votes v WHERE v.review_id = r.id AND v.user_id = $1) AS voted
  FROM reviews r JOIN users u ON u.id = r.user_id`;

const ORDERS = {
  newest: 'created_at DESC, id',
  helpful: 'helpful DESC, created_at DESC, id',
} as const;

/** Which reviews to list, for whom. */
export interface ReviewFilter {
  modelId: string;
  /** Who reads; null for anybody. */
  readerId: string | null;
  sort: keyof typeof ORDERS;
  limit: number;
  offset: number;
}

/** One page of a model's reviews. */
export async function selectReviews(db: Queryable, filter: ReviewFilter): Promise<ReviewRow[]> {
  return db.query<ReviewRow>(
    `SELECT * FROM (${SELECT} WHERE r.model_id = $2) reviews ORDER BY ${ORDERS[filter.sort]} LIMIT $3 OFFSET $4`,
    [filter.readerId, filter.modelId, filter.limit, filter.offset],
  );
}

/** How many reviews of a model give how many stars; stars that nobody gave are left out. */
export async function countStars(db: Queryable, modelId: string): Promise<{ rating: number; reviews: bigint }[]> {
  return db.query('SELECT rating, count(*) AS reviews FROM reviews WHERE model_id = $1 GROUP BY rating', [modelId]);
}

/** The review a person has written about a model. */
export async function selectOwnReview(
  db: Queryable,
  { modelId, userId }: { modelId: string; userId: string },
): Promise<ReviewRow | undefined> {
  const rows = await db.query<ReviewRow>(`${SELECT} WHERE r.model_id = $2 AND r.user_id = $1`, [userId, modelId]);
  return rows[0];
}

/** Names a review by its model too: a wrong pair is not found. */
export interface ReviewKey {
  id: string;
  modelId: string;
}

export async function selectReview(
  db: Queryable,
  { id, modelId }: ReviewKey,
  readerId: string,
): Promise<ReviewRow | undefined> {
  const rows = await db.query<ReviewRow>(`${SELECT} WHERE r.id = $2 AND r.model_id = $3`, [readerId, id, modelId]);
  return rows[0];
}

/** Longer than a server that is well takes to write the usage log. */
const UNLOGGED_SECONDS = 10;

/** True when a call of this person on this model has been answered or charged, on any server: the latest stand in the books only. */
export async function hasUsed(
  db: Queryable,
  { modelId, userId }: { modelId: string; userId: string },
): Promise<boolean> {
  const [row] = await db.query<{ used: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM calls WHERE user_id = $1 AND model_id = $2 AND (outcome = 'completed' OR cost_nano > 0))
       OR EXISTS (SELECT 1 FROM hold_resolutions r JOIN holds h ON h.id = r.hold_id
         WHERE r.resolved_at > now() - interval '${UNLOGGED_SECONDS} seconds' AND h.user_id = $1 AND h.model_id = $2
           AND (r.reason IN ('completed', 'zero_completion') OR r.amount > 0)) AS used`,
    [userId, modelId],
  );
  return row?.used ?? false;
}

/** What somebody writes. */
interface Written {
  rating: number;
  content: string;
}

/** Rejects with a unique violation of `reviews_one_a_person`. */
export async function insertReview(
  db: Queryable,
  { id, modelId, userId, rating, content }: ReviewKey & { userId: string } & Written,
): Promise<void> {
  await db.query('INSERT INTO reviews (id, model_id, user_id, rating, content) VALUES ($1, $2, $3, $4, $5)', [
    id,
    modelId,
    userId,
    rating,
    content,
  ]);
}

/** Changes a review of this person; false when they have none of that id. */
export async function updateReview(
  db: Queryable,
  { id, modelId, userId, rating, content }: ReviewKey & { userId: string } & Written,
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE reviews SET rating = $4, content = $5, updated_at = now()
      WHERE id = $1 AND model_id = $2 AND user_id = $3 RETURNING id`,
    [id, modelId, userId, rating, content],
  );
  return rows.length > 0;
}

/** Deletes a review, of this author only unless `authorId` is null; answers whose it was. */
export async function deleteReview(
  db: Queryable,
  { id, modelId, authorId }: ReviewKey & { authorId: string | null },
): Promise<{ user_id: string; rating: number } | undefined> {
  const rows = await db.query<{ user_id: string; rating: number }>(
    'DELETE FROM reviews WHERE id = $1 AND model_id = $2 AND ($3::text IS NULL OR user_id = $3) RETURNING user_id, rating',
    [id, modelId, authorId],
  );
  return rows[0];
}

/** Whose review it is, kept from being deleted until the transaction ends. */
export async function lockReview(tx: Queryable, { id, modelId }: ReviewKey): Promise<string | undefined> {
  const rows = await tx.query<{ user_id: string }>(
    'SELECT user_id FROM reviews WHERE id = $1 AND model_id = $2 FOR KEY SHARE',
    [id, modelId],
  );
  return rows[0]?.user_id;
}

/** Notes that somebody found a review helpful; a second time changes nothing. */
export async function insertVote(db: Queryable, reviewId: string, userId: string): Promise<void> {
  await db.query('INSERT INTO review_votes (review_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    reviewId,
    userId,
  ]);
}

export async function deleteVote(db: Queryable, reviewId: string, userId: string): Promise<void> {
  await db.query('DELETE FROM review_votes WHERE review_id = $1 AND user_id = $2', [reviewId, userId]);
}
