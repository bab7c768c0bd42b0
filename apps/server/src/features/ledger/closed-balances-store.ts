import type { Queryable } from '../../platform/database/database.ts';

/** Accounts hashed together; the hash of all is over the hashes of blocks, so that no number of accounts is too large for memory. */
const BLOCK = 10_000;

/** Debits and credits of each account by what was moved. */
const SUMS = `
  SELECT account_id, sum(debit) AS debits, sum(credit) AS credits FROM (
    SELECT debit_account AS account_id, amount AS debit, 0 AS credit FROM moved UNION ALL SELECT credit_account, 0, amount FROM moved
  ) legs GROUP BY 1`;
/** The transfers until the end (UTC) of the day `$1`, of that day or of all time. */
const MOVED = (from: string) =>
  `moved AS MATERIALIZED (
    SELECT debit_account, credit_account, amount FROM transfers WHERE ${from} created_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
  )`;
const MOVED_THAT_DAY = MOVED("created_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND");
const MOVED_UNTIL_THEN = MOVED('');

/** Adds the transfers of a day to the closed balances: a day that follows the last one they hold. */
export async function addToClosedBalances(tx: Queryable, day: string): Promise<void> {
  await tx.query(
    `WITH ${MOVED_THAT_DAY}
     INSERT INTO closed_balances AS b (account_id, debits, credits) ${SUMS}
     ON CONFLICT (account_id) DO UPDATE SET debits = b.debits + excluded.debits, credits = b.credits + excluded.credits`,
    [day],
  );
}

/** Makes the closed balances anew, from all transfers up to the end of a day. */
export async function makeClosedBalances(tx: Queryable, day: string): Promise<void> {
  await tx.query('DELETE FROM closed_balances');
  await tx.query(`WITH ${MOVED_UNTIL_THEN} INSERT INTO closed_balances (account_id, debits, credits) ${SUMS}`, [day]);
}

/** SHA-256 (hexadecimal) over the hashes of blocks; each block over its accounts in order of id, one line each. */
export async function closedBalancesHash(tx: Queryable): Promise<string> {
  const [row] = await tx.query<{ hash: string }>(
    `WITH numbered AS (
       SELECT account_id, concat_ws('|', account_id, debits, credits) AS line, (row_number() OVER (ORDER BY account_id) - 1) / ${BLOCK} AS block
       FROM closed_balances
     ),
     blocks AS (
       SELECT block, encode(sha256(convert_to(string_agg(line, E'\\n' ORDER BY account_id), 'UTF8')), 'hex') AS hash FROM numbered GROUP BY 1
     )
     SELECT encode(sha256(convert_to(COALESCE(string_agg(hash, '' ORDER BY block), ''), 'UTF8')), 'hex') AS hash FROM blocks`,
  );
  if (!row) throw new Error('SELECT answered no row');
  return row.hash;
}

/** The first account whose closed balance is not what its transfers up to the end of `day` say, in words; undefined when all are. */
export async function wrongClosedBalance(tx: Queryable, day: string): Promise<string | undefined> {
  const [row] = await tx.query<{ what: string }>(
    `WITH ${MOVED_UNTIL_THEN},
     said AS (${SUMS})
     SELECT concat('closed balance of account ', COALESCE(b.account_id, s.account_id), ': ', COALESCE(b.debits, 0), ' debits and ', COALESCE(b.credits, 0),
       ' credits, transfers say ', COALESCE(s.debits, 0), ' and ', COALESCE(s.credits, 0)) AS what
     FROM closed_balances b FULL JOIN said s ON s.account_id = b.account_id
     WHERE b.debits IS DISTINCT FROM s.debits OR b.credits IS DISTINCT FROM s.credits ORDER BY COALESCE(b.account_id, s.account_id) LIMIT 1`,
    [day],
  );
  return row?.what;
}
