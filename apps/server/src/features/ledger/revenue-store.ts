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

/** One line of a report: where its period begins, its model or provider, and its sums. */
export interface RevenueLine {
  period: Date | null;
  group: string | null;
  sums: AccountSum[];
}

/** A report of what many people did, and how many cells it leaves out. */
export interface RevenueOfMany {
  lines: RevenueLine[];
  withheld: number;
}

const GROUP_COLUMNS = { model: 'h.model_id', provider: 'h.provider' } as const;

const CLASS_OF = (code: string) =>
  `CASE WHEN ${code} LIKE 'wallet:%' THEN 'wallet' WHEN ${code} LIKE 'payable:%' THEN 'payable:' || split_part(${code}, ':', 2) ELSE ${code} END`;

interface SumRow {
  split: number;
  line: string;
  period: Date | null;
  group: string | null;
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
const sumsOf = (index: number, moved = 'moved') => `
    SELECT ${index} AS split, concat_ws(' ', s.period, s."group") AS line, s.period, s."group", s.kind, ${CLASS_OF('a.code')} AS account,
      sum(s.amount)::text AS amount
    FROM (
      SELECT period_${index} AS period, group_${index} AS "group", kind, credit_account AS account_id, amount FROM ${moved}
      UNION ALL SELECT period_${index}, group_${index}, kind, debit_account, -amount FROM ${moved}
    ) s JOIN accounts a ON a.id = s.account_id AND a.asset = 'USD'
    GROUP BY s.period, s."group", s.kind, 6`;

/** Every transfer of money in the window is read once and summed up as finely as all the splits need, then further for each of them. */
function sumsQuery(splits: readonly RevenueSplit[]): string {
  const holds = splits.some(({ groupBy }) => groupBy !== null) ? 'LEFT JOIN holds h ON h.id = j.hold_id' : '';
  const columns = splits.map(columnsOf);
  const places = Array.from({ length: 2 * splits.length + 3 }, (_, index) => index + 1);
  return `
    WITH moved AS MATERIALIZED (
      SELECT ${columns.join(', ')}, j.kind, t.debit_account, t.credit_account, sum(t.amount) AS amount
      FROM transfers t JOIN journals j ON j.id = t.journal_id ${holds}
      WHERE t.created_at >= $1 AND t.created_at < $2 GROUP BY ${places.join(', ')}
    )
    ${splits.map((_, index) => sumsOf(index)).join(' UNION ALL ')}
    ORDER BY split, period NULLS FIRST, "group" NULLS LAST`;
}

/**
 * A cell is what one kind of event came to on one day (UTC), with one model at one provider. Every report sums up the same cells, those that
 * enough people stand behind: no two reports differ by what fewer did. Where a report is split by the hour, that many stand behind each hour of a cell.
 */
function sumsOfManyQuery(split: RevenueSplit): string {
  const grain = split.interval === 'hour' ? "date_trunc('hour', t.created_at AT TIME ZONE 'UTC')" : 'NULL';
  return `
    WITH moved AS MATERIALIZED (
      SELECT ${columnsOf(split, 0)}, j.kind, j.user_id, t.debit_account, t.credit_account, ${grain} AS grain,
        concat_ws(' ', (t.created_at AT TIME ZONE 'UTC')::date, j.kind, h.model_id, h.provider) AS cell, sum(t.amount) AS amount
      FROM transfers t JOIN journals j ON j.id = t.journal_id LEFT JOIN holds h ON h.id = j.hold_id
      WHERE t.created_at >= $1 AND t.created_at < $2 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ),
    kept AS MATERIALIZED (
      SELECT cell FROM (SELECT cell, count(DISTINCT user_id) AS people FROM moved GROUP BY cell, grain) parts
      GROUP BY cell HAVING min(people) >= $3
    ),
    shown AS MATERIALIZED (SELECT m.* FROM moved m JOIN kept USING (cell)),
    withheld AS (SELECT count(DISTINCT cell)::int - (SELECT count(*)::int FROM kept) AS cells FROM moved)
    SELECT sums.*, withheld.cells AS withheld FROM withheld LEFT JOIN (${sumsOf(0, 'shown')}) sums ON true
    ORDER BY period NULLS FIRST, "group" NULLS LAST`;
}

/** Puts the sums of each line together, in the order they came. */
function toLines(rows: readonly SumRow[]): RevenueLine[] {
  const lines = new Map<string, RevenueLine>();
  for (const { line, period, group, kind, account, amount } of rows) {
    const known = lines.get(line) ?? { period, group, sums: [] };
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

/**
 * Reads a report that tells nothing of fewer people than `peopleMin`: it leaves out every cell (a day, a model, a provider, a kind of event)
 * that fewer stand behind. The window has to cover whole days (UTC).
 */
export async function readRevenueOfMany(
  database: Database,
  { from, to, ...split }: RevenueWindow,
  peopleMin: number,
): Promise<RevenueOfMany> {
  const rows = await database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION READ ONLY');
    return tx.query<{ withheld: number } & (SumRow | { line: null })>(sumsOfManyQuery(split), [from, to, peopleMin]);
  }, READING);
  const found = rows.filter((row): row is { withheld: number } & SumRow => row.line !== null);
  return { lines: toLines(found), withheld: rows[0]?.withheld ?? 0 };
}
