import type { Usage, UsageSource } from '@q/providers/spec/usage';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { HoldLine, WalletChange } from './settlement.ts';

/** A hold is renewed every second; one that was not for this long belongs to a process that died. */
const LEASE_SECONDS = 30;
/** A process that was cut off from the database gets this long to renew before others take its holds. */
const SWEEP_MARGIN_SECONDS = 10;

/** The row of a new hold. */
export interface NewHold {
  id: string;
  userId: string;
  apiKeyId: string | null;
  limitDay: string | null;
  modelId: string;
  provider: string;
  priceVersionId: bigint;
  payee: string;
  amount: bigint;
}

/** How one try at a provider ended. */
export interface Attempt {
  provider: string;
  outcome: string;
  upstreamRequestId: string | null;
}

/** What ends a hold. */
export interface Resolution {
  holdId: string;
  userId: string;
  kind: 'settle' | 'void';
  charged: bigint;
  overrun: bigint;
  usage: Usage | null;
  usageSource: UsageSource | null;
  reason: string;
  wallets: WalletChange[];
  transfers: { debit: bigint; credit: bigint; amount: bigint }[];
  attempts: Attempt[];
  apiKeyDay: { apiKeyId: string; day: string } | null;
}

/**
 * Draws `$amount` from the caller's wallets: promotional ones by earliest expiry, then the paid one.
 * The rows are locked in id order first, so `free` is what is free now, whatever others have just committed;
 * `enough` has a row only when the whole amount can be drawn.
 */
const draw = (amount: string, user: string) => `
  mine AS (
    SELECT account_id, posted - held - floor AS free, bucket, expires_at FROM wallets
    WHERE user_id = ${user} AND status = 'active' AND (expires_at IS NULL OR expires_at > now())
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
    UPDATE wallets w SET held = w.held + d.amount FROM draw d
    WHERE w.account_id = d.account_id AND EXISTS (SELECT 1 FROM enough)
  )`;

const PLACE_HOLD = `
  WITH ${draw('$9', '$2')},
  hold AS (
    INSERT INTO holds (id, user_id, api_key_id, limit_day, model_id, provider, price_version_id, payee)
    SELECT $1, $2, $3, $4::date, $5, $6, $7, $8 FROM enough RETURNING id
  ),
  lines AS (
    INSERT INTO hold_lines (hold_id, seq, account_id, amount)
    SELECT hold.id, draw.n, draw.account_id, draw.amount FROM hold, draw
    RETURNING seq, account_id, amount
  ),
  progress AS (
    INSERT INTO hold_progress (hold_id, lease_until) SELECT id, now() + interval '${LEASE_SECONDS} seconds' FROM hold
  )
  SELECT (SELECT count(*) FROM hold)::int AS placed,
    COALESCE((SELECT json_agg(json_build_object('seq', seq, 'accountId', account_id::text, 'amount', amount::text)) FROM lines), '[]') AS lines`;

const EXTEND_HOLD = `
  WITH open AS (SELECT hold_id FROM hold_progress WHERE hold_id = $1 FOR UPDATE),
  ${draw('$3', '$2')},
  lines AS (
    INSERT INTO hold_lines (hold_id, seq, account_id, amount)
    SELECT open.hold_id, $4::int + draw.n, draw.account_id, draw.amount FROM open, enough, draw
    RETURNING seq, account_id, amount
  )
  SELECT (SELECT count(*) FROM open)::int AS open,
    COALESCE((SELECT json_agg(json_build_object('seq', seq, 'accountId', account_id::text, 'amount', amount::text)) FROM lines), '[]') AS lines`;

