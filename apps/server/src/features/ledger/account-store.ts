import type { Queryable } from '../../platform/database/database.ts';
import type { Asset } from './settlement.ts';

type AccountKind = 'asset' | 'liability' | 'revenue' | 'expense';

/** The kind of an account follows from its code: `wallet:` and `payable:` are owed to others. */
function kindOf(code: string): AccountKind {
  if (code === 'tokens:granted') return 'expense';
  if (code.startsWith('tokens:')) return 'revenue';
  if (code.startsWith('revenue:')) return 'revenue';
  if (code.startsWith('expense:')) return 'expense';
  if (code.startsWith('asset:')) return 'asset';
  return 'liability';
}

/** `tokens:…` and `wallet:{user}:tokens:{grant}` count free tokens; everything else counts dollars. */
const assetOf = (code: string): Asset => (/^tokens:|^wallet:[^:]+:tokens:/.test(code) ? 'FREE_TOKEN' : 'USD');

/** Ids of accounts by code; accounts that do not exist are made. */
export async function accountIds(db: Queryable, codes: readonly string[]): Promise<Map<string, bigint>> {
  const unique = [...new Set(codes)].sort();
  const read = () =>
    db.query<{ code: string; id: bigint }>('SELECT code, id FROM accounts WHERE code = ANY($1)', [unique]);
  let rows = await read();
  if (rows.length < unique.length) {
    const known = new Set(rows.map((row) => row.code));
    const missing = unique.filter((code) => !known.has(code));
    await db.query(
      'INSERT INTO accounts (code, kind, asset) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT (code) DO NOTHING',
      [missing, missing.map(kindOf), missing.map(assetOf)],
    );
    rows = await read();
  }
  return new Map(rows.map((row) => [row.code, row.id]));
}

/** The id of one account, which is made when there is none. */
export async function accountId(db: Queryable, code: string): Promise<bigint> {
  const id = (await accountIds(db, [code])).get(code);
  if (id === undefined) throw new Error(`account ${code} was not made`);
  return id;
}

/** Those of the given accounts whose code begins with `prefix`. */
export async function accountIdsLike(db: Queryable, prefix: string, ids: readonly bigint[]): Promise<Set<bigint>> {
  const rows = await db.query<{ id: bigint }>(
    'SELECT id FROM accounts WHERE id = ANY($1::bigint[]) AND starts_with(code, $2)',
    [ids, prefix],
  );
  return new Set(rows.map((row) => row.id));
}

/** The account of a new promotional wallet, which lives until `expiresAt`. */
export async function ensurePromoWallet(
  db: Queryable,
  wallet: { userId: string; grantId: string; expiresAt: Date },
): Promise<bigint> {
  const id = await accountId(db, `wallet:${wallet.userId}:promo:${wallet.grantId}`);
  await db.query(
    "INSERT INTO wallets (account_id, user_id, bucket, expires_at) VALUES ($1, $2, 'promo', $3) ON CONFLICT (account_id) DO NOTHING",
    [id, wallet.userId, wallet.expiresAt],
  );
  return id;
}

/** The account of a person's paid wallet; the wallet is made when there is none. */
export async function ensurePaidWallet(db: Queryable, userId: string): Promise<bigint> {
  const id = await accountId(db, `wallet:${userId}:paid`);
  await db.query(
    "INSERT INTO wallets (account_id, user_id, bucket) VALUES ($1, $2, 'paid') ON CONFLICT (account_id) DO NOTHING",
    [id, userId],
  );
  return id;
}

/**
 * Sums over all wallets of money of a person, in nano-dollars. `credited` is everything ever put in, less what expired or was taken back:
 * what is not in `posted` of it was spent on calls. Promotional money is out of both the moment it expires, booked or not.
 */
export interface WalletTotals {
  posted: bigint;
  held: bigint;
  credited: bigint;
}

/** Reads the totals; zeros for somebody who has no wallet yet. */
export async function walletTotals(db: Queryable, userId: string): Promise<WalletTotals> {
  const [row] = await db.query<WalletTotals>(
    `WITH own AS (
       SELECT account_id, posted, held, CASE WHEN expires_at <= now() THEN posted - held ELSE 0 END AS lapsed
       FROM wallets WHERE user_id = $1 AND bucket <> 'free_tokens'
     ),
     moved AS MATERIALIZED (
       SELECT j.kind, t.debit_account, t.credit_account, t.amount FROM journals j JOIN transfers t ON t.journal_id = j.id
       WHERE j.user_id = $1 AND j.kind <> 'charge'
     ),
     put_in AS (SELECT sum(m.amount) AS amount FROM moved m JOIN own ON own.account_id = m.credit_account),
     taken AS (
       SELECT sum(m.amount) AS amount FROM moved m JOIN own ON own.account_id = m.debit_account WHERE m.kind IN ('adjustment', 'expiry')
     )
     SELECT COALESCE(sum(posted - lapsed), 0)::bigint AS posted, COALESCE(sum(held), 0)::bigint AS held,
       (COALESCE((SELECT amount FROM put_in), 0) - COALESCE((SELECT amount FROM taken), 0) - COALESCE(sum(lapsed), 0))::bigint AS credited
     FROM own`,
    [userId],
    'wallet-totals',
  );
  return row ?? { posted: 0n, held: 0n, credited: 0n };
}

/** What a person can still set aside, and what their running calls hold, in nano-dollars. */
export interface Available {
  available: bigint;
  held: bigint;
}

/** Reads that of several people at once; who has no wallet yet is missing. */
export async function availableOf(db: Queryable, userIds: readonly string[]): Promise<Map<string, Available>> {
  const rows = await db.query<Available & { user_id: string }>(
    `SELECT user_id, sum(CASE WHEN expires_at <= now() THEN 0 ELSE posted - held END)::bigint AS available, sum(held)::bigint AS held
     FROM wallets WHERE user_id = ANY($1::text[]) AND bucket <> 'free_tokens' GROUP BY user_id`,
    [userIds],
    'available',
  );
  return new Map(rows.map(({ user_id, available, held }) => [user_id, { available, held }]));
}

/** Moves money into a wallet under a journal key. Returns false when the journal exists already: nothing was changed then. */
export async function creditWallet(
  tx: Queryable,
  credit: {
    idemKey: string;
    kind: 'top_up' | 'grant';
    userId: string;
    walletId: bigint;
    fromAccount: bigint;
    amount: bigint;
    details: object;
  },
): Promise<boolean> {
  const rows = await tx.query<{ id: bigint }>(
    `INSERT INTO journals (idem_key, kind, user_id, details) VALUES ($1, $2, $3, $4) ON CONFLICT (idem_key) WHERE kind <> 'charge'
     DO NOTHING RETURNING id`,
    [credit.idemKey, credit.kind, credit.userId, JSON.stringify(credit.details)],
  );
  const journal = rows[0];
  if (!journal) return false;
  await tx.query('INSERT INTO transfers (journal_id, debit_account, credit_account, amount) VALUES ($1, $2, $3, $4)', [
    journal.id,
    credit.fromAccount,
    credit.walletId,
    credit.amount,
  ]);
  await tx.query('UPDATE wallets SET posted = posted + $2 WHERE account_id = $1', [credit.walletId, credit.amount]);
  return true;
}
