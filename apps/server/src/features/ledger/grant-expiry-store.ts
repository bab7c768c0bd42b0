import type { Queryable } from '../../platform/database/database.ts';

/**
 * Locks up to `limit` wallets whose time is over, for no longer than `minutes` (null: however long), and that hold something no running call
 * has set aside. Wallets that another process books, or a call is using, at this moment are skipped: their turn comes again.
 */
export async function lockExpired(tx: Queryable, limit: number, minutes: number | null): Promise<bigint[]> {
  const rows = await tx.query<{ account_id: bigint }>(
    `SELECT account_id FROM wallets
     WHERE expires_at <= now() AND expires_at > COALESCE(now() - $2::int * interval '1 minute', '-infinity') AND posted > held
     ORDER BY account_id LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit, minutes],
  );
  return rows.map((row) => row.account_id);
}

/**
 * Books what is free in the locked wallets: wallet → revenue:breakage, free tokens → tokens:expired. A wallet may expire in parts, as its
 * last calls end: `expiry:{account}:{n}`. Returns how many were booked.
 */
export async function bookExpired(
  tx: Queryable,
  walletIds: readonly bigint[],
  to: { money: bigint; tokens: bigint },
): Promise<number> {
  const rows = await tx.query(
    `WITH due AS (
       SELECT w.account_id, w.user_id, a.code, w.posted - w.held AS amount,
         CASE WHEN w.bucket = 'free_tokens' THEN $3::bigint ELSE $2::bigint END AS credit,
         1 + (
           SELECT count(*) FROM journals j JOIN transfers t ON t.journal_id = j.id
           WHERE j.user_id = w.user_id AND j.kind = 'expiry' AND t.debit_account = w.account_id
         ) AS n
       FROM wallets w JOIN accounts a ON a.id = w.account_id WHERE w.account_id = ANY($1::bigint[]) AND w.posted > w.held
     ),
     booked AS (
       INSERT INTO journals (idem_key, kind, user_id, details)
       SELECT 'expiry:' || account_id || ':' || n, 'expiry', user_id, jsonb_build_object('wallet', code) FROM due RETURNING id, idem_key
     ),
     moved AS (
       INSERT INTO transfers (journal_id, debit_account, credit_account, amount)
       SELECT b.id, d.account_id, d.credit, d.amount FROM due d JOIN booked b ON b.idem_key = 'expiry:' || d.account_id || ':' || d.n
     )
     UPDATE wallets w SET posted = w.posted - d.amount FROM due d WHERE w.account_id = d.account_id RETURNING 1`,
    [walletIds, to.money, to.tokens],
  );
  return rows.length;
}
