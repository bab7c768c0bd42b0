import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import {
  addToClosedBalances,
  closedBalancesHash,
  makeClosedBalances,
  wrongClosedBalance,
} from './closed-balances-store.ts';
import {
  chainHeads,
  type DayHash,
  type DigestRow,
  dayHashes,
  firstDay,
  insertDigest,
  lockDigests,
  missingHead,
  oldestTransactionMs,
  readDigests,
} from './digest-store.ts';
import { isSignedBy, type PublicSigningKey, type Signer } from './receipt-signature.ts';

const DAY_MS = 86_400_000;
/** Longer than any transaction of ours lasts: what began before midnight has ended. */
const CLOSE_AFTER_MS = 15 * 60_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** What stands before the first digest, and what the transfers of a day without any hash to. */
const GENESIS = sha256('q-marketplace digests');
const NO_TRANSFERS = sha256('');

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const nextDay = (day: string): string => dayOf(Date.parse(day) + DAY_MS);

/** The hash of a digest: SHA-256 of the canonical JSON of what it says. The first version said nothing of balances. */
function digestHash(digest: Omit<DigestRow, 'hash' | 'signature' | 'key_id'>): string {
  const { day, transfers, transfers_hash, chain_heads, prev_hash, balances_hash } = digest;
  const said = { day, transfers: transfers.toString(), transfers_hash, chain_heads, prev_hash };
  return sha256(canonicalJson(balances_hash === null ? { v: 1, ...said } : { v: 2, ...said, balances_hash }));
}

const nothingMoved = (day: string): DayHash => ({ day, transfers: 0n, transfers_hash: NO_TRANSFERS });

/** Closes the day after `before`; the first that is closed, when there is none before. */
async function closeDay(tx: Queryable, signer: Signer, day: string, before: DigestRow | undefined): Promise<DigestRow> {
  const moved = (await dayHashes(tx, day, day)).get(day) ?? nothingMoved(day);
  const heads = await chainHeads(tx, day);
  if (before === undefined || before.balances_hash === null) await makeClosedBalances(tx, day);
  else await addToClosedBalances(tx, day);
  const said = {
    ...moved,
    chain_heads: canonicalJson(heads.map(({ chain, seq, hash }) => ({ chain, seq: Number(seq), hash }))),
    prev_hash: before?.hash ?? GENESIS,
    balances_hash: await closedBalancesHash(tx),
  };
  const hash = digestHash(said);
  const digest = { ...said, hash, signature: signer.sign('digest', hash), key_id: signer.key.id };
  await insertDigest(tx, digest);
  return digest;
}

/** A day that was closed, with the hash of its digest. */
export interface ClosedDay {
  day: string;
  hash: string;
}

/** The days (UTC) that can be closed at `now`, from (inclusive) to (exclusive); none while nothing has moved. */
async function endedDays(tx: Queryable, last: DigestRow | undefined, now: number): Promise<[from: string, to: string]> {
  const end = dayOf(now - CLOSE_AFTER_MS - (await oldestTransactionMs(tx)));
  const first = last === undefined ? await firstDay(tx) : nextDay(last.day);
  return [first ?? end, end];
}

/** Whether a day can be closed. `now` as in `closeDays`. */
export async function hasEndedDay(database: Database, now: number): Promise<boolean> {
  const [from, to] = await endedDays(database, (await readDigests(database)).at(-1), now);
  return from < to;
}

/** Days can be long, and another process may be closing them. */
const CLOSING = { statementMs: 600_000 };

/**
 * Writes the digest of every day (UTC) that ended a quarter of an hour before `now` (milliseconds, by the database's clock, which dates
 * transfers) and has none yet, in order, and brings the closed balances up to it. Any number of processes may try: the work is done once. A day
 * waits for transactions that began in it. Returns the days closed.
 */
export async function closeDays(database: Database, signer: Signer, now: number): Promise<ClosedDay[]> {
  return database.transaction(async (tx) => {
    await lockDigests(tx);
    let last = (await readDigests(tx)).at(-1);
    const [from, to] = await endedDays(tx, last, now);
    const closed: ClosedDay[] = [];
    for (let day = from; day < to; day = nextDay(day)) {
      last = await closeDay(tx, signer, day, last);
      closed.push({ day, hash: last.hash });
    }
    return closed;
  }, CLOSING);
}

