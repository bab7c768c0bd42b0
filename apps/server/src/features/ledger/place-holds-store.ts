import { numberArray, textArray } from '../../platform/database/array-parameters.ts';
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
    SELECT unnest($1::text[]) AS id, unnest($2::text[]) AS user_id, unnest($3::bigint[]) AS amount, unnest($4::bigint[]) AS tokens,
      unnest($5::text[]) AS api_key_id, unnest($6::date[]) AS limit_day, unnest($7::text[]) AS model_id, unnest($8::text[]) AS provider,
      unnest($9::bigint[]) AS price_version_id, unnest($10::text[]) AS mode, unnest($11::int[]) AS fee_bps, unnest($12::text[]) AS payee,
      generate_subscripts($1::text[], 1) AS n
  ),
  mine AS MATERIALIZED (
    SELECT account_id, user_id, posted, held, posted - held - floor AS free, bucket, expires_at FROM wallets
    WHERE user_id = ANY($13::text[]) AND status = 'active' AND (expires_at IS NULL OR expires_at > now())
      AND (bucket = 'free_tokens') = $14::boolean
    ORDER BY account_id FOR UPDATE
  ),
  free_tokens AS (
    SELECT user_id, sum(posted - held)::bigint AS free FROM wallets
    WHERE NOT $14::boolean AND user_id = ANY($13::text[]) AND bucket = 'free_tokens' AND status = 'active' AND expires_at > now()
    GROUP BY user_id
  ),
  wallet_line AS MATERIALIZED (
    SELECT account_id, user_id, free, (sum(free) OVER by_expiry)::bigint AS upto, (row_number() OVER by_expiry)::int AS place FROM mine WHERE free > 0
    WINDOW by_expiry AS (PARTITION BY user_id ORDER BY bucket = 'paid', expires_at, account_id ROWS UNBOUNDED PRECEDING)
  ),
  have AS (SELECT user_id, max(upto) AS total FROM wallet_line GROUP BY user_id),
  hold_line AS (
    SELECT a.*, COALESCE(h.total, 0) AS total, (sum(a.amount) OVER (PARTITION BY a.user_id ORDER BY a.n ROWS UNBOUNDED PRECEDING))::bigint AS upto
    FROM asked a LEFT JOIN have h ON h.user_id = a.user_id LEFT JOIN free_tokens f ON f.user_id = a.user_id
    WHERE a.tokens IS NULL OR f.free IS NULL OR f.free < a.tokens
  ),
  answered AS MATERIALIZED (
    SELECT l.*, l.upto <= l.total AS granted, w.account_id, w.place,
      CASE WHEN w.account_id IS NOT NULL THEN LEAST(l.upto, w.upto) - (l.upto - l.amount) END AS drawn
    FROM hold_line l LEFT JOIN wallet_line w ON w.user_id = l.user_id AND w.upto - w.free <= l.upto - l.amount AND l.upto - l.amount < w.upto
      AND l.upto <= l.total AND l.amount > 0
  ),
  further AS MATERIALIZED (
    SELECT a.n, a.id, w.place - a.place + 1 AS seq, w.account_id, LEAST(a.upto, w.upto) - (w.upto - w.free) AS amount
    FROM answered a JOIN wallet_line w ON w.user_id = a.user_id AND w.place > a.place AND w.upto - w.free < a.upto
    WHERE a.drawn < a.amount
  ),
  taken AS (
    UPDATE wallets w SET posted = m.posted, held = m.held + t.amount
    FROM (
      SELECT account_id, sum(amount)::bigint AS amount FROM (
        SELECT account_id, drawn AS amount FROM answered UNION ALL SELECT account_id, amount FROM further
      ) lines GROUP BY 1
    ) t JOIN mine m ON m.account_id = t.account_id
    WHERE w.account_id = t.account_id
  ),
  placed AS (
    INSERT INTO holds (id, user_id, api_key_id, limit_day, model_id, provider, price_version_id, mode, fee_bps, payee, line_account_id, line_amount)
    SELECT id, user_id, api_key_id, limit_day, model_id, provider, price_version_id, mode, fee_bps, payee, account_id, drawn FROM answered WHERE granted
  ),
  spread AS (INSERT INTO further_hold_lines (hold_id, seq, account_id, amount) SELECT id, seq, account_id, amount FROM further),
  progress AS (
    INSERT INTO hold_progress (hold_id, lease_until) SELECT id, now() + interval '${LEASE_SECONDS} seconds' FROM answered WHERE granted
  )
  SELECT (SELECT string_agg(concat_ws(':', n, granted::int, total, account_id, drawn), ',') FROM answered) AS holds,
    (SELECT string_agg(concat_ws(':', n, account_id, amount), ',' ORDER BY n, seq) FROM further) AS further`;

interface Answer {
  /** Each hold that was asked for and not left to free tokens: its place, 1 if it was granted, what its person has, and its first line. */
  holds: string | null;
  /** What granted holds draw on besides, in order: the hold's place, the wallet and the amount. */
  further: string | null;
}

const partsOf = (text: string | null): string[][] =>
  text === null ? [] : text.split(',').map((part) => part.split(':'));

/** Reads the answer; `left` of a hold that was not granted is what the person has less what was granted of their holds. */
function toPlaced(answer: Answer | undefined, holds: readonly NewHold[]): Placed[] {
  const placed: Placed[] = holds.map(() => ({ kind: 'has_free_tokens' }));
  const granted = new Map<string, bigint>();
  const short: { index: number; total: bigint }[] = [];
  for (const [place, isGranted, total = '0', accountId, amount = '0'] of partsOf(answer?.holds ?? null)) {
    const index = Number(place) - 1;
    const hold = holds[index];
    if (hold === undefined) throw new Error('an answer to no hold');
    if (isGranted === '1') {
      const lines = accountId === undefined ? [] : [{ seq: 1, accountId: BigInt(accountId), amount: BigInt(amount) }];
      placed[index] = { kind: 'placed', lines };
      granted.set(hold.userId, (granted.get(hold.userId) ?? 0n) + hold.amount);
    } else short.push({ index, total: BigInt(total) });
  }
  for (const { index, total } of short)
    placed[index] = { kind: 'short', left: total - (granted.get(holds[index]?.userId ?? '') ?? 0n) };
  for (const [place, accountId = '0', amount = '0'] of partsOf(answer?.further ?? null)) {
    const hold = placed[Number(place) - 1];
    if (hold?.kind === 'placed')
      hold.lines.push({ seq: hold.lines.length + 1, accountId: BigInt(accountId), amount: BigInt(amount) });
  }
  return placed;
}

/** Places holds of one asset, in order. One statement, all or nothing as to errors, each hold for itself as to funds. */
export async function placeHolds(db: Queryable, asset: Asset, holds: readonly NewHold[]): Promise<Placed[]> {
  const [answer] = await db.query<Answer>(
    PLACE_HOLDS,
    [
      textArray(holds.map((hold) => hold.id)),
      textArray(holds.map((hold) => hold.userId)),
      numberArray(holds.map((hold) => hold.amount)),
      numberArray(holds.map((hold) => hold.tokens)),
      textArray(holds.map((hold) => hold.apiKeyId)),
      textArray(holds.map((hold) => hold.limitDay)),
      textArray(holds.map((hold) => hold.modelId)),
      textArray(holds.map((hold) => hold.provider)),
      numberArray(holds.map((hold) => hold.priceVersionId)),
      textArray(holds.map((hold) => hold.mode)),
      numberArray(holds.map((hold) => hold.feeBps)),
      textArray(holds.map((hold) => hold.payee)),
      textArray([...new Set(holds.map((hold) => hold.userId))]),
      asset === 'FREE_TOKEN',
    ],
    'place-holds',
  );
  return toPlaced(answer, holds);
}
