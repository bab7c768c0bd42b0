import type { Database, Queryable } from '../../platform/database/database.ts';
import type { AccountSum } from './revenue.ts';

/** What a report covers, from (inclusive) to (exclusive), and how it is split. */
export interface RevenueWindow {
  from: Date;
  to: Date;
  interval: 'hour' | 'day' | 'week' | 'month' | null;
  groupBy: 'model' | 'provider' | null;
}

/** One line of a report: where its period begins, its model or provider, how many people it is about, and its sums. */
export interface RevenueLine {
  period: Date | null;
  group: string | null;
  people: number;
  sums: AccountSum[];
}

const GROUP_COLUMNS = { model: 'h.model_id', provider: 'h.provider' } as const;

const CLASS_OF = (code: string) =>
  `CASE WHEN ${code} LIKE 'wallet:%' THEN 'wallet' WHEN ${code} LIKE 'payable:%' THEN 'payable:' || split_part(${code}, ':', 2) ELSE ${code} END`;

interface SumRow {
  line: string;
  period: Date | null;
  group: string | null;
  people: number;
  kind: string;
  account: string;
  amount: string;
}

/** Both sides of every transfer of money in the window, summed up by line, kind of journal and class of account. */
function sumsQuery(window: RevenueWindow): string {
  const group = window.groupBy === null ? 'NULL::text' : GROUP_COLUMNS[window.groupBy];
  const period =
    window.interval === null
      ? 'NULL::timestamptz'
      : `date_trunc('${window.interval}', t.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;
  return `
    WITH moved AS MATERIALIZED (
      SELECT ${period} AS period, ${group} AS "group", j.kind, j.user_id, t.debit_account, t.credit_account, t.amount
      FROM transfers t JOIN journals j ON j.id = t.journal_id LEFT JOIN holds h ON h.id = j.hold_id
      WHERE t.created_at >= $1 AND t.created_at < $2
    ),
    sides AS (
      SELECT period, "group", kind, account_id, sum(amount) AS amount FROM (
        SELECT period, "group", kind, credit_account AS account_id, amount FROM moved
        UNION ALL SELECT period, "group", kind, debit_account, -amount FROM moved
      ) each GROUP BY 1, 2, 3, 4
    ),
    people AS (SELECT period, "group", count(DISTINCT user_id)::int AS people FROM moved GROUP BY 1, 2)
    SELECT concat_ws(' ', s.period, s."group") AS line, s.period, s."group", p.people, s.kind, ${CLASS_OF('a.code')} AS account, sum(s.amount)::text AS amount
    FROM sides s JOIN accounts a ON a.id = s.account_id AND a.asset = 'USD'
    JOIN people p ON p.period IS NOT DISTINCT FROM s.period AND p."group" IS NOT DISTINCT FROM s."group"
    GROUP BY s.period, s."group", p.people, s.kind, 6
    ORDER BY s.period NULLS FIRST, s."group" NULLS LAST`;
}

async function readLines(db: Queryable, window: RevenueWindow): Promise<RevenueLine[]> {
  const rows = await db.query<SumRow>(sumsQuery(window), [window.from, window.to]);
  const lines = new Map<string, RevenueLine>();
  for (const { line, period, group, people, kind, account, amount } of rows) {
    const known = lines.get(line) ?? { period, group, people, sums: [] };
    known.sums.push({ kind, account, amount: BigInt(amount) });
    lines.set(line, known);
  }
  return [...lines.values()];
}

/** Reads several reports of one moment: their sums agree with each other. */
export async function readRevenue(database: Database, windows: readonly RevenueWindow[]): Promise<RevenueLine[][]> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await tx.query("SET LOCAL statement_timeout = '60s'");
    const reports: RevenueLine[][] = [];
    for (const window of windows) reports.push(await readLines(tx, window));
    return reports;
  });
}
