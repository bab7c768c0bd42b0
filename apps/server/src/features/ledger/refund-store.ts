import type { Queryable } from '../../platform/database/database.ts';
import type { RefundableCharge } from './refund-plan.ts';

/** A call as a refund sees it. `end` is null while it is running. Amounts in nano-dollars. */
export interface CallCharge extends RefundableCharge {
  userId: string;
  end: 'settle' | 'void' | null;
  /** How many refunds there were before. */
  refunds: number;
}

/** Whose a call is; undefined when there is none. */
export async function findCallOwner(db: Queryable, callId: string): Promise<string | undefined> {
  const [row] = await db.query<{ user_id: string }>('SELECT user_id FROM holds WHERE id = $1', [callId]);
  return row?.user_id;
}

/**
 * One refund of a call at a time: the others wait until this transaction ends. Nothing else ever locks an ended hold. False, and nothing is
 * locked, while the call is running.
 */
export async function lockEndedCall(tx: Queryable, callId: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM hold_resolutions WHERE hold_id = $1 FOR UPDATE', [callId])).length > 0;
}

interface Part {
  accountId: string;
  amount: string;
}

const toParts = (parts: readonly Part[]) =>
  parts.map(({ accountId, amount }) => ({ accountId: BigInt(accountId), amount: BigInt(amount) }));

const PARTS = "json_agg(json_build_object('accountId', account_id::text, 'amount', amount::text)";

/** Reads what a call was charged, by whom it was paid, who earned by it, and what was refunded; undefined when there is no such call. */
export async function readCallCharge(db: Queryable, callId: string): Promise<CallCharge | undefined> {
  const [row] = await db.query<Omit<CallCharge, 'lines' | 'earned'> & { lines: Part[]; earned: Part[] }>(
    `SELECT h.user_id AS "userId", r.kind AS "end", COALESCE(r.amount, 0)::bigint AS charged,
       COALESCE(done.amount, 0)::bigint AS refunded, COALESCE(done.n, 0)::int AS refunds,
       COALESCE((
         SELECT ${PARTS} ORDER BY seq) FROM hold_lines JOIN wallets USING (account_id) WHERE hold_id = h.id AND bucket <> 'free_tokens'
       ), '[]') AS lines,
       COALESCE((
         SELECT ${PARTS} ORDER BY kind <> 'revenue', account_id) FROM (
           SELECT t.credit_account AS account_id, a.kind, sum(t.amount) AS amount FROM journals j JOIN transfers t ON t.journal_id = j.id
           JOIN wallets w ON w.account_id = t.debit_account AND w.bucket <> 'free_tokens' JOIN accounts a ON a.id = t.credit_account
           WHERE j.user_id = h.user_id AND j.hold_id = h.id AND j.kind = 'charge' GROUP BY 1, 2
         ) parts
       ), '[]') AS earned
     FROM holds h LEFT JOIN hold_resolutions r ON r.hold_id = h.id
     LEFT JOIN LATERAL (
       SELECT count(DISTINCT j.id) AS n, sum(t.amount) AS amount FROM journals j JOIN transfers t ON t.journal_id = j.id
       WHERE j.user_id = h.user_id AND j.hold_id = h.id AND j.kind = 'refund'
     ) done ON true
     WHERE h.id = $1`,
    [callId],
  );
  return row && { ...row, lines: toParts(row.lines), earned: toParts(row.earned) };
}
