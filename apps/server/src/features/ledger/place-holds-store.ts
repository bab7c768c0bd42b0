import type { Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';
import type { Asset, HoldLine } from './settlement.ts';

/** A hold is renewed every second; one that was not for this long belongs to a process that died. */
export const LEASE_SECONDS = 30;

/** The rows of a new hold. `amount` is in nano-dollars, or in tokens when the asset is FREE_TOKEN. */
export interface NewHold {
  id: string;
  userId: string;
  apiKeyId: string | null;
  limitDay: string | null;
  modelId: string;
  provider: string;
  priceVersionId: bigint;
  mode: PriceVersion['mode'];
  feeBps: number | null;
  payee: string;
  amount: bigint;
  /** Free tokens that would do instead of the money; null when the call cannot run on free tokens. */
  tokens: bigint | null;
}

/**
 * What became of one hold: placed; short of `left` (what the person's wallets can still bear after this batch);
 * or not placed because the person has the free tokens for it.
 */
export type Placed =
  | { kind: 'placed'; lines: HoldLine[] }
  | { kind: 'short'; left: bigint }
  | { kind: 'has_free_tokens' };

/**
 * Places many holds in one statement, several of one person included. Wallet rows are locked in id order first, so `free` is what is free
 * now, whatever others have just committed. A person's wallets lie end to end on a line (promotional ones by earliest expiry, then the
 * paid one), and so do the holds in their order: a hold is granted if it ends before the wallets do, and draws on the wallets it lies over.
 * A hold that is too large also stops the smaller ones behind it: their caller asks again, with `left` telling whether that makes sense.
 * The update writes what the locked row says, `posted` too: PostgreSQL checks constraints on the row of the statement's beginning before it
 * looks for a newer one, and would find a wallet overdrawn that a call ending meanwhile has just made free.
 */
const PLACE_HOLDS = `
  WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS a (id, user_id, amount, tokens, n)
  ),
  mine AS MATERIALIZED (
    SELECT account_id, user_id, posted, held, posted - held - floor AS free, bucket, expires_at FROM wallets
    WHERE user_id = ANY($5::text[]) AND status = 'active' AND (expires_at IS NULL OR expires_at > now())
      AND (bucket = 'free_tokens') = $6::boolean
    ORDER BY account_id FOR UPDATE
  ),
  free_tokens AS (
    SELECT user_id, sum(posted - held)::bigint AS free FROM wallets
    WHERE NOT $6::boolean AND user_id = ANY($5::text[]) AND bucket = 'free_tokens' AND status = 'active' AND expires_at > now()
    GROUP BY user_id
  ),
  wallet_line AS (
    SELECT account_id, user_id, free, (sum(free) OVER by_expiry) AS upto FROM mine WHERE free > 0
    WINDOW by_expiry AS (PARTITION BY user_id ORDER BY bucket = 'paid', expires_at, account_id ROWS UNBOUNDED PRECEDING)
  ),
  have AS (SELECT user_id, sum(free) AS total FROM mine WHERE free > 0 GROUP BY user_id),
  hold_line AS MATERIALIZED (
    SELECT a.n, a.id, a.user_id, a.amount, COALESCE(h.total, 0) AS total,
      sum(a.amount) OVER (PARTITION BY a.user_id ORDER BY a.n ROWS UNBOUNDED PRECEDING) AS upto
    FROM asked a LEFT JOIN have h ON h.user_id = a.user_id LEFT JOIN free_tokens f ON f.user_id = a.user_id
    WHERE a.tokens IS NULL OR f.free IS NULL OR f.free < a.tokens
  ),
  granted AS (SELECT * FROM hold_line WHERE upto <= total),
  lines AS MATERIALIZED (
    SELECT g.n, g.id, row_number() OVER (PARTITION BY g.id ORDER BY w.upto)::int AS seq, w.account_id,
      (LEAST(g.upto, w.upto) - GREATEST(g.upto - g.amount, w.upto - w.free))::bigint AS amount
    FROM granted g JOIN wallet_line w ON w.user_id = g.user_id AND g.upto - g.amount < w.upto AND w.upto - w.free < g.upto
    WHERE g.amount > 0
  ),
  taken AS (
    UPDATE wallets w SET posted = m.posted, held = m.held + t.amount
    FROM (SELECT account_id, sum(amount)::bigint AS amount FROM lines GROUP BY 1) t JOIN mine m ON m.account_id = t.account_id
    WHERE w.account_id = t.account_id
  ),
  placed AS (
    INSERT INTO holds (id, user_id, api_key_id, limit_day, model_id, provider, price_version_id, mode, fee_bps, payee)
    SELECT g.id, g.user_id, r.api_key_id, r.limit_day::date, r.model_id, r.provider, r.price_version_id, r.mode, r.fee_bps, r.payee
    FROM granted g JOIN unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::text[], $13::int[], $14::text[])
      WITH ORDINALITY AS r (api_key_id, limit_day, model_id, provider, price_version_id, mode, fee_bps, payee, n) ON r.n = g.n
  ),
  drawn AS (INSERT INTO hold_lines (hold_id, seq, account_id, amount) SELECT id, seq, account_id, amount FROM lines),
  progress AS (INSERT INTO hold_progress (hold_id, lease_until) SELECT id, now() + interval '${LEASE_SECONDS} seconds' FROM granted)
  SELECT h.n::int AS n, h.upto <= h.total AS placed,
    (h.total - COALESCE(sum(h.amount) FILTER (WHERE h.upto <= h.total) OVER (PARTITION BY h.user_id), 0))::text AS left, l.list AS lines
  FROM hold_line h
  LEFT JOIN (SELECT n, string_agg(account_id || ':' || amount, ',' ORDER BY seq) AS list FROM lines GROUP BY n) l ON l.n = h.n`;

interface PlacedRow {
  n: number;
  placed: boolean;
  left: string;
  lines: string | null;
}

function toLines(text: string | null): HoldLine[] {
  if (text === null) return [];
  return text.split(',').map((line, index) => {
    const [accountId = '', amount = ''] = line.split(':');
    return { seq: index + 1, accountId: BigInt(accountId), amount: BigInt(amount) };
  });
}

/** Places holds of one asset, in order. One statement, all or nothing as to errors, each hold for itself as to funds. */
export async function placeHolds(db: Queryable, asset: Asset, holds: readonly NewHold[]): Promise<Placed[]> {
  const rows = await db.query<PlacedRow>(
    PLACE_HOLDS,
    [
      holds.map((hold) => hold.id),
      holds.map((hold) => hold.userId),
      holds.map((hold) => hold.amount),
      holds.map((hold) => hold.tokens),
      [...new Set(holds.map((hold) => hold.userId))],
      asset === 'FREE_TOKEN',
      holds.map((hold) => hold.apiKeyId),
      holds.map((hold) => hold.limitDay),
      holds.map((hold) => hold.modelId),
      holds.map((hold) => hold.provider),
      holds.map((hold) => hold.priceVersionId),
      holds.map((hold) => hold.mode),
      holds.map((hold) => hold.feeBps),
      holds.map((hold) => hold.payee),
    ],
    'place-holds',
  );
  const byPlace = new Map(rows.map((row) => [row.n - 1, row]));
  return holds.map((_, index) => {
    const row = byPlace.get(index);
    if (row === undefined) return { kind: 'has_free_tokens' };
    return row.placed ? { kind: 'placed', lines: toLines(row.lines) } : { kind: 'short', left: BigInt(row.left) };
  });
}
