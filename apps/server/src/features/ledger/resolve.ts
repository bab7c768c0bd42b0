import type { Usage, UsageSource } from '@q/providers/spec/usage';
import { AppError } from '../../lib/app-error.ts';
import { createBatcher } from '../../lib/batcher.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Database, isUniqueViolation, type Queryable } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { accountIds } from './account-store.ts';
import { costOf, grossOf } from './charge.ts';
import { type Attempt, endHolds, type HoldEnd, readEnd } from './end-holds-store.ts';
import type { Hold } from './hold.ts';
import type { ReceiptFacts } from './receipt.ts';
import { createReceiptChain, type ReceiptChain } from './receipt-chain.ts';
import { planSettlement, releaseOf, type SettlementPlan } from './settlement.ts';
import { splitBatch } from './split-batch.ts';

const ENDS_IN_ONE_STATEMENT_MAX = 256;

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
export type OpenHold = Omit<Hold, 'dailyLimitNano' | 'delivered' | 'lost' | 'shortOf' | 'inDoubt'>;

/** One end on its way to the database, with the facts of its receipt when it is a charge. */
export interface PlannedEnd {
  end: HoldEnd;
  receipt: ReceiptFacts | null;
}

/** Resolves the codes of system accounts to ids and remembers them: accounts are never deleted. */
export function createAccountCache(database: Database) {
  const ids = new Map<string, bigint>();
  async function load(codes: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    for (const [code, id] of await accountIds(database, codes)) ids.set(code, id);
    return ids;
  }
  /** All ids that are known, these among them: at once as a rule. */
  return (codes: readonly string[]): ReadonlyMap<string, bigint> | Promise<ReadonlyMap<string, bigint>> => {
    const missing = codes.filter((code) => !ids.has(code));
    return missing.length === 0 ? ids : load(missing);
  };
}

export type AccountCache = ReturnType<typeof createAccountCache>;

async function withAccountIds(accounts: AccountCache, plan: SettlementPlan): Promise<HoldEnd['transfers']> {
  const codes: string[] = [];
  for (const { debit, credit } of plan.transfers) {
    if (typeof debit === 'string') codes.push(debit);
    if (typeof credit === 'string') codes.push(credit);
  }
  const known = accounts(codes);
  const ids = known instanceof Promise ? await known : known;
  const idOf = (side: string | bigint): bigint => {
    const id = typeof side === 'bigint' ? side : ids.get(side);
    if (id === undefined) throw new Error(`no account ${side}`);
    return id;
  };
  return plan.transfers.map(({ debit, credit, amount }) => ({ debit: idOf(debit), credit: idOf(credit), amount }));
}

/** Computes everything that charging a hold by `input.usage` writes. */
export async function planSettle(
  deps: { accounts: AccountCache; clock: Clock },
  hold: OpenHold,
  input: SettleInput,
): Promise<PlannedEnd> {
  const { price, payee, lines, asset } = hold;
  const { usage, usageSource, attempts, reason } = input;
  const cost = price.mode === 'resale' ? costOf(usage, price) : 0n;
  const tokens = BigInt(usage.inputTokens + usage.outputTokens);
  const plan = planSettlement({ price, payee, lines, asset, gross: grossOf(usage, price), cost, tokens });
  const end: HoldEnd = {
    holdId: hold.id,
    userId: hold.userId,
    kind: 'settle',
    charged: plan.charged,
    overrun: plan.overrun,
    subsidy: plan.subsidy,
    usage,
    usageSource,
    reason,
    wallets: plan.wallets,
    transfers: await withAccountIds(deps.accounts, plan),
    attempts,
    apiKeyDay: hold.apiKeyDay,
  };
  const receipt: ReceiptFacts = {
    callId: hold.id,
    userId: hold.userId,
    apiKeyId: hold.apiKeyId,
    modelId: hold.modelId,
    provider: hold.provider,
    price,
    held: lines.reduce((sum, line) => sum + line.amount, 0n),
    plan,
    cost,
    usage,
    usageSource,
    outcome: reason,
    attempts,
    startedAt: hold.startedAt,
    settledAt: new Date(deps.clock.now()),
  };
  return { end, receipt };
}

