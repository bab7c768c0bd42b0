import type { Queryable } from '../../platform/database/database.ts';
import type { BooksPart } from './books-part-store.ts';

/** A rule of the books that one query can check. */
export interface Invariant {
  id: string;
  rule: string;
  /** Answers the first row that breaks the rule, as `what`; no row when it holds. */
  sql: string;
}

/**
 * Settings for a check: hash joins whatever the statistics say (a young database has none), and room for them. No helpers of
 * PostgreSQL's own: the check has two connections already, and calls need the processors too. They end with the transaction.
 */
export async function prepareCheck(tx: Queryable): Promise<void> {
  await tx.query(`SELECT set_config(name, value, true) FROM (VALUES ('enable_nestloop', 'off'), ('jit', 'off'), ('work_mem', '64MB'),
    ('max_parallel_workers_per_gather', '0'), ('cursor_tuple_fraction', '1.0')) AS s (name, value)`);
}

/** Has a part of the books found by indexes, whatever the statistics say of tables that grow all day. Ends with the transaction. */
export async function preferIndexes(tx: Queryable): Promise<void> {
  await tx.query('SET LOCAL enable_seqscan = off');
}

/** The first row that breaks an invariant; undefined when it holds. */
export async function firstBreach(tx: Queryable, invariant: Invariant): Promise<string | undefined> {
  const [row] = await tx.query<{ what: string | null }>(invariant.sql);
  // A row without a name is a breach too.
  return row && (row.what ?? `a row that cannot be named breaks ${invariant.id}`);
}

/** How many transfers there are. */
export async function countTransfers(tx: Queryable, part: BooksPart): Promise<number> {
  const [row] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${part.transfers} t`);
  return row?.n ?? 0;
}

/** How much there is of what an operator watches. Amounts in nano-dollars. */
export interface BooksFigures {
  charges: number;
  charged: bigint;
  overrun: bigint;
  openHolds: number;
  held: bigint;
}

/** Sums up charges and open holds. */
export async function readFigures(tx: Queryable): Promise<BooksFigures> {
  const [row] = await tx.query<BooksFigures>(
    `SELECT r.charges, r.charged, r.overrun, h.held, (SELECT count(*) FROM hold_progress)::int AS "openHolds" FROM
       (SELECT count(*)::int AS charges, COALESCE(sum(amount), 0)::bigint AS charged, COALESCE(sum(overrun), 0)::bigint AS overrun
        FROM hold_resolutions WHERE kind = 'settle') r,
       (SELECT COALESCE(sum(held), 0)::bigint AS held FROM wallets WHERE bucket <> 'free_tokens') h`,
  );
  return row ?? { charges: 0, charged: 0n, overrun: 0n, openHolds: 0, held: 0n };
}
