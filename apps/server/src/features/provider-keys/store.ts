import type { Queryable } from '../../platform/database/database.ts';
import type { Envelope } from './envelope.ts';

/** A key as its owner sees it. */
export interface ProviderKeyRow {
  provider: string;
  base_url: string | null;
  last4: string;
  created_at: Date;
  tested_at: Date | null;
  test_ok: boolean | null;
  test_message: string | null;
}

/** A key as stored: its secret is in an envelope. */
export type SealedKeyRow = ProviderKeyRow & Envelope;

/** What a provider said to a key, and when. */
export interface TestResult {
  ok: boolean;
  message: string;
  at: Date;
}

const SHOWN = 'provider, base_url, last4, created_at, tested_at, test_ok, test_message';
const ENVELOPE = 'kek_id AS "kekId", wrapped_data_key AS "wrappedDataKey", sealed_key AS "sealedKey"';

/** A person's keys, by provider. */
export async function selectProviderKeys(db: Queryable, userId: string): Promise<ProviderKeyRow[]> {
  return db.query<ProviderKeyRow>(`SELECT ${SHOWN} FROM provider_keys WHERE user_id = $1 ORDER BY provider`, [userId]);
}

/** The keys of people with their envelopes, in the order of the people; none for a person who is disabled. */
export async function selectSealedKeys(db: Queryable, userIds: readonly string[]): Promise<SealedKeyRow[][]> {
  const rows = await db.query<SealedKeyRow & { userId: string }>(
    `SELECT user_id AS "userId", ${SHOWN}, ${ENVELOPE} FROM provider_keys k
     WHERE user_id = ANY($1::text[]) AND EXISTS (SELECT FROM users WHERE id = k.user_id AND status = 'active')`,
    [userIds],
    'sealed-provider-keys',
  );
  const byPerson = new Map<string, SealedKeyRow[]>(userIds.map((userId) => [userId, []]));
  for (const { userId, ...row } of rows) byPerson.get(userId)?.push(row);
  return userIds.map((userId) => byPerson.get(userId) ?? []);
}

/** Stores a person's key for a provider in place of the one that is there. */
export async function upsertProviderKey(db: Queryable, key: SealedKeyRow & { userId: string }): Promise<void> {
  await db.query(
    `INSERT INTO provider_keys (user_id, provider, base_url, last4, kek_id, wrapped_data_key, sealed_key, created_at,
       tested_at, test_ok, test_message)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (user_id, provider) DO UPDATE SET base_url = EXCLUDED.base_url, last4 = EXCLUDED.last4,
       kek_id = EXCLUDED.kek_id, wrapped_data_key = EXCLUDED.wrapped_data_key, sealed_key = EXCLUDED.sealed_key,
       created_at = EXCLUDED.created_at, tested_at = EXCLUDED.tested_at, test_ok = EXCLUDED.test_ok,
       test_message = EXCLUDED.test_message`,
    [
      key.userId,
      key.provider,
      key.base_url,
      key.last4,
      key.kekId,
      key.wrappedDataKey,
      key.sealedKey,
      key.created_at,
      key.tested_at,
      key.test_ok,
      key.test_message,
    ],
  );
}

/** Deletes a person's key; false when they have none for this provider. */
export async function deleteProviderKey(db: Queryable, which: { userId: string; provider: string }): Promise<boolean> {
  const rows = await db.query('DELETE FROM provider_keys WHERE user_id = $1 AND provider = $2 RETURNING provider', [
    which.userId,
    which.provider,
  ]);
  return rows.length > 0;
}

/** Notes what a provider said to a key, and answers the key; null when another one has taken its place meanwhile, or none. */
export async function updateTestResult(
  db: Queryable,
  key: { userId: string; provider: string; sealedKey: Buffer },
  result: TestResult,
): Promise<ProviderKeyRow | null> {
  const rows = await db.query<ProviderKeyRow>(
    `UPDATE provider_keys SET tested_at = $4, test_ok = $5, test_message = $6
     WHERE user_id = $1 AND provider = $2 AND sealed_key = $3 RETURNING ${SHOWN}`,
    [key.userId, key.provider, key.sealedKey, result.at, result.ok, result.message],
  );
  return rows[0] ?? null;
}

/** How many keys were sealed under another key-encrypting key than this. */
export async function countOfOtherKeks(db: Queryable, kekId: string): Promise<number> {
  const [row] = await db.query<{ count: bigint }>('SELECT count(*) AS count FROM provider_keys WHERE kek_id <> $1', [
    kekId,
  ]);
  return Number(row?.count ?? 0n);
}
