import type { Queryable } from '../../platform/database/database.ts';

/** One thing somebody did. */
export interface AuditEntry {
  /** The person or null: nobody signed in, or the system itself. */
  actorId: string | null;
  /** What was done, as `area.verb`, such as `api_key.create`. */
  action: string;
  /** The id of what it was done to. */
  object?: string | null;
  /** Further facts; never a secret, and no more of a person than the log needs. */
  details?: Record<string, string | number | boolean | null | readonly string[]>;
  ip?: string | null;
  requestId?: string | null;
}

/** A stored entry. */
export interface AuditRow {
  seq: bigint;
  at: Date;
  actor_id: string | null;
  action: string;
  object: string | null;
  details: Record<string, unknown>;
  ip: string | null;
  request_id: string | null;
}

/** Which entries to list, newest first. */
export interface AuditFilter {
  actorId: string | null;
  action: string | null;
  limit: number;
  offset: number;
}

/** Appends one entry. The table refuses changes and deletions. */
export async function insertAuditEntry(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.query(
    'INSERT INTO audit_log (actor_id, action, object, details, ip, request_id) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      entry.actorId,
      entry.action,
      entry.object ?? null,
      JSON.stringify(entry.details ?? {}),
      entry.ip ?? null,
      entry.requestId ?? null,
    ],
  );
}

const MATCHES = '($1::text IS NULL OR actor_id = $1) AND ($2::text IS NULL OR action = $2)';

/** One page of entries and how many match in all. */
export async function selectAuditEntries(
  db: Queryable,
  filter: AuditFilter,
): Promise<{ rows: AuditRow[]; total: number }> {
  const which = [filter.actorId, filter.action];
  const [count] = await db.query<{ total: bigint }>(`SELECT count(*) AS total FROM audit_log WHERE ${MATCHES}`, which);
  const rows = await db.query<AuditRow>(
    `SELECT seq, at, actor_id, action, object, details, ip, request_id FROM audit_log WHERE ${MATCHES}
     ORDER BY seq DESC LIMIT $3 OFFSET $4`,
    [...which, filter.limit, filter.offset],
  );
  return { rows, total: Number(count?.total ?? 0n) };
}
