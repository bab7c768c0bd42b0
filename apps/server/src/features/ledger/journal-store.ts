import type { Queryable } from '../../platform/database/database.ts';

/** One transfer of a journal, between accounts by id; `amount` above zero. */
export interface BookedTransfer {
  debit: bigint;
  credit: bigint;
  amount: bigint;
}

/** A business event to be booked. `idemKey` names the business object, so that it cannot be booked twice. */
export interface NewJournal {
  idemKey: string;
  kind: 'adjustment' | 'refund' | 'grant';
  userId: string;
  holdId: string | null;
  details: object;
  transfers: readonly BookedTransfer[];
}

/** A booked journal. */
export interface BookedJournal {
  id: bigint;
  createdAt: Date;
}

/** Writes a journal and its transfers, and folds them into the wallets they touch, in one statement. */
const BOOK = `
  WITH moved AS (SELECT * FROM unnest($6::bigint[], $7::bigint[], $8::bigint[]) AS t (debit, credit, amount)),
  booked AS (
    INSERT INTO journals (idem_key, kind, user_id, hold_id, details) VALUES ($1, $2, $3, $4, $5) RETURNING id, created_at
  ),
  written AS (
    INSERT INTO transfers (journal_id, debit_account, credit_account, amount)
    SELECT b.id, m.debit, m.credit, m.amount FROM booked b, moved m
  ),
  changes AS (
    SELECT account_id, sum(amount)::bigint AS amount FROM (
      SELECT credit AS account_id, amount FROM moved UNION ALL SELECT debit, -amount FROM moved
    ) legs GROUP BY 1
  ),
  folded AS (UPDATE wallets w SET posted = w.posted + c.amount FROM changes c WHERE w.account_id = c.account_id)
  SELECT id, created_at AS "createdAt" FROM booked`;

/**
 * Books a journal in the caller's transaction. Whoever touches more than one wallet locks them first (`lockWallets`).
 * Rejects with a unique violation when the journal exists, and with a check violation when a wallet would be overdrawn.
 */
export async function bookJournal(tx: Queryable, journal: NewJournal): Promise<BookedJournal> {
  const { idemKey, kind, userId, holdId, details, transfers } = journal;
  const [booked] = await tx.query<BookedJournal>(BOOK, [
    idemKey,
    kind,
    userId,
    holdId,
    JSON.stringify(details),
    transfers.map(({ debit }) => debit),
    transfers.map(({ credit }) => credit),
    transfers.map(({ amount }) => amount),
  ]);
  if (!booked) throw new Error('INSERT answered no row');
  return booked;
}

/** A wallet under lock, in nano-dollars. */
export interface LockedWallet {
  accountId: bigint;
  bucket: 'paid' | 'promo' | 'free_tokens';
  posted: bigint;
  held: bigint;
  expired: boolean;
}

/** Locks wallets until the transaction ends, in the order in which every statement locks them: by id. */
export async function lockWallets(tx: Queryable, accountIds: readonly bigint[]): Promise<LockedWallet[]> {
  return tx.query<LockedWallet>(
    `SELECT account_id AS "accountId", bucket, posted, held, COALESCE(expires_at <= now(), false) AS expired
     FROM wallets WHERE account_id = ANY($1::bigint[]) ORDER BY account_id FOR UPDATE`,
    [accountIds],
  );
}
