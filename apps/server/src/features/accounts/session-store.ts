import type { Queryable } from '../../platform/database/database.ts';
import type { UserRow } from './user-store.ts';

/** A signed-in device. */
export interface SessionRow {
  id: string;
  user_id: string;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
  ends_at: Date;
  ip: string | null;
  /** The address as limits count it. */
  address_key: string | null;
  user_agent: string | null;
}

/** A session with what authentication has to know of its person. */
export interface SessionAccess {
  sessionId: string;
  userId: string;
  role: UserRow['role'];
  createdAt: Date;
  expiresAt: Date;
}

/** A refresh token with its session and person. */
export interface RefreshRow {
  session_id: string;
  user_id: string;
  token_expires_at: Date;
  used_at: Date | null;
  ends_at: Date;
  session_alive: boolean;
}

const COLUMNS = 'id, user_id, created_at, last_used_at, expires_at, ends_at, ip, address_key, user_agent';

export async function insertSession(db: Queryable, session: SessionRow): Promise<void> {
  await db.query(`INSERT INTO sessions (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
    session.id,
    session.user_id,
    session.created_at,
    session.last_used_at,
    session.expires_at,
    session.ends_at,
    session.ip,
    session.address_key,
    session.user_agent,
  ]);
}

export async function insertRefreshToken(
  db: Queryable,
  token: { hash: Buffer; sessionId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db.query(
    'INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at) VALUES ($1, $2, $3, $4)',
    [token.hash, token.sessionId, token.createdAt, token.expiresAt],
  );
}

/** The access of a session that is alive and whose person is active; null otherwise. */
export async function selectSessionAccess(db: Queryable, sessionId: string, now: Date): Promise<SessionAccess | null> {
  const rows = await db.query<SessionAccess>(
    `SELECT s.id AS "sessionId", s.user_id AS "userId", u.role, s.created_at AS "createdAt", s.expires_at AS "expiresAt"
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.status = 'active'`,
    [sessionId, now],
    'session-access',
  );
  return rows[0] ?? null;
}

/** A refresh token with its session. Not locked: two uses at the same moment are within the grace for that, and a session that ends meanwhile stays ended. */
export async function selectRefreshToken(tx: Queryable, hash: Buffer, now: Date): Promise<RefreshRow | null> {
  const rows = await tx.query<RefreshRow>(
    `SELECT s.id AS session_id, s.user_id, t.expires_at AS token_expires_at, t.used_at, s.ends_at,
       (s.revoked_at IS NULL AND s.expires_at > $2 AND u.status = 'active') AS session_alive
     FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id WHERE t.token_hash = $1`,
    [hash, now],
  );
  return rows[0] ?? null;
}

export async function markRefreshTokenUsed(tx: Queryable, hash: Buffer, now: Date): Promise<void> {
  await tx.query('UPDATE refresh_tokens SET used_at = COALESCE(used_at, $2) WHERE token_hash = $1', [hash, now]);
}

/** Moves the end of a session after a refresh, and drops tokens of it that have no meaning any more. */
export async function extendSession(tx: Queryable, change: { id: string; now: Date; expiresAt: Date }): Promise<void> {
  const { id, now, expiresAt } = change;
  await tx.query('UPDATE sessions SET last_used_at = $2, expires_at = $3 WHERE id = $1', [id, now, expiresAt]);
  await tx.query('DELETE FROM refresh_tokens WHERE session_id = $1 AND expires_at <= $2', [id, now]);
}

/** The session a refresh token belongs to, used or not; null when the token is unknown. */
export async function selectSessionOfToken(
  db: Queryable,
  hash: Buffer,
): Promise<{ id: string; user_id: string } | null> {
  const rows = await db.query<{ id: string; user_id: string }>(
    'SELECT s.id, s.user_id FROM sessions s JOIN refresh_tokens t ON t.session_id = s.id WHERE t.token_hash = $1',
    [hash],
  );
  return rows[0] ?? null;
}

/** Ends one session of a person; false when they have no such session or it had ended before. */
export async function revokeSession(
  db: Queryable,
  end: { id: string; userId: string; reason: string; now: Date },
): Promise<boolean> {
  const rows = await db.query(
    'UPDATE sessions SET revoked_at = $4, revoked_reason = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING id',
    [end.id, end.userId, end.reason, end.now],
  );
  return rows.length > 0;
}

/** Ends all sessions of a person but `exceptId`. */
export async function revokeSessions(
  db: Queryable,
  end: { userId: string; exceptId: string | null; reason: string; now: Date },
): Promise<void> {
  await db.query(
    'UPDATE sessions SET revoked_at = $4, revoked_reason = $3 WHERE user_id = $1 AND id IS DISTINCT FROM $2 AND revoked_at IS NULL',
    [end.userId, end.exceptId, end.reason, end.now],
  );
}

/** One page of a person's living sessions, latest use first, and how many there are. */
export async function selectSessions(
  db: Queryable,
  which: { userId: string; now: Date; limit: number; offset: number },
): Promise<{ rows: SessionRow[]; total: number }> {
  const alive = 'user_id = $1 AND revoked_at IS NULL AND expires_at > $2';
  const [count] = await db.query<{ total: bigint }>(`SELECT count(*) AS total FROM sessions WHERE ${alive}`, [
    which.userId,
    which.now,
  ]);
  const rows = await db.query<SessionRow>(
    `SELECT ${COLUMNS} FROM sessions WHERE ${alive} ORDER BY last_used_at DESC, id LIMIT $3 OFFSET $4`,
    [which.userId, which.now, which.limit, which.offset],
  );
  return { rows, total: Number(count?.total ?? 0n) };
}

/** True when this person has signed in from this address within `since`. */
export async function hasSignedInFrom(
  db: Queryable,
  which: { userId: string; addressKey: string; since: Date },
): Promise<boolean> {
  const rows = await db.query(
    'SELECT 1 FROM sessions WHERE user_id = $1 AND address_key = $2 AND created_at > $3 LIMIT 1',
    [which.userId, which.addressKey, which.since],
  );
  return rows.length > 0;
}

/** Deletes sessions that ended before `before`, with their tokens. */
export async function deleteEndedSessions(db: Queryable, before: Date): Promise<void> {
  await db.query('DELETE FROM sessions WHERE expires_at < $1', [before]);
}
