import type { Queryable } from '../../platform/database/database.ts';

/** One movement of a person's wallets as the journals tell it. `amount` is signed nano-dollars. */
export interface MovementRow {
  id: bigint;
  kind: 'top_up' | 'charge' | 'adjustment' | 'refund' | 'grant' | 'expiry';
  amount: bigint;
  balance_after: bigint;
  model_id: string | null;
  provider: string | null;
  hold_id: string | null;
  commission: bigint | null;
  details: Record<string, unknown>;
  created_at: Date;
}

/** Which movements are wanted. */
export interface MovementFilter {
  userId: string;
  kind: string | null;
  model: string | null;
  from: Date | null;
  to: Date | null;
  /** Only journals with a smaller id: the page after a cursor. */
  beforeId: bigint | null;
  limit: number;
  offset: number;
}

/** The person's wallets of money. */
const OWN = `
  own AS MATERIALIZED (
    SELECT array_agg(account_id) AS ids, sum(posted)::bigint AS balance FROM wallets WHERE user_id = $1 AND bucket <> 'free_tokens'
  )`;

/** Whether transfer `t` has one of them on a side. */
const T_IS_OWN = '(t.credit_account = ANY (own.ids) OR t.debit_account = ANY (own.ids))';

/** What journal `j` did to them: a signed sum, null when it did not touch them. */
const AMOUNT_OF_J = `LATERAL (
    SELECT sum(CASE WHEN t.credit_account = ANY (own.ids) THEN t.amount ELSE 0 END - CASE WHEN t.debit_account = ANY (own.ids) THEN t.amount ELSE 0 END)::bigint AS amount
    FROM transfers t WHERE t.journal_id = j.id AND ${T_IS_OWN}
  ) moved`;

/** Whether it touched them. */
const J_MOVED = `EXISTS (
    SELECT 1 FROM transfers t WHERE t.journal_id = j.id AND ${T_IS_OWN}
  )`;

/** The person's journals that match. The model stands in the hold. */
const MATCHING = `j.user_id = $1 AND ($2::text IS NULL OR j.kind = $2)
  AND ($3::text IS NULL OR EXISTS (SELECT 1 FROM holds h WHERE h.id = j.hold_id AND h.model_id = $3))
  AND ($4::timestamptz IS NULL OR j.created_at >= $4) AND ($5::timestamptz IS NULL OR j.created_at < $5)`;

/** What had lapsed by the time of movement `p` though its expiry is not booked yet: the balance of then did not count it any more. */
const LAPSED_BEFORE_P = `(
    SELECT COALESCE(sum(w.posted - w.held), 0) FROM wallets w
    WHERE w.user_id = $1 AND w.bucket <> 'free_tokens' AND w.expires_at <= LEAST(p.created_at, now())
  )`;

/**
 * A page of movements, newest first. The balance after a movement is the balance of now less all that came later, whatever the filter: only what is
 * newer than the end of the page is read, however many movements there are. What the platform pays itself for usage above a hold is no
 * part of its commission.
 */
const PAGE = `
  WITH ${OWN},
  page AS MATERIALIZED (
    SELECT j.id, j.kind, j.hold_id, j.details, j.created_at, moved.amount FROM own, journals j, ${AMOUNT_OF_J}
    WHERE ${MATCHING} AND moved.amount IS NOT NULL AND ($6::bigint IS NULL OR j.id < $6) ORDER BY j.id DESC LIMIT $7 OFFSET $8
  ),
  later AS (
    SELECT j.id, (own.balance - COALESCE(sum(moved.amount) OVER (ORDER BY j.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint AS balance_after
    FROM own, journals j, ${AMOUNT_OF_J}
    WHERE j.user_id = $1 AND j.id >= (SELECT min(id) FROM page) AND moved.amount IS NOT NULL
  )
  SELECT p.id, p.kind, p.amount, (l.balance_after - ${LAPSED_BEFORE_P})::bigint AS balance_after, h.model_id, h.provider, p.hold_id, p.details, p.created_at,
    CASE WHEN p.kind = 'charge' THEN (
      SELECT COALESCE(sum(CASE WHEN d.code = 'expense:overrun' THEN 0 WHEN c.code LIKE 'revenue:%' THEN t.amount WHEN d.code = 'expense:provider_cost' THEN -t.amount ELSE 0 END), 0)
      FROM transfers t JOIN accounts c ON c.id = t.credit_account JOIN accounts d ON d.id = t.debit_account WHERE t.journal_id = p.id
    )::bigint END AS commission
  FROM page p JOIN later l ON l.id = p.id LEFT JOIN holds h ON h.id = p.hold_id ORDER BY p.id DESC`;

