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

/**
 * Signed sums by journal over the person's wallets of money. The running balance is computed over all of them, before any filter,
 * so that it is the balance the person really had. Charges and other journals are asked for one by one: each has an index of its own.
 */
const MOVEMENTS = `
  own AS MATERIALIZED (SELECT array_agg(account_id) AS ids FROM wallets WHERE user_id = $1 AND bucket <> 'free_tokens'),
  booked AS (
    SELECT id, kind, hold_id, details, created_at FROM journals WHERE user_id = $1 AND kind = 'charge'
    UNION ALL SELECT id, kind, hold_id, details, created_at FROM journals WHERE user_id = $1 AND kind <> 'charge'
  ),
  sums AS (
    SELECT b.*, s.amount FROM booked b, own, LATERAL (
      SELECT sum(CASE WHEN t.credit_account = ANY (own.ids) THEN t.amount ELSE 0 END - CASE WHEN t.debit_account = ANY (own.ids) THEN t.amount ELSE 0 END)::bigint AS amount
      FROM transfers t WHERE t.journal_id = b.id AND (t.credit_account = ANY (own.ids) OR t.debit_account = ANY (own.ids))
    ) s WHERE s.amount IS NOT NULL
  ),
  running AS (SELECT *, (sum(amount) OVER (ORDER BY id))::bigint AS balance_after FROM sums),
  movements AS (
    SELECT r.id, r.kind, r.amount, r.balance_after, h.model_id, h.provider, r.hold_id, r.details, r.created_at
    FROM running r LEFT JOIN holds h ON h.id = r.hold_id
    WHERE ($2::text IS NULL OR r.kind = $2) AND ($3::text IS NULL OR h.model_id = $3)
      AND ($4::timestamptz IS NULL OR r.created_at >= $4) AND ($5::timestamptz IS NULL OR r.created_at < $5)
  )`;

/** A page of movements, newest first, and how many match. */
export async function listMovements(
  db: Queryable,
  filter: MovementFilter,
): Promise<{ rows: MovementRow[]; total: number }> {
  const values = [filter.userId, filter.kind, filter.model, filter.from, filter.to];
  const rows = await db.query<MovementRow>(
    `WITH ${MOVEMENTS}, page AS (
       SELECT * FROM movements WHERE $6::bigint IS NULL OR id < $6 ORDER BY id DESC LIMIT $7 OFFSET $8
     )
     SELECT page.*, CASE WHEN page.kind = 'charge' THEN (
         SELECT COALESCE(sum(CASE WHEN c.code LIKE 'revenue:%' THEN t.amount WHEN d.code = 'expense:provider_cost' THEN -t.amount ELSE 0 END), 0)
         FROM transfers t JOIN accounts c ON c.id = t.credit_account JOIN accounts d ON d.id = t.debit_account WHERE t.journal_id = page.id
       )::bigint END AS commission
     FROM page ORDER BY id DESC`,
    [...values, filter.beforeId, filter.limit, filter.offset],
  );
  const [count] = await db.query<{ n: number }>(`WITH ${MOVEMENTS} SELECT count(*)::int AS n FROM movements`, values);
  return { rows, total: count?.n ?? 0 };
}

/** Sums of the last thirty days. Amounts in nano-dollars. */
export interface Summary {
  byDay: { day: string; spent: bigint; credited: bigint; calls: number }[];
  byModel: { model: string; spent: bigint; calls: number }[];
  byKind: { kind: MovementRow['kind']; amount: bigint; count: number }[];
}

/** Summarises a person's movements since a moment. */
export async function summarise(db: Queryable, userId: string, since: Date): Promise<Summary> {
  const values = [userId, null, null, since, null];
  const [byDay, byModel, byKind] = await Promise.all([
    db.query<Summary['byDay'][number]>(
      `WITH ${MOVEMENTS} SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
         COALESCE(-sum(amount) FILTER (WHERE kind = 'charge'), 0)::bigint AS spent, COALESCE(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS credited,
         (count(*) FILTER (WHERE kind = 'charge'))::int AS calls FROM movements GROUP BY 1 ORDER BY 1`,
      values,
    ),
    db.query<Summary['byModel'][number]>(
      `WITH ${MOVEMENTS} SELECT model_id AS model, (-sum(amount))::bigint AS spent, count(*)::int AS calls
       FROM movements WHERE kind = 'charge' GROUP BY 1 ORDER BY 2 DESC, 1`,
      values,
    ),
    db.query<Summary['byKind'][number]>(
      `WITH ${MOVEMENTS} SELECT kind, sum(amount)::bigint AS amount, count(*)::int AS count FROM movements GROUP BY 1 ORDER BY 1`,
      values,
    ),
  ]);
  return { byDay, byModel, byKind };
}

/** Writes a settled test top-up. */
export async function insertTopUp(tx: Queryable, topUp: { id: string; userId: string; amount: bigint }): Promise<Date> {
  const [row] = await tx.query<{ created_at: Date }>(
    "INSERT INTO top_ups (id, user_id, amount, mode, status) VALUES ($1, $2, $3, 'test', 'succeeded') RETURNING created_at",
    [topUp.id, topUp.userId, topUp.amount],
  );
  return row?.created_at ?? new Date(0);
}
