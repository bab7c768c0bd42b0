import type { Usage } from '@q/providers/spec/usage';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';
import { LEASE_SECONDS } from './place-holds-store.ts';
import type { Asset, HoldLine } from './settlement.ts';

/** A process that was cut off from the database gets this long to renew before others take its holds. */
const SWEEP_MARGIN_SECONDS = 10;

/**
 * Draws `$amount` from the caller's wallets: promotional ones by earliest expiry, then the paid one.
 * The rows are locked in id order first, so `free` is what is free now, whatever others have just committed;
 * `enough` has a row only when the whole amount can be drawn. What is written comes from the locked row, as in PLACE_HOLDS.
 */
const draw = (amount: string, user: string, freeTokens: string) => `
  mine AS (
    SELECT account_id, posted, held, posted - held - floor AS free, bucket, expires_at FROM wallets
    WHERE user_id = ${user} AND status = 'active' AND (bucket = 'free_tokens') = ${freeTokens} AND (expires_at IS NULL OR expires_at > now())
    ORDER BY account_id FOR UPDATE
  ),
  ordered AS (
    SELECT account_id, free, (sum(free) OVER by_expiry)::bigint AS running, (row_number() OVER by_expiry)::int AS n
    FROM mine WHERE free > 0
    WINDOW by_expiry AS (ORDER BY bucket = 'paid', expires_at, account_id ROWS UNBOUNDED PRECEDING)
  ),
  draw AS (
    SELECT account_id, n, LEAST(free, ${amount}::bigint - (running - free)) AS amount
    FROM ordered WHERE running - free < ${amount}::bigint
  ),
  enough AS (SELECT 1 AS ok WHERE ${amount}::bigint = (SELECT COALESCE(sum(amount), 0) FROM draw)),
  taken AS (
    UPDATE wallets w SET posted = m.posted, held = m.held + d.amount FROM draw d JOIN mine m ON m.account_id = d.account_id
    WHERE w.account_id = d.account_id AND EXISTS (SELECT 1 FROM enough)
  )`;

/** Growing renews the lease, too: a sweep that has just found it over looks at the row again, and at what it draws on now. */
const EXTEND_HOLD = `
  WITH open AS (
    UPDATE hold_progress SET lease_until = now() + interval '${LEASE_SECONDS} seconds' WHERE hold_id = $1 RETURNING hold_id
  ),
  ${draw('$3', '$2', '$5::boolean')},
  lines AS (
    INSERT INTO further_hold_lines (hold_id, seq, account_id, amount)
    SELECT open.hold_id, $4::int + draw.n, draw.account_id, draw.amount FROM open, enough, draw
    RETURNING seq, account_id, amount
  )
  SELECT (SELECT count(*) FROM open)::int AS open,
    COALESCE((SELECT json_agg(json_build_object('seq', seq, 'accountId', account_id::text, 'amount', amount::text)) FROM lines), '[]') AS lines`;

interface RawLine {
  seq: number;
  accountId: string;
  amount: string;
}

const toLine = (raw: RawLine): HoldLine => ({
  seq: raw.seq,
  accountId: BigInt(raw.accountId),
  amount: BigInt(raw.amount),
});

/** Adds `amount` of its asset to an open hold. `open` is false when the hold has been resolved by somebody else. */
export async function extendHold(
  db: Queryable,
  extension: { holdId: string; userId: string; asset: Asset; amount: bigint; afterSeq: number },
): Promise<{ open: boolean; lines: HoldLine[] }> {
  const { holdId, userId, asset, amount, afterSeq } = extension;
  const [row] = await db.query<{ open: number; lines: RawLine[] }>(
    EXTEND_HOLD,
    [holdId, userId, amount, afterSeq, asset === 'FREE_TOKEN'],
    'extend-hold',
  );
  return { open: row?.open === 1, lines: row?.lines.map(toLine) ?? [] };
}

/** Who serves a call, and by which price. */
export interface HoldTerms {
  modelId: string;
  provider: string;
  price: PriceVersion;
  payee: string;
}

/** Gives an open hold other terms, in the caller's transaction. False when it is not open any more. */
export async function redirectHold(tx: Queryable, holdId: string, terms: HoldTerms): Promise<boolean> {
  const { modelId, provider, price, payee } = terms;
  const rows = await tx.query(
    `WITH open AS (SELECT hold_id FROM hold_progress WHERE hold_id = $1 FOR UPDATE)
     UPDATE holds h SET model_id = $2, provider = $3, price_version_id = $4, mode = $5, fee_bps = $6, payee = $7
     FROM open WHERE h.id = open.hold_id RETURNING 1`,
    [holdId, modelId, provider, price.id, price.mode, price.mode === 'byok' ? (price.feeBps ?? 0) : null, payee],
    'redirect-hold',
  );
  return rows.length > 0;
}

/**
 * What a hold draws on, in the caller's transaction. An extension of it that is still under way is waited for: its connection may have
 * broken on our side only.
 */
export async function readLines(tx: Queryable, holdId: string): Promise<HoldLine[]> {
  await tx.query('SELECT 1 FROM hold_progress WHERE hold_id = $1 FOR UPDATE', [holdId]);
  const rows = await tx.query<{ seq: number; account_id: bigint; amount: bigint }>(
    'SELECT seq, account_id, amount FROM hold_lines WHERE hold_id = $1 ORDER BY seq',
    [holdId],
  );
  return rows.map(({ seq, account_id: accountId, amount }) => ({ seq, accountId, amount }));
}