/** Computes everything that freeing a hold writes. */
export function planVoid(hold: OpenHold, input: VoidInput): PlannedEnd {
  const end: HoldEnd = {
    holdId: hold.id,
    userId: hold.userId,
    kind: 'void',
    charged: 0n,
    overrun: 0n,
    subsidy: 0n,
    usage: null,
    usageSource: null,
    reason: input.reason,
    wallets: releaseOf(hold.lines),
    transfers: [],
    attempts: input.attempts,
    apiKeyDay: hold.apiKeyDay,
  };
  return { end, receipt: null };
}

/** Gives each end of a batch the balance right after it: what was left after the batch, and what later ends of the same person took. */
function withBalances(ends: readonly PlannedEnd[], balances: Map<string, bigint>): Map<PlannedEnd, Settled> {
  const left = new Map(balances);
  const settled = new Map<PlannedEnd, Settled>();
  for (const item of ends.toReversed()) {
    const { userId, charged, overrun } = item.end;
    const balance = left.get(userId) ?? 0n;
    settled.set(item, { charged, overrun, balance });
    left.set(userId, balance + charged);
  }
  return settled;
}

/** One statement can end a hold once only: who comes second in a batch finds it ended in the next. */
function firstOfEachHold(ends: readonly PlannedEnd[]): PlannedEnd[] {
  const seen = new Set<string>();
  return ends.filter(({ end }) => !seen.has(end.holdId) && seen.add(end.holdId));
}

/**
 * Ends holds, each at most once: one that was ended by somebody else is answered with what stands in the books.
 * Receipts of the charged ones are appended to `chain`. Rejects with nothing changed, or with an unknown outcome when the connection broke:
 * the same ends may be given again in both cases.
 */
export async function writeEnds(
  db: Queryable,
  chain: ReceiptChain,
  planned: readonly PlannedEnd[],
): Promise<Settled[]> {
  const answers = new Map<PlannedEnd, Settled>();
  let left = [...planned];
  try {
    await chain.reload(db);
    while (left.length > 0) {
      const round = firstOfEachHold(left);
      const rows = chain.link(round.map(({ receipt }) => receipt).filter((receipt) => receipt !== null));
      const ended = await endHolds(
        db,
        round.map(({ end }) => end),
        rows,
      );
      if (ended.done) {
        chain.advance(rows);
        for (const [item, settled] of withBalances(round, ended.balances)) answers.set(item, settled);
      } else {
        const over = round.filter(({ end }) => !ended.open.has(end.holdId));
        // What stands in the books is the truth: after a lost acknowledgement, or when a sweep was faster.
        for (const item of over) answers.set(item, { ...(await readEnd(db, item.end)), overrun: 0n });
      }
      left = left.filter((item) => !answers.has(item));
    }
  } catch (error) {
    chain.doubt();
    // What a broken connection was writing can be committed after the chain was read anew: then its place is taken, and the next is free.
    if (isUniqueViolation(error, 'receipts_chain_id_seq_key'))
      throw new AppError('service_unavailable', { message: 'Another receipt came first.', cause: error });
    throw error;
  }
  return planned.map((item) => answers.get(item) ?? { charged: 0n, overrun: 0n, balance: 0n });
}

/**
 * Gathers the ends of this process's holds into few statements, one after the other, so that their receipts make one chain. What comes while
 * one is under way is gathered for the next: many small ones side by side take the database longer than one large one.
 */
export function createEndQueue(deps: { database: Database; logger: Logger; gatherMs: number }) {
  const chain = createReceiptChain();
  const batcher = createBatcher<PlannedEnd, Settled>({
    gatherMs: deps.gatherMs,
    run: (items) => writeEnds(deps.database, chain, items),
    itemsMax: ENDS_IN_ONE_STATEMENT_MAX,
    splitAfter: (error, items) => splitBatch(error, items, (planned) => planned.end.userId),
  });
  return {
    /** Resolves when the end stands in the books. */
    async add(planned: PlannedEnd): Promise<Settled> {
      const settled = await batcher.add(planned);
      if (settled.overrun > 0n)
        deps.logger.warn(
          { holdId: planned.end.holdId, overrunNano: settled.overrun.toString() },
          'usage above the hold',
        );
      return settled;
    },
  };
}