const RESOLVE_HOLD = `
  WITH resolution AS (
    INSERT INTO hold_resolutions (hold_id, kind, amount, overrun, usage, usage_source, reason)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7) ON CONFLICT (hold_id) DO NOTHING RETURNING hold_id
  ),
  journal AS (
    INSERT INTO journals (idem_key, kind, user_id, hold_id)
    SELECT 'settle:' || hold_id, 'charge', $8, hold_id FROM resolution WHERE $2 = 'settle' RETURNING id
  ),
  moved AS (
    INSERT INTO transfers (journal_id, debit_account, credit_account, amount)
    SELECT journal.id, t.debit, t.credit, t.amount
    FROM journal, unnest($9::bigint[], $10::bigint[], $11::bigint[]) AS t (debit, credit, amount)
  ),
  changed AS (
    UPDATE wallets w SET posted = w.posted - c.charge, held = w.held - c.release
    FROM unnest($12::bigint[], $13::bigint[], $14::bigint[]) AS c (account_id, charge, release)
    WHERE w.account_id = c.account_id AND EXISTS (SELECT 1 FROM resolution)
    RETURNING w.account_id, w.posted
  ),
  tried AS (
    INSERT INTO attempts (hold_id, n, provider, outcome, upstream_request_id)
    SELECT resolution.hold_id, a.n, a.provider, a.outcome, a.upstream_request_id
    FROM resolution, unnest($15::text[], $16::text[], $17::text[]) WITH ORDINALITY AS a (provider, outcome, upstream_request_id, n)
  ),
  day AS (
    UPDATE api_key_days d SET held = d.held - $20::bigint, spent = d.spent + $3::bigint
    WHERE d.api_key_id = $18 AND d.day = $19::date AND EXISTS (SELECT 1 FROM resolution)
  ),
  ended AS (DELETE FROM hold_progress WHERE hold_id IN (SELECT hold_id FROM resolution))
  SELECT (SELECT count(*) FROM resolution)::int AS resolved,
    (COALESCE((SELECT sum(posted) FROM changed), 0) + COALESCE((
      SELECT sum(posted) FROM wallets WHERE user_id = $8 AND account_id NOT IN (SELECT account_id FROM changed)
    ), 0))::bigint AS balance`;

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

/** Sets `hold.amount` aside; null when the wallets cannot bear it. */
export async function placeHold(db: Queryable, hold: NewHold): Promise<HoldLine[] | null> {
  const values = [
    hold.id,
    hold.userId,
    hold.apiKeyId,
    hold.limitDay,
    hold.modelId,
    hold.provider,
    hold.priceVersionId,
    hold.payee,
    hold.amount,
  ];
  const [row] = await db.query<{ placed: number; lines: RawLine[] }>(PLACE_HOLD, values, 'place-hold');
  return row && row.placed === 1 ? row.lines.map(toLine) : null;
}

/** Adds `amount` to an open hold. `open` is false when the hold has been resolved by somebody else. */
export async function extendHold(
  db: Queryable,
  extension: { holdId: string; userId: string; amount: bigint; afterSeq: number },
): Promise<{ open: boolean; lines: HoldLine[] }> {
  const { holdId, userId, amount, afterSeq } = extension;
  const [row] = await db.query<{ open: number; lines: RawLine[] }>(
    EXTEND_HOLD,
    [holdId, userId, amount, afterSeq],
    'extend-hold',
  );
  return { open: row?.open === 1, lines: row?.lines.map(toLine) ?? [] };
}

/** Ends a hold once. `resolved` is false when it had been ended before: nothing was changed then. */
export async function resolveHold(
  db: Queryable,
  resolution: Resolution,
): Promise<{ resolved: boolean; balance: bigint }> {
  const { transfers, wallets, attempts } = resolution;
  const values = [
    resolution.holdId,
    resolution.kind,
    resolution.charged,
    resolution.overrun,
    resolution.usage === null ? null : JSON.stringify(resolution.usage),
    resolution.usageSource,
    resolution.reason,
    resolution.userId,
    transfers.map((transfer) => transfer.debit),
    transfers.map((transfer) => transfer.credit),
    transfers.map((transfer) => transfer.amount),
    wallets.map((wallet) => wallet.accountId),
    wallets.map((wallet) => wallet.charge),
    wallets.map((wallet) => wallet.release),
    attempts.map((attempt) => attempt.provider),
    attempts.map((attempt) => attempt.outcome),
    attempts.map((attempt) => attempt.upstreamRequestId),
    resolution.apiKeyDay?.apiKeyId ?? null,
    resolution.apiKeyDay?.day ?? null,
    wallets.reduce((sum, wallet) => sum + wallet.release, 0n),
  ];
  const [row] = await db.query<{ resolved: number; balance: bigint }>(RESOLVE_HOLD, values, 'resolve-hold');
  return { resolved: row?.resolved === 1, balance: row?.balance ?? 0n };
}

