import type { Database, Queryable } from '../../platform/database/database.ts';
import { verifyDigests } from './digests.ts';
import {
  BALANCE_INVARIANTS,
  CHARGE_INVARIANTS,
  countTransfers,
  firstBreach,
  prepareCheck,
} from './invariants-store.ts';
import { auditReceipts } from './receipt-audit.ts';
import type { PublicSigningKey } from './receipt-signature.ts';

/** The verdict on one invariant; `detail` names the first wrong row. */
interface InvariantResult {
  id: string;
  ok: boolean;
  detail: string;
}

/** The verdict on the books. `checked` is the number of transfers looked at. */
export interface LedgerCheck {
  ok: boolean;
  checked: number;
  invariants: InvariantResult[];
}

const result = (id: string, fault: string | null | undefined, rule: string): InvariantResult =>
  fault === null || fault === undefined ? { id, ok: true, detail: rule } : { id, ok: false, detail: fault };

async function checkQueries(tx: Queryable, invariants: typeof BALANCE_INVARIANTS): Promise<InvariantResult[]> {
  const results: InvariantResult[] = [];
  for (const invariant of invariants) {
    results.push(result(invariant.id, await firstBreach(tx, invariant), invariant.rule));
  }
  return results;
}

async function checkReceipts(tx: Queryable, key: PublicSigningKey | null): Promise<InvariantResult[]> {
  const { receipts, rating, payables, chains } = await auditReceipts(tx);
  const digests = await verifyDigests(tx, key);
  return [
    result('I9', receipts, 'every charge has one receipt, and they say the same'),
    result('I12', rating, 'every charge and its cost can be computed again from usage and price version'),
    result('I13', payables, 'what providers and publishers are owed is what the charges say, less refunds'),
    result('I14', chains ?? digests, 'the chains of receipts and the digests of days are unbroken'),
  ];
}

const numberOf = ({ id }: InvariantResult): number => Number(id.slice(1));

/** Begins a look at the database as it is now (or as another connection sees it), which hinders nobody. */
async function beginLook(tx: Queryable, snapshot: string | null): Promise<void> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // A snapshot's name cannot be a parameter; it comes from PostgreSQL itself.
  if (snapshot !== null) await tx.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
  await prepareCheck(tx);
}

/**
 * Checks every invariant on one snapshot of the database, on two connections at once. Reads only: calls go on meanwhile.
 * Takes about a minute for a million transfers on two cores.
 */
export async function checkLedger(database: Database, key: PublicSigningKey | null = null): Promise<LedgerCheck> {
  return database.transaction(async (tx) => {
    await beginLook(tx, null);
    const [row] = await tx.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const receipts = database.transaction(async (other) => {
      await beginLook(other, row?.snapshot ?? null);
      return checkReceipts(other, key);
    });
    const queries = checkQueries(tx, [...BALANCE_INVARIANTS, ...CHARGE_INVARIANTS]);
    // Both are awaited even if one fails: the snapshot has to outlive its reader.
    const [first, second] = await Promise.allSettled([queries, receipts]);
    if (first.status === 'rejected') throw first.reason;
    if (second.status === 'rejected') throw second.reason;
    const invariants = [...first.value, ...second.value].sort((left, right) => numberOf(left) - numberOf(right));
    return { ok: invariants.every(({ ok }) => ok), checked: await countTransfers(tx), invariants };
  });
}

/** The rules that say what people have (I1, I2, I3, I6) only; rejects when they take longer than `withinMs`. */
export async function checkBalances(database: Database, withinMs: number): Promise<LedgerCheck> {
  return database.transaction(async (tx) => {
    await beginLook(tx, null);
    await tx.query(`SET LOCAL statement_timeout = ${Math.round(withinMs)}`);
    const invariants = await checkQueries(tx, BALANCE_INVARIANTS);
    return { ok: invariants.every(({ ok }) => ok), checked: await countTransfers(tx), invariants };
  });
}
