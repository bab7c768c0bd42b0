import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
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

/** The hash of a digest: SHA-256 of the canonical JSON of what it says. */
function digestHash(digest: Omit<DigestRow, 'hash' | 'signature' | 'key_id'>): string {
  const { day, transfers, transfers_hash, chain_heads, prev_hash } = digest;
  return sha256(canonicalJson({ v: 1, day, transfers: transfers.toString(), transfers_hash, chain_heads, prev_hash }));
}

const nothingMoved = (day: string): DayHash => ({ day, transfers: 0n, transfers_hash: NO_TRANSFERS });

async function closeDay(tx: Queryable, signer: Signer, day: string, prevHash: string): Promise<string> {
  const moved = (await dayHashes(tx, day, day)).get(day) ?? nothingMoved(day);
  const heads = await chainHeads(tx, day);
  const digest = {
    ...moved,
    chain_heads: canonicalJson(heads.map(({ chain, seq, hash }) => ({ chain, seq: Number(seq), hash }))),
    prev_hash: prevHash,
  };
  const hash = digestHash(digest);
  await insertDigest(tx, { ...digest, hash, signature: signer.sign('digest', hash), key_id: signer.key.id });
  return hash;
}

/** A day that was closed, with the hash of its digest. */
export interface ClosedDay {
  day: string;
  hash: string;
}

/**
 * Writes the digest of every day (UTC) that ended a quarter of an hour before `now` (milliseconds, by the database's clock, which dates
 * transfers) and has none yet, in order. Any number of processes may try: the work is done once. A day waits for transactions that began in
 * it. Returns the days closed.
 */
export async function closeDays(database: Database, signer: Signer, now: number): Promise<ClosedDay[]> {
  return database.transaction(async (tx) => {
    await lockDigests(tx);
    const last = (await readDigests(tx)).at(-1);
    const first = last === undefined ? await firstDay(tx) : nextDay(last.day);
    const end = dayOf(now - CLOSE_AFTER_MS - (await oldestTransactionMs(tx)));
    const closed: ClosedDay[] = [];
    if (first === undefined) return closed;
    let prevHash = last?.hash ?? GENESIS;
    for (let day = first; day < end; day = nextDay(day)) {
      prevHash = await closeDay(tx, signer, day, prevHash);
      closed.push({ day, hash: prevHash });
    }
    return closed;
  });
}

function digestFault(digest: DigestRow, before: DigestRow | undefined, moved: DayHash): string | null {
  const where = `digest of ${digest.day}`;
  if (before !== undefined && digest.day !== nextDay(before.day)) return `${where} does not follow ${before.day}`;
  if (digest.prev_hash !== (before?.hash ?? GENESIS)) return `${where} does not bear the hash of the day before`;
  if (digestHash(digest) !== digest.hash) return `${where} was altered: its hash is another one`;
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

/**
 * What is wrong with the digests, or null: each follows the day before, says what the transfers and receipts still say, and is signed by
 * one of `keys`. The first stands for the day of the first transfer.
 */
export async function verifyDigests(tx: Queryable, keys: readonly PublicSigningKey[] | null): Promise<string | null> {
  const digests = await readDigests(tx);
  const [first, last] = [digests[0], digests.at(-1)];
  if (first === undefined || last === undefined) return null;
  const begin = await firstDay(tx);
  if (begin !== undefined && begin < first.day)
    return `digest of ${begin} is not there, though something moved that day`;
  const hashes = await dayHashes(tx, first.day, last.day);
  for (const [index, digest] of digests.entries()) {
    const moved = hashes.get(digest.day) ?? nothingMoved(digest.day);
    const fault = digestFault(digest, digests[index - 1], moved) ?? signatureFault(digest, keys);
    if (fault !== null) return fault;
    const heads = headsOf(digest);
    if (heads === null) return `digest of ${digest.day} names no receipts`;
    const missing = heads.length === 0 ? undefined : await missingHead(tx, heads);
    if (missing !== undefined) return `digest of ${digest.day} names receipt ${missing}, which is not there any more`;
  }
  return null;
}
