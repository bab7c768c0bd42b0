import type { Usage, UsageSource } from '@q/providers/spec/usage';
import { jsonLines, numberArray, textArray } from '../../platform/database/array-parameters.ts';
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
 * What a batch of ends did: `done` with what each person has left after it (nano-dollars; of promotional money that has expired only what calls
 * hold), or nothing at all because some holds are no longer open; `open` names those that still are.
 */
export type Ended = { done: true; balances: Map<string, bigint> } | { done: false; open: Set<string> };

/** Only a call whose key has a daily limit has a day: most statements end none. */
const DAYS = `
  days AS MATERIALIZED (
    SELECT d.api_key_id, d.day, k.charge, k.release FROM api_key_days d
    JOIN unnest($25::text[], $26::text[], $27::bigint[], $28::bigint[]) AS k (api_key_id, day, charge, release)
      ON d.api_key_id = k.api_key_id AND d.day = k.day::date
    ORDER BY d.api_key_id, d.day FOR UPDATE OF d
  ),`;
const SPENT = `
  spent AS (
    UPDATE api_key_days d SET held = d.held - k.release, spent = d.spent + k.charge FROM days k, go
    WHERE d.api_key_id = k.api_key_id AND d.day = k.day
  ),`;

/**
 * Ends many holds in one statement, or none if one of them is not open any more. Rows are locked in one order everywhere
 * (days of keys, then open holds, then wallets, each by id), so that no two statements wait for each other.
 * Arrays are unnested side by side in a select list, which keeps no copy of them, as a function in FROM would. The moment is asked for once,
 * not for every row as the columns' defaults would.
 */
const endHoldsStatement = (withDays: boolean) => `
  WITH ${withDays ? DAYS : ''}
  open AS MATERIALIZED (
    SELECT hold_id FROM hold_progress WHERE hold_id = ANY($1::text[])${withDays ? ' AND (SELECT count(*) FROM days) >= 0' : ''}
    ORDER BY hold_id FOR UPDATE
  ),
  moment AS MATERIALIZED (SELECT books_now() AS at),
  go AS MATERIALIZED (SELECT 1 AS ok WHERE (SELECT count(*) FROM open) = cardinality($1::text[])),
  resolved AS (
    INSERT INTO hold_resolutions (hold_id, kind, amount, overrun, subsidy, usage, usage_source, reason, attempts, resolved_at)
    SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::bigint[]),
      unnest(string_to_array($6, E'\n', ''))::json, unnest($7::text[]), unnest($8::text[]), unnest(string_to_array($9, E'\n', ''))::json,
      (SELECT at FROM moment)
    WHERE EXISTS (SELECT 1 FROM go)
  ),
  booked AS (
    INSERT INTO journals (idem_key, kind, user_id, hold_id, created_at)
    SELECT 'settle:' || c.hold_id, 'charge', c.user_id, c.hold_id, (SELECT at FROM moment)
    FROM (SELECT unnest($10::text[]) AS hold_id, unnest($11::text[]) AS user_id) c WHERE EXISTS (SELECT 1 FROM go) RETURNING id, hold_id
  ),
  moved AS (
    INSERT INTO transfers (journal_id, debit_account, credit_account, amount, created_at)
    SELECT b.id, t.debit, t.credit, t.amount, (SELECT at FROM moment) FROM (
      SELECT unnest($12::text[]) AS hold_id, unnest($13::bigint[]) AS debit, unnest($14::bigint[]) AS credit, unnest($15::bigint[]) AS amount
    ) t JOIN booked b ON b.hold_id = t.hold_id
  ),
  locked AS MATERIALIZED (
    SELECT account_id FROM wallets WHERE account_id = ANY($16::bigint[]) AND EXISTS (SELECT 1 FROM go) ORDER BY account_id FOR UPDATE
  ),
  changed AS (
    UPDATE wallets w SET posted = w.posted - c.charge, held = w.held - c.release FROM locked l JOIN (
      SELECT unnest($16::bigint[]) AS account_id, unnest($17::bigint[]) AS charge, unnest($18::bigint[]) AS release
    ) c ON c.account_id = l.account_id
    WHERE w.account_id = l.account_id
    RETURNING w.account_id, w.posted, w.held
  ),${withDays ? SPENT : ''}
  written AS (
    INSERT INTO receipts (hold_id, chain_id, seq, body, prev_hash, hash)
    SELECT unnest($10::text[]), unnest($19::text[]), unnest($20::bigint[]), unnest(string_to_array($21, E'\n', '')), decode(unnest($22::text[]), 'hex'), decode(unnest($23::text[]), 'hex')
    WHERE EXISTS (SELECT 1 FROM go)
  ),
  ended AS (DELETE FROM hold_progress WHERE hold_id = ANY($1::text[]) AND EXISTS (SELECT 1 FROM go))
  SELECT (SELECT count(*) FROM go)::int AS done, (SELECT array_agg(hold_id) FROM open WHERE NOT EXISTS (SELECT 1 FROM go)) AS open,
    (SELECT string_agg(user_id || ':' || posted, ',') FROM (
        SELECT w.user_id, sum(CASE WHEN w.expires_at <= now() THEN COALESCE(c.held, w.held) ELSE COALESCE(c.posted, w.posted) END) AS posted
        FROM wallets w LEFT JOIN changed c ON c.account_id = w.account_id
        WHERE w.user_id = ANY($24::text[]) AND w.bucket <> 'free_tokens' GROUP BY w.user_id
      ) sums) AS balances`;
