import type { PERMISSIONS } from '@q/contract/api-keys';
import type { Caller } from '../../http/caller.ts';
import type { Queryable } from '../../platform/database/database.ts';

type Permission = (typeof PERMISSIONS)[number];

/** A key as stored, without its hash. */
export interface KeyRow {
  id: string;
  user_id: string;
  name: string;
  prefix: string;
  last4: string;
  permissions: Permission[];
  daily_limit_nano: bigint | null;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

/** What authentication has to know of a key. */
export interface KeyAccess {
  id: string;
  userId: string;
  role: Caller['role'];
  permissions: Permission[];
  dailyLimitNano: bigint | null;
  /** The end of the key, or of the grace of a rotated one; null: never. */
  validUntil: Date | null;
}

const COLUMNS = 'id, user_id, name, prefix, last4, permissions, daily_limit_nano, created_at, expires_at, last_used_at';
const ACCESS = `k.id, k.user_id AS "userId", u.role, k.permissions, k.daily_limit_nano AS "dailyLimitNano"`;

/** Look-ups by full hash, among current keys and rotated ones in their grace. Expiry is left to the caller's clock. */
const ACCESS_BY_HASH = `
  SELECT encode(k.key_hash, 'hex') AS hash, ${ACCESS}, k.expires_at AS "validUntil"
  FROM api_keys k JOIN users u ON u.id = k.user_id
  WHERE k.key_hash = ANY($1::bytea[]) AND k.revoked_at IS NULL AND u.status = 'active'
  UNION ALL
  SELECT encode(o.key_hash, 'hex'), ${ACCESS}, LEAST(o.valid_until, k.expires_at) AS "validUntil"
  FROM api_key_old_hashes o JOIN api_keys k ON k.id = o.api_key_id JOIN users u ON u.id = k.user_id
  WHERE o.key_hash = ANY($1::bytea[]) AND k.revoked_at IS NULL AND u.status = 'active'`;

export async function insertKey(db: Queryable, key: KeyRow & { hash: Buffer }): Promise<void> {
  await db.query(
    `INSERT INTO api_keys (id, user_id, name, key_hash, prefix, last4, permissions, daily_limit_nano, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      key.id,
      key.user_id,
      key.name,
      key.hash,
      key.prefix,
      key.last4,
      key.permissions,
      key.daily_limit_nano,
      key.created_at,
      key.expires_at,
    ],
  );
}

/** The access of keys by their hashes, in their order; null where there is none, the key was deleted, or its owner is disabled. */
export async function selectAccessByHashes(db: Queryable, hashes: readonly Buffer[]): Promise<(KeyAccess | null)[]> {
  const rows = await db.query<KeyAccess & { hash: string }>(ACCESS_BY_HASH, [hashes], 'api-key-access');
  const found = new Map(rows.map(({ hash, ...access }) => [hash, access]));
  return hashes.map((hash) => found.get(hash.toString('hex')) ?? null);
}

/** The access of a key by its id, as `selectAccessByHashes`. */
export async function selectAccessById(db: Queryable, id: string): Promise<KeyAccess | null> {
  const rows = await db.query<KeyAccess>(
    `SELECT ${ACCESS}, k.expires_at AS "validUntil" FROM api_keys k JOIN users u ON u.id = k.user_id
     WHERE k.id = $1 AND k.revoked_at IS NULL AND u.status = 'active'`,
    [id],
  );
  return rows[0] ?? null;
}

/** Counts a person's keys, and keeps others from making one until the transaction ends. */
export async function lockAndCountKeys(tx: Queryable, userId: string): Promise<number> {
  await tx.query('SELECT id FROM users WHERE id = $1 FOR UPDATE', [userId]);
  const [row] = await tx.query<{ count: bigint }>(
    'SELECT count(*) AS count FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL',
    [userId],
  );
  return Number(row?.count ?? 0n);
}

/** One page of a person's keys, newest first, and how many there are. */
export async function selectKeys(
  db: Queryable,
  which: { userId: string; limit: number; offset: number },
): Promise<{ rows: KeyRow[]; total: number }> {
  const mine = 'user_id = $1 AND revoked_at IS NULL';
  const [count] = await db.query<{ total: bigint }>(`SELECT count(*) AS total FROM api_keys WHERE ${mine}`, [
    which.userId,
  ]);
  const rows = await db.query<KeyRow>(
    `SELECT ${COLUMNS} FROM api_keys WHERE ${mine} ORDER BY created_at DESC, id LIMIT $2 OFFSET $3`,
    [which.userId, which.limit, which.offset],
  );
  return { rows, total: Number(count?.total ?? 0n) };
}

/** What keys of one person have been charged since midnight UTC, by id: of those with a limit as the limit counts it, of others as the usage log has it. */
export async function selectSpentToday(
  db: Queryable,
  userId: string,
  keys: readonly Pick<KeyRow, 'id' | 'daily_limit_nano'>[],
): Promise<ReadonlyMap<string, bigint>> {
  const idsOf = (limited: boolean) =>
    keys.filter((key) => (key.daily_limit_nano !== null) === limited).map(({ id }) => id);
  const [limited, others] = [idsOf(true), idsOf(false)];
  const spent: { id: string; spent: bigint }[] = [];
  if (limited.length > 0)
    spent.push(
      ...(await db.query<{ id: string; spent: bigint }>(
        `SELECT api_key_id AS id, spent FROM api_key_days WHERE api_key_id = ANY($1) AND day = (now() AT TIME ZONE 'UTC')::date`,
        [limited],
      )),
    );
  if (others.length > 0)
    spent.push(
      ...(await db.query<{ id: string; spent: bigint }>(
        `SELECT api_key_id AS id, sum(cost_nano)::bigint AS spent FROM calls
         WHERE user_id = $1 AND api_key_id = ANY($2) AND created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
         GROUP BY api_key_id`,
        [userId, others],
      )),
    );
  return new Map(spent.map((row) => [row.id, row.spent]));
}

/** Ends a key for good; false when this person has no such key. */
export async function revokeKey(db: Queryable, end: { userId: string; id: string; now: Date }): Promise<boolean> {
  const rows = await db.query(
    'UPDATE api_keys SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING id',
    [end.id, end.userId, end.now],
  );
  return rows.length > 0;
}

/** Locks a person's key and answers it with its hash; null when they have no such key. */
export async function lockKey(
  tx: Queryable,
  which: { userId: string; id: string },
): Promise<(KeyRow & { hash: Buffer }) | null> {
  const rows = await tx.query<KeyRow & { hash: Buffer }>(
    `SELECT ${COLUMNS}, key_hash AS hash FROM api_keys WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL FOR UPDATE`,
    [which.id, which.userId],
  );
  return rows[0] ?? null;
}

/** Puts a new hash in place of a key's, and lets the old one live until `graceUntil` (null: no longer). */
export async function replaceHash(
  tx: Queryable,
  change: {
    id: string;
    oldHash: Buffer;
    hash: Buffer;
    prefix: string;
    last4: string;
    graceUntil: Date | null;
    now: Date;
  },
): Promise<void> {
  await tx.query('UPDATE api_keys SET key_hash = $2, prefix = $3, last4 = $4 WHERE id = $1', [
    change.id,
    change.hash,
    change.prefix,
    change.last4,
  ]);
  // Rotating without grace means that something leaked: then no earlier key of this id may live on either.
  await tx.query('DELETE FROM api_key_old_hashes WHERE api_key_id = $1 AND ($2::boolean OR valid_until <= $3)', [
    change.id,
    change.graceUntil === null,
    change.now,
  ]);
  if (change.graceUntil === null) return;
  await tx.query('INSERT INTO api_key_old_hashes (key_hash, api_key_id, valid_until) VALUES ($1, $2, $3)', [
    change.oldHash,
    change.id,
    change.graceUntil,
  ]);
}

/** Notes when keys were last used, all in one statement. */
export async function updateLastUsed(db: Queryable, uses: readonly { id: string; at: Date }[]): Promise<void> {
  await db.query(
    `UPDATE api_keys k SET last_used_at = GREATEST(k.last_used_at, u.at)
     FROM unnest($1::text[], $2::timestamptz[]) AS u (id, at) WHERE k.id = u.id`,
    [uses.map((use) => use.id), uses.map((use) => use.at)],
  );
}
