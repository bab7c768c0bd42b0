import type { Database } from '../../platform/database/database.ts';
import type { Asset } from './settlement.ts';

/** Sums of one account, or of the wallets of everybody, in the account's own unit (nano-dollars or tokens). */
export interface TrialBalanceRow {
  code: string;
  kind: 'asset' | 'liability' | 'revenue' | 'expense';
  asset: Asset;
  accounts: number;
  debits: bigint;
  credits: bigint;
}

/** The trial balance: every account by code with all that was ever debited and credited; wallets are summed up by kind, as `wallet:*:paid`. */
export async function readTrialBalance(database: Database): Promise<TrialBalanceRow[]> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION READ ONLY');
    await tx.query("SET LOCAL statement_timeout = '60s'");
    const rows = await tx.query<Omit<TrialBalanceRow, 'debits' | 'credits'> & { debits: string; credits: string }>(
      `SELECT CASE WHEN a.code LIKE 'wallet:%' THEN 'wallet:*:' || split_part(a.code, ':', 3) ELSE a.code END AS code,
         a.kind, a.asset, count(*)::int AS accounts, COALESCE(sum(d.sum), 0)::text AS debits, COALESCE(sum(c.sum), 0)::text AS credits
       FROM accounts a
       LEFT JOIN (SELECT debit_account AS id, sum(amount) FROM transfers GROUP BY 1) d ON d.id = a.id
       LEFT JOIN (SELECT credit_account AS id, sum(amount) FROM transfers GROUP BY 1) c ON c.id = a.id
       GROUP BY 1, 2, 3 ORDER BY 1`,
    );
    return rows.map((row) => ({ ...row, debits: BigInt(row.debits), credits: BigInt(row.credits) }));
  });
}
