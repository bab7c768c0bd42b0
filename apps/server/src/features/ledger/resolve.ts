import type { Usage, UsageSource } from '@q/providers/spec/usage';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { accountIds } from './account-store.ts';
import { costOf, grossOf } from './charge.ts';
import type { Hold } from './hold.ts';
import { type Attempt, findResolution, resolveHold } from './hold-store.ts';
import { planSettlement, type SettlementPlan } from './settlement.ts';

/** The end of a paid call. Amounts in nano-dollars; `balance` is what is left after it. */
export interface Settled {
  charged: bigint;
  overrun: bigint;
  balance: bigint;
}

/** How a charged call ended. */
export interface SettleInput {
  usage: Usage;
  usageSource: UsageSource;
  reason: string;
  attempts: Attempt[];
}

/** How a call that costs nothing ended. */
export interface VoidInput {
  reason: string;
  attempts: Attempt[];
}

/** The parts of a hold that its end needs; an orphan's are read back from the database. */
export type OpenHold = Pick<Hold, 'id' | 'userId' | 'price' | 'payee' | 'lines' | 'apiKeyDay'>;

/** Resolves the codes of system accounts to ids and remembers them: accounts are never deleted. */
export function createAccountCache(database: Database) {
  const ids = new Map<string, bigint>();
  return async (codes: string[]): Promise<Map<string, bigint>> => {
    const missing = codes.filter((code) => !ids.has(code));
    if (missing.length > 0) for (const [code, id] of await accountIds(database, missing)) ids.set(code, id);
    return ids;
  };
}

interface Deps {
  logger: Logger;
  accounts: ReturnType<typeof createAccountCache>;
}

async function withAccountIds(deps: Deps, plan: SettlementPlan) {
  const codes = plan.transfers
    .flatMap((transfer) => [transfer.debit, transfer.credit])
    .filter((side) => typeof side === 'string');
  const ids = await deps.accounts(codes);
  const idOf = (side: string | bigint): bigint => {
    const id = typeof side === 'bigint' ? side : ids.get(side);
    if (id === undefined) throw new Error(`no account ${side}`);
    return id;
  };
  return plan.transfers.map(({ debit, credit, amount }) => ({ debit: idOf(debit), credit: idOf(credit), amount }));
}

/** What stands in the books for a hold that had been ended before: the truth after a lost acknowledgement or a sweep. */
async function alreadyCharged(db: Queryable, holdId: string): Promise<bigint> {
  return (await findResolution(db, holdId))?.amount ?? 0n;
}

/** Charges a hold by the metered usage and frees the rest, at most once. */
export async function settleHold(deps: Deps, db: Queryable, hold: OpenHold, end: SettleInput): Promise<Settled> {
  const { price, payee, lines } = hold;
  const plan = planSettlement({
    price,
    payee,
    lines,
    gross: grossOf(end.usage, price),
    cost: costOf(end.usage, price),
  });
  const transfers = await withAccountIds(deps, plan);
  const { resolved, balance } = await resolveHold(db, {
    holdId: hold.id,
    userId: hold.userId,
    kind: 'settle',
    charged: plan.charged,
    overrun: plan.overrun,
    usage: end.usage,
    usageSource: end.usageSource,
    reason: end.reason,
    wallets: plan.wallets,
    transfers,
    attempts: end.attempts,
    apiKeyDay: hold.apiKeyDay,
  });
  if (!resolved) return { charged: await alreadyCharged(db, hold.id), overrun: 0n, balance };
  if (plan.overrun > 0n)
    deps.logger.warn({ holdId: hold.id, overrunNano: plan.overrun.toString() }, 'usage above the hold');
  return { charged: plan.charged, overrun: plan.overrun, balance };
}

/** Frees a hold without a charge, at most once. */
export async function voidHold(db: Queryable, hold: OpenHold, end: VoidInput): Promise<Settled> {
  const { price, payee, lines } = hold;
  const { resolved, balance } = await resolveHold(db, {
    holdId: hold.id,
    userId: hold.userId,
    kind: 'void',
    charged: 0n,
    overrun: 0n,
    usage: null,
    usageSource: null,
    reason: end.reason,
    wallets: planSettlement({ price, payee, lines, gross: 0n, cost: 0n }).wallets,
    transfers: [],
    attempts: end.attempts,
    apiKeyDay: hold.apiKeyDay,
  });
  return { charged: resolved ? 0n : await alreadyCharged(db, hold.id), overrun: 0n, balance };
}