/** How an already ended hold was ended; undefined while it is open. */
export async function findResolution(
  db: Queryable,
  holdId: string,
): Promise<{ kind: 'settle' | 'void'; amount: bigint } | undefined> {
  const rows = await db.query<{ kind: 'settle' | 'void'; amount: bigint }>(
    'SELECT kind, amount FROM hold_resolutions WHERE hold_id = $1',
    [holdId],
  );
  return rows[0];
}

/**
 * Renews the leases of a process's open holds and stores what they have delivered so far, in one statement.
 * Returns the ids that are still open.
 */
export async function renewLeases(db: Database, holds: { id: string; usage: Usage | null }[]): Promise<Set<string>> {
  const rows = await db.query<{ hold_id: string }>(
    `UPDATE hold_progress p SET lease_until = now() + interval '${LEASE_SECONDS} seconds', usage = COALESCE(u.usage::jsonb, p.usage)
     FROM unnest($1::text[], $2::text[]) AS u (hold_id, usage) WHERE p.hold_id = u.hold_id RETURNING p.hold_id`,
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
  priceVersionId: bigint;
  payee: string;
  provider: string;
  usage: Usage | null;
  lines: HoldLine[];
}

/** Locks up to `limit` orphaned holds for the current transaction; rows that another process has locked are skipped. */
export async function lockOrphans(tx: Queryable, limit: number): Promise<Orphan[]> {
  const rows = await tx.query<Omit<Orphan, 'lines'> & { lines: RawLine[] }>(
    `SELECT p.hold_id AS "holdId", p.usage, h.user_id AS "userId", h.api_key_id AS "apiKeyId", h.limit_day::text AS "limitDay",
       h.price_version_id AS "priceVersionId", h.payee, h.provider,
       COALESCE((SELECT json_agg(json_build_object('seq', l.seq, 'accountId', l.account_id::text, 'amount', l.amount::text))
         FROM hold_lines l WHERE l.hold_id = p.hold_id), '[]') AS lines
     FROM hold_progress p JOIN holds h ON h.id = p.hold_id
     WHERE p.lease_until < now() - interval '${SWEEP_MARGIN_SECONDS} seconds'
     ORDER BY p.lease_until LIMIT $1 FOR UPDATE OF p SKIP LOCKED`,
    [limit],
  );
  return rows.map((row) => ({ ...row, lines: row.lines.map(toLine) }));
}

/**
 * Reserves `amount` under an API key's daily limit (day in UTC by the database's clock) and returns the day; null when the limit would be passed.
 */
export async function reserveKeyDay(
  tx: Queryable,
  reservation: { apiKeyId: string; amount: bigint; limit: bigint },
): Promise<string | null> {
  const { apiKeyId, amount, limit } = reservation;
  const rows = await tx.query<{ day: string }>(
    `INSERT INTO api_key_days AS d (api_key_id, day, held) SELECT $1, (now() AT TIME ZONE 'UTC')::date, $2::bigint WHERE $2::bigint <= $3::bigint
     ON CONFLICT (api_key_id, day) DO UPDATE SET held = d.held + excluded.held WHERE d.held + d.spent + excluded.held <= $3::bigint
     RETURNING day::text`,
    [apiKeyId, amount, limit],
  );
  return rows[0]?.day ?? null;
}
