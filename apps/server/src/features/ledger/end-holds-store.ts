import type { Usage, UsageSource } from '@q/providers/spec/usage';
import type { Queryable } from '../../platform/database/database.ts';
import type { WalletChange } from './settlement.ts';

/** How one try at a provider ended. */
export interface Attempt {
  provider: string;
  outcome: string;
  upstreamRequestId: string | null;
}

/** What ends a hold. Amounts in nano-dollars. */
export interface HoldEnd {
  holdId: string;
  userId: string;
  kind: 'settle' | 'void';
  charged: bigint;
  overrun: bigint;
  subsidy: bigint;
  usage: Usage | null;
  usageSource: UsageSource | null;
  reason: string;
  wallets: WalletChange[];
  transfers: { debit: bigint; credit: bigint; amount: bigint }[];
  attempts: Attempt[];
  apiKeyDay: { apiKeyId: string; day: string } | null;
}

/** A receipt as it is stored: exact bytes and its place in a chain. Hashes in hexadecimal. */
export interface ReceiptRow {
  holdId: string;
  chainId: string;
  seq: bigint;
  body: string;
  prevHash: string;
  hash: string;
}

/**
 * What a batch of ends did: `done` with what each person has left after it (nano-dollars), or nothing at all because some holds are no
 * longer open; `open` names those that still are.
 */
export type Ended = { done: true; balances: Map<string, bigint> } | { done: false; open: Set<string> };

/**
 * Ends many holds in one statement, or none if one of them is not open any more. Rows are locked in one order everywhere
 * (days of keys, then open holds, then wallets, each by id), so that no two statements wait for each other.
 */
const END_HOLDS = `
  WITH days AS MATERIALIZED (
    SELECT d.api_key_id, d.day, k.charge, k.release FROM api_key_days d
    JOIN unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS k (api_key_id, day, charge, release)
      ON d.api_key_id = k.api_key_id AND d.day = k.day::date
    ORDER BY d.api_key_id, d.day FOR UPDATE OF d
  ),
  open AS MATERIALIZED (
    SELECT hold_id FROM hold_progress WHERE hold_id = ANY($5::text[]) AND (SELECT count(*) FROM days) >= 0 ORDER BY hold_id FOR UPDATE
  ),
  go AS (SELECT 1 AS ok WHERE (SELECT count(*) FROM open) = cardinality($5::text[])),
  resolved AS (
    INSERT INTO hold_resolutions (hold_id, kind, amount, overrun, subsidy, usage, usage_source, reason, attempts)
    SELECT r.* FROM go, unnest($5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::jsonb[], $11::text[], $12::text[], $13::jsonb[]) AS r
  ),
  booked AS (
    INSERT INTO journals (idem_key, kind, user_id, hold_id)
    SELECT 'settle:' || r.hold_id, 'charge', r.user_id, r.hold_id
    FROM go, unnest($5::text[], $6::text[], $14::text[]) AS r (hold_id, kind, user_id) WHERE r.kind = 'settle' RETURNING id, hold_id
  ),
  moved AS (
    INSERT INTO transfers (journal_id, debit_account, credit_account, amount)
    SELECT b.id, t.debit, t.credit, t.amount
    FROM unnest($15::text[], $16::bigint[], $17::bigint[], $18::bigint[]) AS t (hold_id, debit, credit, amount) JOIN booked b ON b.hold_id = t.hold_id
  ),
  locked AS MATERIALIZED (
    SELECT account_id FROM wallets WHERE account_id = ANY($19::bigint[]) AND EXISTS (SELECT 1 FROM go) ORDER BY account_id FOR UPDATE
  ),
  changed AS (
    UPDATE wallets w SET posted = w.posted - c.charge, held = w.held - c.release
    FROM locked l JOIN unnest($19::bigint[], $20::bigint[], $21::bigint[]) AS c (account_id, charge, release) ON c.account_id = l.account_id
    WHERE w.account_id = l.account_id
    RETURNING w.account_id, w.user_id, CASE WHEN w.bucket = 'free_tokens' THEN 0 ELSE w.posted END AS posted
  ),
  spent AS (
    UPDATE api_key_days d SET held = d.held - k.release, spent = d.spent + k.charge FROM days k, go
    WHERE d.api_key_id = k.api_key_id AND d.day = k.day
  ),
  written AS (
    INSERT INTO receipts (hold_id, chain_id, seq, body, prev_hash, hash)
    SELECT r.hold_id, r.chain_id, r.seq, r.body, decode(r.prev_hash, 'hex'), decode(r.hash, 'hex')
    FROM go, unnest($22::text[], $23::text[], $24::bigint[], $25::text[], $26::text[], $27::text[]) AS r (hold_id, chain_id, seq, body, prev_hash, hash)
  ),
  ended AS (DELETE FROM hold_progress p USING go WHERE p.hold_id = ANY($5::text[]))
  SELECT (SELECT count(*) FROM go)::int AS done, (SELECT array_agg(hold_id) FROM open) AS open,
    (SELECT string_agg(user_id || ':' || posted, ',') FROM (
        SELECT user_id, sum(posted) AS posted FROM (
          SELECT user_id, posted FROM changed
          UNION ALL
          SELECT w.user_id, w.posted FROM wallets w LEFT JOIN changed c ON c.account_id = w.account_id
          WHERE w.user_id = ANY($28::text[]) AND w.bucket <> 'free_tokens' AND c.account_id IS NULL
        ) each GROUP BY user_id
      ) sums) AS balances`;

