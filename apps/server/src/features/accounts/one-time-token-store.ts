import type { Queryable } from '../../platform/database/database.ts';

/** What a single-use token is good for. */
export type TokenPurpose = 'verify_email' | 'reset_password' | 'admin_setup';

export async function insertOneTimeToken(
  db: Queryable,
  token: { hash: Buffer; purpose: TokenPurpose; userId: string | null; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db.query(
    'INSERT INTO one_time_tokens (token_hash, purpose, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
    [token.hash, token.purpose, token.userId, token.createdAt, token.expiresAt],
  );
}

/** Uses up a token. Null when it is unknown, for something else, used or over; of two uses at once only one finds it. */
export async function consumeOneTimeToken(
  tx: Queryable,
  token: { hash: Buffer; purpose: TokenPurpose; now: Date },
): Promise<{ user_id: string | null } | null> {
  const rows = await tx.query<{ user_id: string | null }>(
    `UPDATE one_time_tokens SET used_at = $3 WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
     RETURNING user_id`,
    [token.hash, token.purpose, token.now],
  );
  return rows[0] ?? null;
}

/** What `consumeOneTimeToken` would find, without using the token up. */
export async function peekOneTimeToken(
  db: Queryable,
  token: { hash: Buffer; purpose: TokenPurpose; now: Date },
): Promise<{ user_id: string | null } | null> {
  const rows = await db.query<{ user_id: string | null }>(
    'SELECT user_id FROM one_time_tokens WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3',
    [token.hash, token.purpose, token.now],
  );
  return rows[0] ?? null;
}

/** How many tokens of this kind a person was sent since `since`. */
export async function countOneTimeTokens(
  db: Queryable,
  which: { purpose: TokenPurpose; userId: string; since: Date },
): Promise<number> {
  const [row] = await db.query<{ count: bigint }>(
    'SELECT count(*) AS count FROM one_time_tokens WHERE purpose = $1 AND user_id = $2 AND created_at > $3',
    [which.purpose, which.userId, which.since],
  );
  return Number(row?.count ?? 0n);
}

/** Makes all unused tokens of a kind worthless: those of one person, or those that belong to nobody. */
export async function voidOneTimeTokens(
  db: Queryable,
  which: { purpose: TokenPurpose; userId: string | null; now: Date },
): Promise<void> {
  await db.query(
    'UPDATE one_time_tokens SET used_at = $3 WHERE purpose = $1 AND user_id IS NOT DISTINCT FROM $2 AND used_at IS NULL',
    [which.purpose, which.userId, which.now],
  );
}

/** Deletes tokens that were over before `before`. */
export async function deleteOverTokens(db: Queryable, before: Date): Promise<void> {
  await db.query('DELETE FROM one_time_tokens WHERE expires_at < $1', [before]);
}
