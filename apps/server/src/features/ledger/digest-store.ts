import type { Queryable } from '../../platform/database/database.ts';

/** One lock for all processes: a day is closed once. */
const DIGEST_LOCK = 7_305_117_024;
/** Transfers hashed together; the hash of a day is over the hashes of its blocks, so that no day is too long for memory. */
const BLOCK = 10_000;

/** The stored digest of one day. `day` is YYYY-MM-DD (UTC), hashes are hexadecimal, the signature is base64. */
export interface DigestRow {
  day: string;
  transfers: bigint;
  transfers_hash: string;
  chain_heads: string;
  prev_hash: string;
  hash: string;
  signature: string;
  key_id: string;
  /** Hash of what every account had come to at the end of the day; null for days closed before this was kept. */
  balances_hash: string | null;
}

/** What the transfers of one day hash to. */
export interface DayHash {
  day: string;
  transfers: bigint;
  transfers_hash: string;
}

/** SHA-256 over the hashes of blocks; each block over its transfers in order of id, one line each, all columns. */
const DAY_HASHES = `
  WITH numbered AS (
    SELECT (created_at AT TIME ZONE 'UTC')::date AS day, id,
      concat_ws('|', id, journal_id, debit_account, credit_account, amount, extract(epoch FROM created_at)) AS line,
      (row_number() OVER (PARTITION BY (created_at AT TIME ZONE 'UTC')::date ORDER BY id) - 1) / ${BLOCK} AS block
    FROM transfers WHERE created_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND created_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
  ),
  blocks AS (
    SELECT day, block, count(*) AS n, encode(sha256(convert_to(string_agg(line, E'\\n' ORDER BY id), 'UTF8')), 'hex') AS hash
    FROM numbered GROUP BY 1, 2
  )
  SELECT day::text, sum(n)::bigint AS transfers, encode(sha256(convert_to(string_agg(hash, '' ORDER BY block), 'UTF8')), 'hex') AS transfers_hash
  FROM blocks GROUP BY 1`;

/** The hashes of the days from `first` to `last` (inclusive) on which something moved. */
export async function dayHashes(tx: Queryable, first: string, last: string): Promise<Map<string, DayHash>> {
  const rows = await tx.query<DayHash>(DAY_HASHES, [first, last]);
  return new Map(rows.map((row) => [row.day, row]));
}

/** Waits until no other process closes days; for the rest of the transaction. */
export async function lockDigests(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [DIGEST_LOCK]);
}

/** What time it is by the clock that dates transfers, in milliseconds. */
export async function databaseNow(db: Queryable): Promise<number> {
  const [row] = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  if (!row) throw new Error('SELECT answered no row');
  return row.now.getTime();
}

/** For how many milliseconds the oldest open transaction of any of our processes has been running: what it still writes is dated so far back. */
export async function oldestTransactionMs(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ age: number }>(
    `SELECT COALESCE(extract(epoch FROM max(clock_timestamp() - xact_start)) * 1000, 0)::float8 AS age FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`,
  );
  return row?.age ?? 0;
}

/** The first day on which something moved; undefined while the books are empty. */
export async function firstDay(tx: Queryable): Promise<string | undefined> {
  const [row] = await tx.query<{ day: string | null }>(
    "SELECT (min(created_at) AT TIME ZONE 'UTC')::date::text AS day FROM transfers",
  );
  return row?.day ?? undefined;
}

/** The last receipt of each chain that was appended to on a day, by chain. */
export async function chainHeads(tx: Queryable, day: string): Promise<{ chain: string; seq: bigint; hash: string }[]> {
  return tx.query<{ chain: string; seq: bigint; hash: string }>(
    `SELECT DISTINCT ON (p.chain_id) p.chain_id AS chain, p.seq, encode(p.hash, 'hex') AS hash
     FROM hold_resolutions r JOIN receipts p ON p.hold_id = r.hold_id
     WHERE r.resolved_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND r.resolved_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
     ORDER BY p.chain_id, p.seq DESC`,
    [day],
  );
}

/** PostgreSQL breaks lines within base64, which strict readers refuse. */
const COLUMNS = `day::text, transfers, encode(transfers_hash, 'hex') AS transfers_hash, chain_heads, encode(prev_hash, 'hex') AS prev_hash,
  encode(hash, 'hex') AS hash, translate(encode(signature, 'base64'), E'\\n', '') AS signature, key_id, encode(balances_hash, 'hex') AS balances_hash`;

/** The digests, oldest first. */
export async function readDigests(db: Queryable): Promise<DigestRow[]> {
  return db.query<DigestRow>(`SELECT ${COLUMNS} FROM ledger_digests ORDER BY day`);
}

/** The day after the last one whose end the closed balances are of; null when there is none. */
export async function firstOpenDay(db: Queryable): Promise<string | null> {
  const [row] = await db.query<{ day: string | null }>(
    'SELECT (day + 1)::text AS day FROM ledger_digests WHERE balances_hash IS NOT NULL ORDER BY day DESC LIMIT 1',
  );
  return row?.day ?? null;
}

/** A page of digests, newest first. */
export async function listDigests(db: Queryable, limit: number): Promise<DigestRow[]> {
  return db.query<DigestRow>(`SELECT ${COLUMNS} FROM ledger_digests ORDER BY day DESC LIMIT $1`, [limit]);
}

/** Writes the digest of a day. */
export async function insertDigest(tx: Queryable, row: DigestRow): Promise<void> {
  await tx.query(
    `INSERT INTO ledger_digests (day, transfers, transfers_hash, chain_heads, prev_hash, hash, signature, key_id, balances_hash)
     VALUES ($1, $2, decode($3, 'hex'), $4, decode($5, 'hex'), decode($6, 'hex'), decode($7, 'base64'), $8, decode($9, 'hex'))`,
    [
      ...[row.day, row.transfers, row.transfers_hash, row.chain_heads],
      ...[row.prev_hash, row.hash, row.signature, row.key_id, row.balances_hash],
    ],
  );
}

/** The first head of a chain, of those given, that the receipts do not bear out; undefined when all are there. */
export async function missingHead(
  tx: Queryable,
  heads: readonly { chain: string; seq: number; hash: string }[],
): Promise<string | undefined> {
  const [row] = await tx.query<{ what: string }>(
    `SELECT h.chain || ' ' || h.seq AS what FROM unnest($1::text[], $2::bigint[], $3::text[]) AS h (chain, seq, hash)
     LEFT JOIN receipts p ON p.chain_id = h.chain AND p.seq = h.seq
     WHERE p.hash IS NULL OR encode(p.hash, 'hex') <> h.hash ORDER BY 1 LIMIT 1`,
    [heads.map(({ chain }) => chain), heads.map(({ seq }) => seq), heads.map(({ hash }) => hash)],
  );
  return row?.what;
}