/**
 * Renews the leases of a process's open holds and stores what they have delivered so far, in one statement. A row that is locked, as while
 * its hold grows or ends, is left for the next time: it may be waiting for a wallet that somebody keeps, and everybody else's leases would be
 * over before.
 * Returns the ids that are still open.
 */
export async function renewLeases(db: Database, holds: { id: string; usage: Usage | null }[]): Promise<Set<string>> {
  const rows = await db.query<{ hold_id: string }>(
    `WITH mine AS MATERIALIZED (SELECT hold_id FROM hold_progress WHERE hold_id = ANY($1::text[]) FOR UPDATE SKIP LOCKED),
     renewed AS (
       UPDATE hold_progress p SET lease_until = now() + interval '${LEASE_SECONDS} seconds', usage = COALESCE(u.usage::jsonb, p.usage)
       FROM mine m JOIN unnest($1::text[], $2::text[]) AS u (hold_id, usage) ON u.hold_id = m.hold_id
       WHERE p.hold_id = m.hold_id
     )
     SELECT hold_id FROM hold_progress WHERE hold_id = ANY($1::text[])`,
    [holds.map((hold) => hold.id), holds.map((hold) => (hold.usage === null ? null : JSON.stringify(hold.usage)))],
    'renew-leases',
  );
  return new Set(rows.map((row) => row.hold_id));
}

/** A hold whose process stopped renewing it. */
export interface Orphan {
  holdId: string;
  userId: string;
  apiKeyId: string | null;
  limitDay: string | null;
  modelId: string;
  provider: string;
  priceVersionId: bigint;
  mode: PriceVersion['mode'];
  feeBps: number | null;
  payee: string;
  startedAt: Date;
  usage: Usage | null;
  asset: Asset;
  lines: HoldLine[];
}

/** Whether any hold of a person is open; that of a process that died is until it is swept. */
export async function hasOpenHolds(db: Queryable, userId: string): Promise<boolean> {
  const rows = await db.query(
    'SELECT 1 FROM hold_progress p JOIN holds h ON h.id = p.hold_id WHERE h.user_id = $1 LIMIT 1',
    [userId],
    // Prepared, it reads the few open holds and each by its key, never all that ever were.
    'has-open-holds',
  );
  return rows.length > 0;
}

/** Locks up to `limit` orphaned holds but `except` for the current transaction; rows that another process has locked are skipped. */
export async function lockOrphans(tx: Queryable, limit: number, except: readonly string[]): Promise<Orphan[]> {
  const rows = await tx.query<Omit<Orphan, 'lines'> & { lines: RawLine[] }>(
    `SELECT p.hold_id AS "holdId", p.usage, h.user_id AS "userId", h.api_key_id AS "apiKeyId", h.limit_day::text AS "limitDay",
       h.model_id AS "modelId", h.provider, h.price_version_id AS "priceVersionId", h.mode, h.fee_bps AS "feeBps", h.payee,
       h.created_at AS "startedAt",
       CASE WHEN EXISTS (SELECT 1 FROM hold_lines l JOIN wallets w USING (account_id) WHERE l.hold_id = p.hold_id AND w.bucket = 'free_tokens')
         THEN 'FREE_TOKEN' ELSE 'USD' END AS asset,
       COALESCE((SELECT json_agg(json_build_object('seq', l.seq, 'accountId', l.account_id::text, 'amount', l.amount::text))
         FROM hold_lines l WHERE l.hold_id = p.hold_id), '[]') AS lines
     FROM hold_progress p JOIN holds h ON h.id = p.hold_id
     WHERE p.lease_until < now() - interval '${SWEEP_MARGIN_SECONDS} seconds' AND p.hold_id <> ALL($2::text[])
     ORDER BY p.lease_until LIMIT $1 FOR UPDATE OF p SKIP LOCKED`,
    [limit, except],
  );
  return rows.map((row) => ({ ...row, lines: row.lines.map(toLine) }));
}

/**
 * Reserves `amount` under an API key's daily limit and returns the day; null when the limit would be passed. The day is that of a hold that
 * grows, whatever day it has become since; for a new hold today (UTC, by the database's clock).
 */
export async function reserveKeyDay(
  tx: Queryable,
  reservation: { apiKeyId: string; amount: bigint; limit: bigint; day?: string },
): Promise<string | null> {
  const { apiKeyId, amount, limit, day = null } = reservation;
  const rows = await tx.query<{ day: string }>(
    `INSERT INTO api_key_days AS d (api_key_id, day, held) SELECT $1, COALESCE($4::date, (now() AT TIME ZONE 'UTC')::date), $2::bigint WHERE $2::bigint <= $3::bigint
     ON CONFLICT (api_key_id, day) DO UPDATE SET held = d.held + excluded.held WHERE d.held + d.spent + excluded.held <= $3::bigint
     RETURNING day::text`,
    [apiKeyId, amount, limit, day],
  );
  return rows[0]?.day ?? null;
}

/** What an API key has spent and set aside today (UTC), in nano-dollars. Counted only for keys with a daily limit. */
export async function readKeyDay(db: Queryable, apiKeyId: string): Promise<bigint> {
  const rows = await db.query<{ used: bigint }>(
    `SELECT held + spent AS used FROM api_key_days WHERE api_key_id = $1 AND day = (now() AT TIME ZONE 'UTC')::date`,
    [apiKeyId],
  );
  return rows[0]?.used ?? 0n;
}
