import type { Preferences, ROLES, UpdatePreferencesRequest, USER_STATUSES } from '@q/contract/accounts';
import type { Queryable } from '../../platform/database/database.ts';

type Role = (typeof ROLES)[number];
type UserStatus = (typeof USER_STATUSES)[number];

/** A person as stored, without the password's hash. */
export interface UserRow {
  id: string;
  email: string;
  email_verified: boolean;
  name: string | null;
  username: string | null;
  organization: string | null;
  role: Role;
  status: UserStatus;
  created_at: Date;
}

/** A person with the hash of their password; never leaves this feature. */
export interface UserWithPassword extends UserRow {
  password_hash: string;
}

/** What a new person starts with. */
export interface NewUser {
  id: string;
  email: string;
  emailVerified: boolean;
  passwordHash: string;
  name: string | null;
  username: string | null;
  organization: string | null;
  role: Role;
}

const COLUMNS = 'id, email, email_verified, name, username, organization, role, status, created_at';

/** One administrator changes roles at a time, so that two cannot take the role from each other at once. */
const ADMIN_LOCK = 7_305_117_023;

/** Addresses are compared in lower case. */
export function emailKeyOf(email: string): string {
  return email.toLowerCase();
}

/** Stores a new person. Rejects with a unique violation of `users_email_key_key` or `users_username_key_key`. */
export async function insertUser(db: Queryable, user: NewUser): Promise<UserRow> {
  const [row] = await db.query<UserRow>(
    `INSERT INTO users (id, email, email_key, email_verified, password_hash, name, username, username_key, organization, role)
     VALUES ($1, $2, $3, $4, $5, $6, $7, lower($7), $8, $9) RETURNING ${COLUMNS}`,
    [
      user.id,
      user.email,
      emailKeyOf(user.email),
      user.emailVerified,
      user.passwordHash,
      user.name,
      user.username,
      user.organization,
      user.role,
    ],
  );
  if (!row) throw new Error('INSERT answered no row');
  return row;
}

/** The person with this address, with the password's hash; null when there is none. */
export async function selectUserByEmail(db: Queryable, email: string): Promise<UserWithPassword | null> {
  const rows = await db.query<UserWithPassword>(`SELECT ${COLUMNS}, password_hash FROM users WHERE email_key = $1`, [
    emailKeyOf(email),
  ]);
  return rows[0] ?? null;
}

/** The person with this id, with the password's hash; null when there is none. */
export async function selectUser(db: Queryable, id: string): Promise<UserWithPassword | null> {
  const rows = await db.query<UserWithPassword>(`SELECT ${COLUMNS}, password_hash FROM users WHERE id = $1`, [id]);
  return rows[0] ?? null;
}

/** Replaces the names of a person. Rejects with a unique violation of `users_username_key_key`. */
export async function updateNames(
  db: Queryable,
  id: string,
  names: Pick<UserRow, 'name' | 'username' | 'organization'>,
): Promise<void> {
  await db.query(
    'UPDATE users SET name = $2, username = $3, username_key = lower($3), organization = $4, updated_at = now() WHERE id = $1',
    [id, names.name, names.username, names.organization],
  );
}

/**
 * Replaces the hash of a password. With `onlyIf` nothing happens when the hash has changed meanwhile; false then.
 */
export async function updatePasswordHash(
  db: Queryable,
  change: { id: string; passwordHash: string; onlyIf: string | null },
): Promise<boolean> {
  const rows = await db.query(
    'UPDATE users SET password_hash = $2, updated_at = now() WHERE id = $1 AND ($3::text IS NULL OR password_hash = $3) RETURNING id',
    [change.id, change.passwordHash, change.onlyIf],
  );
  return rows.length > 0;
}

export async function markEmailVerified(db: Queryable, id: string): Promise<void> {
  await db.query('UPDATE users SET email_verified = true, updated_at = now() WHERE id = $1', [id]);
}

/** Changes role or status and answers the person as they are now; null when there is none. */
export async function updateAccess(
  db: Queryable,
  change: { id: string; role: Role | null; status: UserStatus | null },
): Promise<UserRow | null> {
  const rows = await db.query<UserRow>(
    `UPDATE users SET role = COALESCE($2, role), status = COALESCE($3, status), updated_at = now() WHERE id = $1 RETURNING ${COLUMNS}`,
    [change.id, change.role, change.status],
  );
  return rows[0] ?? null;
}

/** Waits until no other transaction is changing who is an administrator. */
export async function lockAdministrators(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [ADMIN_LOCK]);
}

/** True when somebody can administrate. */
export async function hasActiveAdmin(db: Queryable): Promise<boolean> {
  const rows = await db.query("SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' LIMIT 1");
  return rows.length > 0;
}

/** Which people an administrator lists, newest first. */
export interface UserFilter {
  text: string | null;
  role: Role | null;
  status: UserStatus | null;
  limit: number;
  offset: number;
}

const MATCHES = `($1::text IS NULL OR position(lower($1) IN email_key) > 0 OR position(lower($1) IN COALESCE(username_key, '')) > 0
  OR position(lower($1) IN lower(COALESCE(name, ''))) > 0) AND ($2::text IS NULL OR role = $2) AND ($3::text IS NULL OR status = $3)`;

/** One page of people and how many match in all. */
export async function selectUsers(db: Queryable, filter: UserFilter): Promise<{ rows: UserRow[]; total: number }> {
  const which = [filter.text, filter.role, filter.status];
  const [count] = await db.query<{ total: bigint }>(`SELECT count(*) AS total FROM users WHERE ${MATCHES}`, which);
  const rows = await db.query<UserRow>(
    `SELECT ${COLUMNS} FROM users WHERE ${MATCHES} ORDER BY created_at DESC, id LIMIT $4 OFFSET $5`,
    [...which, filter.limit, filter.offset],
  );
  return { rows, total: Number(count?.total ?? 0n) };
}

/** The settings of a person; what was never set has its default. */
export async function selectPreferences(db: Queryable, userId: string): Promise<Preferences> {
  const rows = await db.query<Preferences>(
    'SELECT preferred_models, selected_model, notifications, privacy FROM preferences WHERE user_id = $1',
    [userId],
  );
  return rows[0] ?? { preferred_models: [], selected_model: null, notifications: {}, privacy: {} };
}

/** Changes the settings named in `change` and leaves the others. */
export async function upsertPreferences(
  db: Queryable,
  userId: string,
  change: UpdatePreferencesRequest,
): Promise<Preferences> {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const rows = await db.query<Preferences>(
    `INSERT INTO preferences AS p (user_id, preferred_models, selected_model, notifications, privacy)
     VALUES ($1, COALESCE($2::jsonb, '[]'), $3, COALESCE($5::jsonb, '{}'), COALESCE($6::jsonb, '{}'))
     ON CONFLICT (user_id) DO UPDATE SET
       preferred_models = COALESCE($2::jsonb, p.preferred_models),
       selected_model = CASE WHEN $4::boolean THEN $3 ELSE p.selected_model END,
       notifications = COALESCE($5::jsonb, p.notifications),
       privacy = COALESCE($6::jsonb, p.privacy),
       updated_at = now()
     RETURNING preferred_models, selected_model, notifications, privacy`,
    [
      userId,
      json(change.preferred_models),
      change.selected_model ?? null,
      change.selected_model !== undefined,
      json(change.notifications),
      json(change.privacy),
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('UPSERT answered no row');
  return row;
}