function toBalances(text: string | null): Map<string, bigint> {
  const pairs = (text ?? '').split(',').filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const [userId = '', balance = '0'] = pair.split(':');
      return [userId, BigInt(balance)];
    }),
  );
}

/** Sums the changes of one wallet over the whole batch. */
function mergeWallets(ends: readonly HoldEnd[]): WalletChange[] {
  const merged = new Map<bigint, WalletChange>();
  for (const { accountId, charge, release } of ends.flatMap((end) => end.wallets)) {
    const before = merged.get(accountId);
    if (before === undefined) merged.set(accountId, { accountId, charge, release });
    else {
      before.charge += charge;
      before.release += release;
    }
  }
  return [...merged.values()];
}

interface KeyDayChange {
  apiKeyId: string;
  day: string;
  charge: bigint;
  release: bigint;
}

/** Sums what the batch changes for one day of one API key. */
function mergeKeyDays(ends: readonly HoldEnd[]): KeyDayChange[] {
  const merged = new Map<string, KeyDayChange>();
  for (const { apiKeyDay, charged, wallets } of ends) {
    if (apiKeyDay === null) continue;
    const key = `${apiKeyDay.apiKeyId} ${apiKeyDay.day}`;
    const change = merged.get(key) ?? { ...apiKeyDay, charge: 0n, release: 0n };
    change.charge += charged;
    change.release += wallets.reduce((sum, wallet) => sum + wallet.release, 0n);
    merged.set(key, change);
  }
  return [...merged.values()];
}

function toTransferRows(ends: readonly HoldEnd[]) {
  return ends.flatMap((end) => end.transfers.map((transfer) => ({ holdId: end.holdId, ...transfer })));
}

/** Ends holds and writes the receipts of those that were charged, in one statement. */
export async function endHolds(
  db: Queryable,
  ends: readonly HoldEnd[],
  receipts: readonly ReceiptRow[],
): Promise<Ended> {
  const days = mergeKeyDays(ends);
  const wallets = mergeWallets(ends);
  const transfers = toTransferRows(ends);
  const [row] = await db.query<{ done: number; open: string[] | null; balances: string | null }>(
    END_HOLDS,
    [
      days.map((day) => day.apiKeyId),
      days.map((day) => day.day),
      days.map((day) => day.charge),
      days.map((day) => day.release),
      ends.map((end) => end.holdId),
      ends.map((end) => end.kind),
      ends.map((end) => end.charged),
      ends.map((end) => end.overrun),
      ends.map((end) => end.subsidy),
      ends.map((end) => (end.usage === null ? null : JSON.stringify(end.usage))),
      ends.map((end) => end.usageSource),
      ends.map((end) => end.reason),
      ends.map((end) => JSON.stringify(end.attempts)),
      ends.map((end) => end.userId),
      transfers.map((transfer) => transfer.holdId),
      transfers.map((transfer) => transfer.debit),
      transfers.map((transfer) => transfer.credit),
      transfers.map((transfer) => transfer.amount),
      wallets.map((wallet) => wallet.accountId),
      wallets.map((wallet) => wallet.charge),
      wallets.map((wallet) => wallet.release),
      receipts.map((receipt) => receipt.holdId),
      receipts.map((receipt) => receipt.chainId),
      receipts.map((receipt) => receipt.seq),
      receipts.map((receipt) => receipt.body),
      receipts.map((receipt) => receipt.prevHash),
      receipts.map((receipt) => receipt.hash),
      [...new Set(ends.map((end) => end.userId))],
    ],
    'end-holds',
  );
  if (row?.done === 1) return { done: true, balances: toBalances(row.balances) };
  return { done: false, open: new Set(row?.open ?? []) };
}

/** What an ended hold was charged, and what its owner has now (nano-dollars); 0 for a hold that is open or never was. */
export async function readEnd(
  db: Queryable,
  hold: { holdId: string; userId: string },
): Promise<{ charged: bigint; balance: bigint }> {
  const [row] = await db.query<{ charged: bigint; balance: bigint }>(
    `SELECT COALESCE((SELECT amount FROM hold_resolutions WHERE hold_id = $1), 0) AS charged,
       COALESCE((SELECT sum(posted) FROM wallets WHERE user_id = $2 AND bucket <> 'free_tokens'), 0)::bigint AS balance`,
    [hold.holdId, hold.userId],
  );
  return row ?? { charged: 0n, balance: 0n };
}

/** The last receipt of a chain; undefined when it has none yet. The hash is hexadecimal. */
export async function lastReceipt(db: Queryable, chainId: string): Promise<{ seq: bigint; hash: string } | undefined> {
  const rows = await db.query<{ seq: bigint; hash: string }>(
    "SELECT seq, encode(hash, 'hex') AS hash FROM receipts WHERE chain_id = $1 ORDER BY seq DESC LIMIT 1",
    [chainId],
  );
  return rows[0];
}