/** What is wrong with a digest in itself and in its place, or null. */
function digestFault(digest: DigestRow, before: DigestRow | undefined): string | null {
  const where = `digest of ${digest.day}`;
  if (before !== undefined && digest.day !== nextDay(before.day)) return `${where} does not follow ${before.day}`;
  if (digest.prev_hash !== (before?.hash ?? GENESIS)) return `${where} does not bear the hash of the day before`;
  return digestHash(digest) === digest.hash ? null : `${where} was altered: its hash is another one`;
}

/** What of a day is not as its digest says, or null. */
function dayFault(digest: DigestRow, moved: DayHash): string | null {
  const where = `digest of ${digest.day}`;
  if (moved.transfers !== digest.transfers)
    return `${where} counts ${digest.transfers} transfers, there are ${moved.transfers}`;
  return moved.transfers_hash === digest.transfers_hash ? null : `${where}: a transfer of that day was altered`;
}

/** What is wrong with who signed a digest, or null. */
function signatureFault(digest: DigestRow, keys: readonly PublicSigningKey[] | null): string | null {
  if (keys === null) return null;
  const { day, hash, signature, key_id } = digest;
  const key = keys.find(({ id }) => id === key_id);
  if (key === undefined) return `digest of ${day} is signed by key ${key_id}, which is not ours`;
  const isSigned = isSignedBy(key.public_key, { purpose: 'digest', hash, signature });
  return isSigned ? null : `digest of ${day}: the signature is not valid`;
}

const headsSchema = z.array(z.object({ chain: z.string(), seq: z.int(), hash: z.string() }));

function headsOf(digest: DigestRow): z.infer<typeof headsSchema> | null {
  try {
    return headsSchema.parse(JSON.parse(digest.chain_heads));
  } catch {
    return null;
  }
}

function chainFault(digests: readonly DigestRow[], keys: readonly PublicSigningKey[] | null): string | null {
  for (const [index, digest] of digests.entries()) {
    const fault = digestFault(digest, digests[index - 1]) ?? signatureFault(digest, keys);
    if (fault !== null) return fault;
  }
  return null;
}

async function balancesFault(tx: Queryable, last: DigestRow): Promise<string | null> {
  if (last.balances_hash === null || (await closedBalancesHash(tx)) === last.balances_hash) return null;
  return `digest of ${last.day}: the closed balances were altered`;
}

/** What the closed days say: since when nothing is closed (the beginning of a day, UTC; null: nothing is), and what is wrong with that. */
export interface ClosedBooks {
  since: string | null;
  fault: string | null;
}

/**
 * Whether the closed balances can be built upon: the digests follow each other, are signed by one of `keys`, and the last one says those
 * balances. What it does not look at is whether the transfers of closed days are still those of their digests.
 */
export async function readClosedBooks(tx: Queryable, keys: readonly PublicSigningKey[] | null): Promise<ClosedBooks> {
  const digests = await readDigests(tx);
  const last = digests.at(-1);
  if (last === undefined) return { since: null, fault: null };
  const fault = chainFault(digests, keys) ?? (await balancesFault(tx, last));
  return { since: last.balances_hash === null ? null : nextDay(last.day), fault };
}

async function daysFault(tx: Queryable, digests: readonly DigestRow[], last: DigestRow): Promise<string | null> {
  const hashes = await dayHashes(tx, digests[0]?.day ?? last.day, last.day);
  for (const digest of digests) {
    const fault = dayFault(digest, hashes.get(digest.day) ?? nothingMoved(digest.day));
    if (fault !== null) return fault;
    const heads = headsOf(digest);
    if (heads === null) return `digest of ${digest.day} names no receipts`;
    const missing = heads.length === 0 ? undefined : await missingHead(tx, heads);
    if (missing !== undefined) return `digest of ${digest.day} names receipt ${missing}, which is not there any more`;
  }
  return null;
}

/**
 * What is wrong with the digests, or null: each follows the day before, is signed by one of `keys`, and says what the transfers and receipts
 * still say; the closed balances are those of the last one. The first stands for the day of the first transfer.
 */
export async function verifyDigests(tx: Queryable, keys: readonly PublicSigningKey[] | null): Promise<string | null> {
  const digests = await readDigests(tx);
  const [first, last] = [digests[0], digests.at(-1)];
  if (first === undefined || last === undefined) return null;
  const begin = await firstDay(tx);
  if (begin !== undefined && begin < first.day)
    return `digest of ${begin} is not there, though something moved that day`;
  const fault = chainFault(digests, keys) ?? (await daysFault(tx, digests, last)) ?? (await balancesFault(tx, last));
  if (fault !== null || last.balances_hash === null) return fault;
  return (await wrongClosedBalance(tx, last.day)) ?? null;
}
