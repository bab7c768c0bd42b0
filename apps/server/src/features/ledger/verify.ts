import type { Database, Queryable } from '../../platform/database/database.ts';
import { balanceInvariants } from './balance-invariants-store.ts';
import { type BooksPart, partSince, WHOLE } from './books-part-store.ts';
import { auditCalls, CALL_RULES } from './call-audit.ts';
import { readClosedBooks, verifyDigests } from './digests.ts';
import {
  type BooksFigures,
  countTransfers,
  firstBreach,
  type Invariant,
  preferIndexes,
  prepareCheck,
  readFigures,
} from './invariants-store.ts';
import type { PublicSigningKey } from './receipt-signature.ts';
import { CHAINS_ID, CHAINS_RULE, chains, trailInvariants } from './trail-invariants-store.ts';

/** The verdict on one invariant; `detail` names the first wrong row. */
interface InvariantResult {
  id: string;
  ok: boolean;
  detail: string;
}

/** The verdict on the books. `checked` is the number of transfers looked at; `since` the day (UTC) with which they begin, null: all. */
export interface LedgerCheck {
  ok: boolean;
  checked: number;
  since: string | null;
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

const digestsResult = (fault: string | null): InvariantResult => result(CHAINS_ID, fault, CHAINS_RULE);

async function checkCalls(tx: Queryable, part: BooksPart): Promise<InvariantResult[]> {
  const faults = await auditCalls(tx, part);
  return CALL_RULES.map(({ id, rule }) => result(id, faults[id], rule));
}

const numberOf = ({ id }: InvariantResult): number => Number(id.slice(1));

/** One verdict for each invariant, in order; one that several looked at is broken when any of them says so. */
function verdictOf(results: readonly InvariantResult[], checked: number, { since }: BooksPart): LedgerCheck {
  const byId = new Map<string, InvariantResult>();
  for (const each of results) if (byId.get(each.id)?.ok !== false) byId.set(each.id, each);
  const invariants = [...byId.values()].sort((left, right) => numberOf(left) - numberOf(right));
  return { ok: invariants.every(({ ok }) => ok), checked, since, invariants };
}

/** Books grow. */
const READING = { statementMs: 600_000 };

/** Begins a look at the database as it is now (or as another connection sees it), which hinders nobody. */
async function beginLook(tx: Queryable, snapshot: string | null): Promise<void> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // A snapshot's name cannot be a parameter; it comes from PostgreSQL itself.
  if (snapshot !== null) await tx.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
  await prepareCheck(tx);
}

/** Looks at the calls on a second connection, and at everything else on this one: what queries can tell, then `more`. */
async function checkPart(
  database: Database,
  tx: Queryable,
  part: BooksPart,
  more: () => Promise<InvariantResult>,
): Promise<InvariantResult[]> {
  const [row] = await tx.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  const calls = database.transaction(async (other) => {
    await beginLook(other, row?.snapshot ?? null);
    if (part.since !== null) await preferIndexes(other);
    return checkCalls(other, part);
  }, READING);
  const rest = async () => [
    ...(await checkQueries(tx, [...balanceInvariants(part), ...trailInvariants(part), chains(part)])),
    await more(),
  ];
  // Both are awaited even if one fails: the snapshot has to outlive its reader.
  const [first, second] = await Promise.allSettled([calls, rest()]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [...first.value, ...second.value];
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
    const ofDigests = async () => digestsResult(await verifyDigests(tx, keys));
    const results = await checkPart(database, tx, WHOLE, ofDigests);
    const verdict = verdictOf(results, await countTransfers(tx, WHOLE), WHOLE);
    return { ...verdict, figures: await readFigures(tx) };
  }, READING);
}

/** What has to be checked besides the closed days, and whether their balances can be built upon. */
async function openPart(
  tx: Queryable,
  keys: readonly PublicSigningKey[] | null,
): Promise<{ part: BooksPart; ofDigests: InvariantResult }> {
  const { since, fault } = await readClosedBooks(tx, keys);
  if (since !== null) await preferIndexes(tx);
  return {
    part: since === null ? WHOLE : partSince(since),
    ofDigests: digestsResult(fault),
  };
}

/**
 * Checks every invariant as `checkLedger` does, on what was written since the last closed day: in the time that takes, however much lies before.
 * What is before is believed as the last digest sums it up. Everything, when no day is closed.
 */
export async function checkOpenDays(
  database: Database,
  keys: readonly PublicSigningKey[] | null = null,
): Promise<LedgerCheck> {
  return database.transaction(async (tx) => {
    await beginLook(tx, null);
    const { part, ofDigests } = await openPart(tx, keys);
    const results = await checkPart(database, tx, part, () => Promise.resolve(ofDigests));
    return verdictOf(results, await countTransfers(tx, part), part);
  }, READING);
}

/** The rules that say what people have (I1, I2, I3, I6) only. Rejects when `deadline` (as of `performance.now`) comes first. */
async function balancesUntil(
  database: Database,
  deadline: number,
  choose: (tx: Queryable) => Promise<{ part: BooksPart; ofDigests?: InvariantResult }>,
): Promise<LedgerCheck> {
  return database.transaction(async (tx) => {
    await beginLook(tx, null);
    const hurry = () =>
      tx.query(`SET LOCAL statement_timeout = ${Math.max(1, Math.round(deadline - performance.now()))}`);
    await hurry();
    const { part, ofDigests } = await choose(tx);
    const results = ofDigests === undefined ? [] : [ofDigests];
    for (const invariant of balanceInvariants(part)) {
      await hurry();
      results.push(...(await checkQueries(tx, [invariant])));
    }
    return verdictOf(results, await countTransfers(tx, part), part);
  });
}

/**
 * The rules that say what people have, on what was written since the last closed day; then on everything, as far as that can be done within
 * `withinMs`. Rejects when not even the first can.
 */
export async function checkBalances(
  database: Database,
  keys: readonly PublicSigningKey[] | null,
  withinMs: number,
): Promise<LedgerCheck> {
  const deadline = performance.now() + withinMs;
  const open = await balancesUntil(database, deadline, (tx) => openPart(tx, keys));
  if (open.since === null || !open.ok) return open;
  return balancesUntil(database, deadline, () => Promise.resolve({ part: WHOLE })).catch(() => open);
}
