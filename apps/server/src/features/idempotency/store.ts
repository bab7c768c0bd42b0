import type { KeptAnswer, OnceRequest } from '../../http/idempotency-key.ts';
import type { Queryable } from '../../platform/database/database.ts';
import type { ClaimFacts } from './claim-state.ts';

/** A claim has this long to set its call's money aside. Later it may be taken over; `confirmClaim` then refuses the late one. */
const CLAIM_LEASE = '30 seconds';
/** Longer than any call may last: what a confirmed call without a hold may take. */
const CALL_LEASE = '20 minutes';
/** What a call may take that goes on with the answer of one that was charged. */
const GO_ON_LEASE = '30 minutes';
/** After its charge, a call has this long to keep its answer before the answer counts as lost. */
const KEEP_WITHIN = '10 seconds';
const KEPT_FOR = '24 hours';
const PURGE_BATCH = 5_000;

/** Which claim is meant: that of `callId`, and of nobody who took the key over. */
export interface ClaimId {
  userId: string;
  key: string;
  /** Null for a claim of one transaction. */
  callId: string | null;
}

/** A claimed key, and what has become of it. `charged` in nano-dollars. */
export interface ClaimRow extends ClaimFacts {
  fingerprint: Buffer;
  callId: string | null;
  headers: Record<string, string>;
  body: string | null;
  charged: bigint | null;
}

const LEASE = `CASE WHEN $4::text IS NULL THEN NULL ELSE now() + interval '${CLAIM_LEASE}' END`;

/** Claims a key that nobody has; false when somebody has. Waits for a transaction that claims it at the same time. */
export async function insertClaim(db: Queryable, request: OnceRequest, callId: string | null): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO idempotency_keys (user_id, key, fingerprint, call_id, lease_until) VALUES ($1, $2, $3, $4, ${LEASE})
     ON CONFLICT DO NOTHING RETURNING 1`,
    [request.userId, request.key, request.fingerprint, callId],
  );
  return rows.length > 0;
}

/** The lease is so long only where the claim stays with a call that has ended while another goes on with its answer. */
const GOES_ON = `COALESCE(k.lease_until > GREATEST(now(), r.resolved_at + interval '${CALL_LEASE}' + interval '1 minute'), false)`;

/** Reads a claimed key together with the end of its call. */
export async function readClaim(db: Queryable, request: OnceRequest): Promise<ClaimRow | undefined> {
  const rows = await db.query<ClaimRow>(
    `SELECT k.fingerprint, k.call_id AS "callId", k.status, k.headers, k.body, r.amount AS charged,
       COALESCE(k.lease_until < now(), true) AS lapsed, h.id IS NOT NULL AS held, r.kind AS "end",
       COALESCE(r.reason LIKE 'process_died%' OR (
         r.resolved_at < now() - interval '${KEEP_WITHIN}' AND NOT ${GOES_ON}
       ), false) AS "endStands"
     FROM idempotency_keys k LEFT JOIN holds h ON h.id = k.call_id LEFT JOIN hold_resolutions r ON r.hold_id = k.call_id
     WHERE k.user_id = $1 AND k.key = $2`,
    [request.userId, request.key],
  );
  return rows[0];
}

/**
 * Takes over a key whose first request came to nothing; false when it was quicker after all. A call without a hold is only taken over
 * while its lease is past, and `confirmClaim` renews the lease in the same row: of the two, one wins.
 */
export async function takeOverClaim(
  db: Queryable,
  request: OnceRequest,
  change: { from: string | null; to: string | null; voided: boolean },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE idempotency_keys SET fingerprint = $3, call_id = $4, lease_until = ${LEASE}, created_at = now()
     WHERE user_id = $1 AND key = $2 AND call_id IS NOT DISTINCT FROM $5 AND status IS NULL
       AND ($6 OR COALESCE(lease_until < now(), true)) RETURNING 1`,
    [request.userId, request.key, request.fingerprint, change.to, change.from, change.voided],
  );
  return rows.length > 0;
}

/**
 * Renews the lease of a claim for `callId`, its own call or one that goes on with the answer, which is about to go upstream. A claim whose own
 * call cost nothing is the other's from then on: what became of it tells whether the key is free. Answers whose it is; null when the key
 * has been taken over.
 */
export async function confirmClaim(db: Queryable, claim: ClaimId, callId: string): Promise<string | null> {
  const rows = await db.query<{ callId: string }>(
    `WITH own AS (
       SELECT CASE WHEN EXISTS (SELECT 1 FROM hold_resolutions WHERE hold_id = $3 AND kind = 'void') THEN $4 ELSE $3 END AS call_id
     )
     UPDATE idempotency_keys k SET call_id = own.call_id,
       lease_until = now() + CASE WHEN own.call_id = $4 THEN interval '${CALL_LEASE}' ELSE interval '${GO_ON_LEASE}' END
     FROM own WHERE k.user_id = $1 AND k.key = $2 AND k.call_id = $3 AND k.status IS NULL RETURNING k.call_id AS "callId"`,
    [claim.userId, claim.key, claim.callId, callId],
  );
  return rows[0]?.callId ?? null;
}

/** Keeps the answer of a claimed request; `body` null when it is too long to be kept. */
export async function keepAnswer(
  db: Queryable,
  claim: ClaimId,
  answer: Omit<KeptAnswer, 'body'> & { body: string | null },
): Promise<void> {
  await db.query(
    `UPDATE idempotency_keys SET status = $4, headers = $5, body = $6
     WHERE user_id = $1 AND key = $2 AND call_id IS NOT DISTINCT FROM $3 AND status IS NULL`,
    [claim.userId, claim.key, claim.callId, answer.status, JSON.stringify(answer.headers), answer.body],
  );
}

/** Frees the key of a request that failed, unless its call was charged or may yet be. */
export async function releaseClaim(db: Queryable, claim: ClaimId): Promise<void> {
  await db.query(
    `DELETE FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND call_id = $3 AND status IS NULL AND NOT EXISTS (
       SELECT 1 FROM holds h LEFT JOIN hold_resolutions r ON r.hold_id = h.id WHERE h.id = $3 AND r.kind IS DISTINCT FROM 'void')`,
    [claim.userId, claim.key, claim.callId],
  );
}

/** Removes one batch of keys whose day is over, with their answers; true when there may be more. */
export async function purgeClaims(db: Queryable): Promise<boolean> {
  const rows = await db.query(
    `DELETE FROM idempotency_keys WHERE (user_id, key) IN (
       SELECT user_id, key FROM idempotency_keys WHERE created_at < now() - interval '${KEPT_FOR}' LIMIT ${PURGE_BATCH} FOR UPDATE SKIP LOCKED
     ) RETURNING 1`,
  );
  return rows.length === PURGE_BATCH;
}
