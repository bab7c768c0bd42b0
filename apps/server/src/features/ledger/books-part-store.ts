/**
 * The books a check reads, as items of a FROM clause: all of them, or what was written since a moment. Of the whole, tables are joined by
 * hashing. Of a part, rows that others name are fetched by their keys, so that it does not matter how much lies before it.
 */
export interface BooksPart {
  /** The day (UTC) with whose beginning the part begins: what was before is in the closed balances. Null: the whole. */
  since: string | null;
  transfers: string;
  journals: string;
  ends: string;
  /** Holds, their lines and their receipts: of calls that ended in the part, and holds and lines of those that are open. */
  holds: string;
  lines: string;
  furtherLines: string;
  receipts: string;
  /** Lines of holds that have not ended. */
  openLines: string;
  /** Top-ups that were begun or booked in the part. */
  topUps: string;
  /** Journals of all refunds of calls that were refunded in the part, and of what those calls were charged. */
  refunds: string;
  refunded: string;
  /** Transfers of journals whose ids a query answers. */
  transfersOf(journalIds: string): string;
}

/** All books. */
export const WHOLE: BooksPart = {
  since: null,
  transfers: 'transfers',
  journals: 'journals',
  ends: 'hold_resolutions',
  holds: 'holds',
  lines: 'hold_lines',
  furtherLines: 'further_hold_lines',
  receipts: 'receipts',
  openLines: `(SELECT * FROM hold_lines l WHERE NOT EXISTS (SELECT 1 FROM hold_resolutions r WHERE r.hold_id = l.hold_id))`,
  topUps: 'top_ups',
  refunds: "(SELECT * FROM journals WHERE kind = 'refund')",
  refunded: "(SELECT * FROM journals WHERE kind = 'charge')",
  transfersOf: () => 'transfers',
};

const DAY = /^\d{4}-\d\d-\d\d$/;

/** What was written since a day (UTC, YYYY-MM-DD) began. Throws for anything else than a day. */
export function partSince(day: string): BooksPart {
  if (!DAY.test(day)) throw new Error(`${day} is not a day`);
  const moment = `timestamptz '${day} 00:00:00+00'`;
  // OFFSET 0 keeps what else is asked of them from choosing another index than that of the time.
  const journals = `SELECT * FROM journals WHERE created_at >= ${moment} OFFSET 0`;
  const ended = `SELECT hold_id FROM hold_resolutions WHERE resolved_at >= ${moment}
    UNION SELECT hold_id FROM (${journals}) j WHERE kind = 'charge'`;
  const open = 'SELECT hold_id FROM hold_progress';
  const refunds = `SELECT * FROM journals WHERE kind = 'refund'
    AND (created_at >= ${moment} OR hold_id IN (SELECT hold_id FROM (${journals}) j WHERE kind = 'refund'))`;
  const rowsOf = (table: string, column: string, ids: string) =>
    `(SELECT * FROM ${table} WHERE ${column} = ANY(ARRAY(${ids})))`;
  return {
    since: day,
    transfers: `(SELECT * FROM transfers WHERE created_at >= ${moment})`,
    journals: `(${journals})`,
    ends: `(SELECT * FROM hold_resolutions WHERE resolved_at >= ${moment})`,
    holds: rowsOf('holds', 'id', `${ended} UNION ${open}`),
    lines: rowsOf('hold_lines', 'hold_id', `${ended} UNION ${open}`),
    furtherLines: rowsOf('further_hold_lines', 'hold_id', `${ended} UNION ${open}`),
    receipts: rowsOf('receipts', 'hold_id', ended),
    openLines: rowsOf('hold_lines', 'hold_id', open),
    topUps: `(SELECT * FROM top_ups WHERE created_at >= ${moment}
      OR 'topup:' || id IN (SELECT idem_key FROM (${journals}) j WHERE kind = 'top_up'))`,
    refunds: `(${refunds})`,
    refunded: `(SELECT * FROM journals WHERE kind = 'charge' AND hold_id = ANY(ARRAY(SELECT hold_id FROM (${refunds}) j)))`,
    transfersOf: (journalIds) => rowsOf('transfers', 'journal_id', journalIds),
  };
}
