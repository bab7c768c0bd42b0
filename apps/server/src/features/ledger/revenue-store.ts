import type { Database } from '../../platform/database/database.ts';
import type { AccountSum } from './revenue.ts';

/** How a report is split. */
export interface RevenueSplit {
  interval: 'hour' | 'day' | 'week' | 'month' | null;
  groupBy: 'model' | 'provider' | null;
}

/** What a report covers, from (inclusive) to (exclusive), and how it is split. */
export interface RevenueWindow extends RevenueSplit {
  from: Date;
  to: Date;
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
  split: number;
  line: string;
  period: Date | null;
  group: string | null;
  people: number;
  kind: string;
  account: string;
  amount: string;
}

/** The columns by which a split tells transfers apart. */
function columnsOf({ interval, groupBy }: RevenueSplit, index: number): string {
  const period =
    interval === null
      ? 'NULL::timestamptz'
      : `date_trunc('${interval}', t.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;
  const group = groupBy === null ? 'NULL::text' : GROUP_COLUMNS[groupBy];
  return `${period} AS period_${index}, ${group} AS group_${index}`;
}

/** Both sides of what was moved, summed up by line, kind of journal and class of account. */
const sumsOf = (index: number) => `
    SELECT ${index} AS split, concat_ws(' ', s.period, s."group") AS line, s.period, s."group", p.people, s.kind, ${CLASS_OF('a.code')} AS account,
      sum(s.amount)::text AS amount
    FROM (
      SELECT period_${index} AS period, group_${index} AS "group", kind, credit_account AS account_id, amount FROM moved
      UNION ALL SELECT period_${index}, group_${index}, kind, debit_account, -amount FROM moved
    ) s JOIN accounts a ON a.id = s.account_id AND a.asset = 'USD'
    JOIN (
      SELECT period_${index} AS period, group_${index} AS "group", count(DISTINCT user_id)::int AS people FROM moved GROUP BY 1, 2
    ) p ON p.period IS NOT DISTINCT FROM s.period AND p."group" IS NOT DISTINCT FROM s."group"
    GROUP BY s.period, s."group", p.people, s.kind, 7`;

/** Every transfer of money in the window is read once and summed up as finely as all the splits need, then further for each of them. */
function sumsQuery(splits: readonly RevenueSplit[]): string {
  const holds = splits.some(({ groupBy }) => groupBy !== null) ? 'LEFT JOIN holds h ON h.id = j.hold_id' : '';
  const columns = splits.map(columnsOf);
  const places = Array.from({ length: 2 * splits.length + 4 }, (_, index) => index + 1);
  return `
    WITH moved AS MATERIALIZED (
      SELECT ${columns.join(', ')}, j.kind, j.user_id, t.debit_account, t.credit_account, sum(t.amount) AS amount
      FROM transfers t JOIN journals j ON j.id = t.journal_id ${holds}
      WHERE t.created_at >= $1 AND t.created_at < $2 GROUP BY ${places.join(', ')}
    )
    ${splits.map((_, index) => sumsOf(index)).join(' UNION ALL ')}
    ORDER BY split, period NULLS FIRST, "group" NULLS LAST`;
}

/** Puts the sums of each line together, in the order they came. */
function toLines(rows: readonly SumRow[]): RevenueLine[] {
  const lines = new Map<string, RevenueLine>();
  for (const { line, period, group, people, kind, account, amount } of rows) {
    const known = lines.get(line) ?? { period, group, people, sums: [] };
    known.sums.push({ kind, account, amount: BigInt(amount) });
    lines.set(line, known);
  }
  return [...lines.values()];
}

/** Books grow. */
const READING = { statementMs: 60_000 };

/** Reads the reports of one window, one for each split, at one moment: their sums agree with each other. */
export async function readRevenue(
  database: Database,
  { from, to }: Pick<RevenueWindow, 'from' | 'to'>,
  splits: readonly RevenueSplit[],
): Promise<RevenueLine[][]> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION READ ONLY');
    const rows = await tx.query<SumRow>(sumsQuery(splits), [from, to]);
    return splits.map((_, index) => toLines(rows.filter(({ split }) => split === index)));
  }, READING);
}
