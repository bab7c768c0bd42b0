import type { Database } from '../../platform/database/database.ts';
import { partSince, WHOLE } from './books-part-store.ts';
import { firstOpenDay } from './digest-store.ts';
import type { Asset } from './settlement.ts';

/** Books grow. */
const READING = { statementMs: 60_000 };

/** Sums of one account, or of the wallets of everybody, in the account's own unit (nano-dollars or tokens). */
export interface TrialBalanceRow {
  code: string;
  kind: 'asset' | 'liability' | 'revenue' | 'expense';
  asset: Asset;
  accounts: number;
  debits: bigint;
  credits: bigint;
}

/**
 * The trial balance: every account by code with all that was ever debited and credited; wallets are summed up by kind, as `wallet:*:paid`. Of
 * closed days what their digest sums up is taken.
 */
export async function readTrialBalance(database: Database): Promise<TrialBalanceRow[]> {
  return database.transaction(async (tx) => {
    // At one moment: a day that is closed between the two statements would be counted twice.
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const since = await firstOpenDay(tx);
    const { transfers } = since === null ? WHOLE : partSince(since);
    const rows = await tx.query<Omit<TrialBalanceRow, 'debits' | 'credits'> & { debits: string; credits: string }>(
      `WITH sums AS (
         SELECT debit_account AS id, sum(amount) AS debits, 0 AS credits FROM ${transfers} t GROUP BY 1
         UNION ALL SELECT credit_account, 0, sum(amount) FROM ${transfers} t GROUP BY 1
         ${since === null ? '' : 'UNION ALL SELECT account_id, debits, credits FROM closed_balances'}
       ),
       moved AS (SELECT id, sum(debits) AS debits, sum(credits) AS credits FROM sums GROUP BY 1)
       SELECT CASE WHEN a.code LIKE 'wallet:%' THEN 'wallet:*:' || split_part(a.code, ':', 3) ELSE a.code END AS code,
         a.kind, a.asset, count(*)::int AS accounts, COALESCE(sum(m.debits), 0)::text AS debits, COALESCE(sum(m.credits), 0)::text AS credits
       FROM accounts a LEFT JOIN moved m ON m.id = a.id
       GROUP BY 1, 2, 3 ORDER BY 1`,
    );
    return rows.map((row) => ({ ...row, debits: BigInt(row.debits), credits: BigInt(row.credits) }));
  }, READING);
}
