import type { Database, Queryable } from '../../platform/database/database.ts';
import { BALANCE_INVARIANTS } from './balance-invariants-store.ts';
import { auditCalls, CALL_RULES } from './call-audit.ts';
import { verifyDigests } from './digests.ts';
import {
  type BooksFigures,
  countTransfers,
  firstBreach,
  type Invariant,
  prepareCheck,
  readFigures,
} from './invariants-store.ts';
import type { PublicSigningKey } from './receipt-signature.ts';
import { CHAINS, TRAIL_INVARIANTS } from './trail-invariants-store.ts';

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

async function checkQueries(tx: Queryable, invariants: readonly Invariant[]): Promise<InvariantResult[]> {
  const results: InvariantResult[] = [];
  for (const invariant of invariants) {
    results.push(result(invariant.id, await firstBreach(tx, invariant), invariant.rule));
  }
  return results;
}

async function checkCalls(tx: Queryable): Promise<InvariantResult[]> {
  const faults = await auditCalls(tx);
  return CALL_RULES.map(({ id, rule }) => result(id, faults[id], rule));
}

async function checkChains(tx: Queryable, keys: readonly PublicSigningKey[] | null): Promise<InvariantResult> {
  const fault = (await firstBreach(tx, CHAINS)) ?? (await verifyDigests(tx, keys));
  return result(CHAINS.id, fault, CHAINS.rule);
}

const numberOf = ({ id }: InvariantResult): number => Number(id.slice(1));

/** One verdict for each invariant, in order; one that several looked at is broken when any of them says so. */
function verdictOf(results: readonly InvariantResult[], checked: number): LedgerCheck {
  const byId = new Map<string, InvariantResult>();
  for (const each of results) if (byId.get(each.id)?.ok !== false) byId.set(each.id, each);
  const invariants = [...byId.values()].sort((left, right) => numberOf(left) - numberOf(right));
  return { ok: invariants.every(({ ok }) => ok), checked, invariants };
}

/** Begins a look at the database as it is now (or as another connection sees it), which hinders nobody. */
async function beginLook(tx: Queryable, snapshot: string | null): Promise<void> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // A snapshot's name cannot be a parameter; it comes from PostgreSQL itself.
  if (snapshot !== null) await tx.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
  await prepareCheck(tx);
}

/**
 * Checks every invariant on one snapshot of the database, on two connections at once. Reads only: calls go on meanwhile.
 * Takes about half a minute for a million transfers on two cores. `keys` are those that may have signed digests; null: whoever signed.
 */
export async function checkLedger(
  database: Database,
  keys: readonly PublicSigningKey[] | null = null,
): Promise<LedgerCheck & { figures: BooksFigures }> {
  return database.transaction(async (tx) => {
    await beginLook(tx, null);
    const [row] = await tx.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const calls = database.transaction(async (other) => {
      await beginLook(other, row?.snapshot ?? null);
      return checkCalls(other);
    });
    const rest = async () => [
      ...(await checkQueries(tx, [...BALANCE_INVARIANTS, ...TRAIL_INVARIANTS])),
      await checkChains(tx, keys),
    ];
    // Both are awaited even if one fails: the snapshot has to outlive its reader.
    const [first, second] = await Promise.allSettled([calls, rest()]);
    if (first.status === 'rejected') throw first.reason;
    if (second.status === 'rejected') throw second.reason;
    const verdict = verdictOf([...first.value, ...second.value], await countTransfers(tx));
    return { ...verdict, figures: await readFigures(tx) };
  });
}

/** The rules that say what people have (I1, I2, I3, I6) only; rejects when they take longer than `withinMs` together. */
export async function checkBalances(database: Database, withinMs: number): Promise<LedgerCheck> {
  const deadline = performance.now() + withinMs;
  return database.transaction(async (tx) => {
    await beginLook(tx, null);
    const results: InvariantResult[] = [];
    for (const invariant of BALANCE_INVARIANTS) {
      const left = Math.max(1, Math.round(deadline - performance.now()));
      await tx.query(`SET LOCAL statement_timeout = ${left}`);
      results.push(...(await checkQueries(tx, [invariant])));
    }
    return verdictOf(results, await countTransfers(tx));
  });
}