const END_HOLDS = endHoldsStatement(false);
const END_HOLDS_OF_DAYS = endHoldsStatement(true);

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
  for (const { wallets } of ends)
    for (const { accountId, charge, release } of wallets) {
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

/** The transfers of a batch, column by column. */
function transferColumns(ends: readonly HoldEnd[]) {
  const columns = { holdIds: [] as string[], debits: [] as bigint[], credits: [] as bigint[], amounts: [] as bigint[] };
  for (const { holdId, transfers } of ends)
    for (const { debit, credit, amount } of transfers) {
      columns.holdIds.push(holdId);
      columns.debits.push(debit);
      columns.credits.push(credit);
      columns.amounts.push(amount);
    }
  return columns;
}

function valuesOf(ends: readonly HoldEnd[], receipts: readonly ReceiptRow[]): string[] {
  const charges = ends.filter((end) => end.kind === 'settle');
  if (charges.some((end, index) => end.holdId !== receipts[index]?.holdId) || charges.length !== receipts.length)
    throw new Error('every charge has a receipt, in its place');
  const wallets = mergeWallets(ends);
  const transfers = transferColumns(ends);
  return [
    textArray(ends.map((end) => end.holdId)),
    textArray(ends.map((end) => end.kind)),
    numberArray(ends.map((end) => end.charged)),
    numberArray(ends.map((end) => end.overrun)),
    numberArray(ends.map((end) => end.subsidy)),
    jsonLines(ends.map((end) => (end.usage === null ? null : JSON.stringify(end.usage)))),
    textArray(ends.map((end) => end.usageSource)),
    textArray(ends.map((end) => end.reason)),
    jsonLines(ends.map((end) => JSON.stringify(end.attempts))),
    textArray(charges.map((end) => end.holdId)),
    textArray(charges.map((end) => end.userId)),
    textArray(transfers.holdIds),
    numberArray(transfers.debits),
    numberArray(transfers.credits),
    numberArray(transfers.amounts),
    numberArray(wallets.map((wallet) => wallet.accountId)),
    numberArray(wallets.map((wallet) => wallet.charge)),
    numberArray(wallets.map((wallet) => wallet.release)),
    textArray(receipts.map((receipt) => receipt.chainId)),
    numberArray(receipts.map((receipt) => receipt.seq)),
    jsonLines(receipts.map((receipt) => receipt.body)),
    textArray(receipts.map((receipt) => receipt.prevHash)),
    textArray(receipts.map((receipt) => receipt.hash)),
    textArray([...new Set(ends.map((end) => end.userId))]),
  ];
}

/** Ends holds and writes the receipts of those that were charged, in one statement. The receipts stand in the order of the charges. */
export async function endHolds(
  db: Queryable,
  ends: readonly HoldEnd[],
  receipts: readonly ReceiptRow[],
): Promise<Ended> {
  const values = valuesOf(ends, receipts);
  const days = mergeKeyDays(ends);
  const ofDays = [
    textArray(days.map((day) => day.apiKeyId)),
    textArray(days.map((day) => day.day)),
    numberArray(days.map((day) => day.charge)),
    numberArray(days.map((day) => day.release)),
  ];
  const [row] = await db.query<{ done: number; open: string[] | null; balances: string | null }>(
    days.length === 0 ? END_HOLDS : END_HOLDS_OF_DAYS,
    days.length === 0 ? values : [...values, ...ofDays],
    days.length === 0 ? 'end-holds' : 'end-holds-of-days',
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
       COALESCE((
         SELECT sum(CASE WHEN expires_at <= now() THEN held ELSE posted END) FROM wallets WHERE user_id = $2 AND bucket <> 'free_tokens'
       ), 0)::bigint AS balance`,
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