/** A page of movements. */
export interface MovementPage {
  rows: MovementRow[];
  /** How many match on all pages. */
  total: number;
  /** Whether there are older ones. */
  hasMore: boolean;
}

/** A page of movements, newest first, and how many match. */
export async function listMovements(db: Queryable, filter: MovementFilter): Promise<MovementPage> {
  const values = [filter.userId, filter.kind, filter.model, filter.from, filter.to];
  // One more than the page holds tells whether it is the last.
  const [found, [count]] = await Promise.all([
    db.query<MovementRow>(PAGE, [...values, filter.beforeId, filter.limit + 1, filter.offset]),
    db.query<{ n: number }>(
      `WITH ${OWN} SELECT count(*)::int AS n FROM own, journals j WHERE ${MATCHING} AND ${J_MOVED}`,
      values,
    ),
  ]);
  return { rows: found.slice(0, filter.limit), total: count?.n ?? 0, hasMore: found.length > filter.limit };
}

/** Sums of the last thirty days. Amounts in nano-dollars. */
export interface Summary {
  byDay: { day: string; spent: bigint; credited: bigint; calls: number }[];
  byModel: { model: string; spent: bigint; calls: number }[];
  byKind: { kind: MovementRow['kind']; amount: bigint; count: number }[];
}

/** One day's movements of one kind and model. `gained` sums those that put money in. */
interface DailySum {
  day: string;
  kind: MovementRow['kind'];
  model: string | null;
  amount: bigint;
  gained: bigint;
  count: number;
}

const DAILY_SUMS = `
  WITH ${OWN},
  movements AS (
    SELECT j.kind, j.hold_id, (j.created_at AT TIME ZONE 'UTC')::date AS day, moved.amount FROM own, journals j, ${AMOUNT_OF_J}
    WHERE j.user_id = $1 AND j.created_at >= $2 AND moved.amount IS NOT NULL
  )
  SELECT m.day::text AS day, m.kind, h.model_id AS model, sum(m.amount)::bigint AS amount,
    COALESCE(sum(m.amount) FILTER (WHERE m.amount > 0), 0)::bigint AS gained, count(*)::int AS count
  FROM movements m LEFT JOIN holds h ON h.id = m.hold_id GROUP BY m.day, m.kind, h.model_id ORDER BY m.day, m.kind`;

/** The sums of rows that have the same key, in the order in which the keys come first. */
function groupBy<Sum>(
  rows: readonly DailySum[],
  keyOf: (row: DailySum) => string,
  add: (sum: Sum | undefined, row: DailySum) => Sum,
): Sum[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) sums.set(keyOf(row), add(sums.get(keyOf(row)), row));
  return [...sums.values()];
}

const bySpent = (a: Summary['byModel'][number], b: Summary['byModel'][number]): number =>
  a.spent === b.spent ? (a.model < b.model ? -1 : 1) : a.spent < b.spent ? 1 : -1;

/** Summarises a person's movements since a moment. */
export async function summarise(db: Queryable, userId: string, since: Date): Promise<Summary> {
  const rows = await db.query<DailySum>(DAILY_SUMS, [userId, since]);
  const charges = rows.filter(({ kind }) => kind === 'charge');
  return {
    byDay: groupBy<Summary['byDay'][number]>(
      rows,
      ({ day }) => day,
      (sum, { day, kind, amount, gained, count }) => ({
        day,
        spent: (sum?.spent ?? 0n) - (kind === 'charge' ? amount : 0n),
        credited: (sum?.credited ?? 0n) + gained,
        calls: (sum?.calls ?? 0) + (kind === 'charge' ? count : 0),
      }),
    ),
    byModel: groupBy<Summary['byModel'][number]>(
      charges,
      ({ model }) => model ?? '',
      (sum, { model, amount, count }) => ({
        model: model ?? '',
        spent: (sum?.spent ?? 0n) - amount,
        calls: (sum?.calls ?? 0) + count,
      }),
    ).sort(bySpent),
    byKind: groupBy<Summary['byKind'][number]>(
      rows,
      ({ kind }) => kind,
      (sum, { kind, amount, count }) => ({
        kind,
        amount: (sum?.amount ?? 0n) + amount,
        count: (sum?.count ?? 0) + count,
      }),
    ).sort((a, b) => (a.kind < b.kind ? -1 : 1)),
  };
}

/** Writes a settled test top-up. */
export async function insertTopUp(tx: Queryable, topUp: { id: string; userId: string; amount: bigint }): Promise<Date> {
  const [row] = await tx.query<{ created_at: Date }>(
    "INSERT INTO top_ups (id, user_id, amount, mode, status) VALUES ($1, $2, $3, 'test', 'succeeded') RETURNING created_at",
    [topUp.id, topUp.userId, topUp.amount],
  );
  return row?.created_at ?? new Date(0);
}
