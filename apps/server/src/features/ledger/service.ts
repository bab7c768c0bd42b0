import type { Clock } from '../../lib/clock.ts';
import { untilAnswered } from '../../lib/until-answered.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { accountIds, creditWallet, ensurePaidWallet, walletTotals } from './account-store.ts';
import { createHoldGrowth } from './grow-hold.ts';
import type { Extension, Hold, HoldRequest, Spendable } from './hold.ts';
import { type HoldTerms, hasOpenHolds } from './hold-store.ts';
import { createMoneyGuard } from './money-guard.ts';
import { createOpenHolds } from './open-holds.ts';
import { createHolds } from './place-hold.ts';
import { createRecovery } from './recovery.ts';
import {
  createAccountCache,
  createEndQueue,
  type PlannedEnd,
  planSettle,
  planVoid,
  type Settled,
  type SettleInput,
  type VoidInput,
} from './resolve.ts';
import { createSweepAfterOutage } from './sweep-after-outage.ts';
import { checkLedger, type LedgerCheck } from './verify.ts';

/** Statements that hold a few calls more do more calls a second; see docs/decisions/2026-11-21-batches.md. */
const GATHER_MS = 1;
const RENEW_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 5_000;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  /** How long holds and ends that come in company wait for more, in real milliseconds; 1 when absent. */
  gatherMs?: number;
}

/** A credit of a person's paid wallet out of one of the platform's asset accounts. */
interface Credit {
  /** Names the business object, such as `topup:top_…`: the same credit is booked once. */
  idemKey: string;
  kind: 'top_up' | 'grant';
  userId: string;
  /** Nano-dollars. */
  amount: bigint;
  from: string;
  details: object;
}

async function creditPaidWallet(tx: Queryable, credit: Credit): Promise<boolean> {
  const walletId = await ensurePaidWallet(tx, credit.userId);
  const fromAccount = (await accountIds(tx, [credit.from])).get(credit.from);
  if (fromAccount === undefined) throw new Error(`no account ${credit.from}`);
  return creditWallet(tx, { ...credit, walletId, fromAccount });
}

/** Wraps a job so that its runs never overlap and its failures are logged, not thrown. */
function single(logger: Logger, what: string, work: () => Promise<unknown>): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    work()
      .catch((error: unknown) => logger.warn({ err: error }, `${what} failed`))
      .finally(() => {
        running = false;
      });
  };
}

/** The ledger: holds, settlements, credits and their proof. Everything that moves money is one transaction and idempotent. */
export function createLedger(deps: Deps) {
  const { database, clock, logger, gatherMs = GATHER_MS } = deps;
  const guard = createMoneyGuard();
  const tally = { charges: 0, voids: 0, recovered: 0, charged: 0n, overrun: 0n };
  const inner = { database, clock, logger, gatherMs, accounts: createAccountCache(database) };
  const open = createOpenHolds(inner);
  const holds = createHolds(inner);
  const growth = createHoldGrowth(inner);
  const ends = createEndQueue(inner);
  const { sweep: recover } = createRecovery(inner);
  const sweep = createSweepAfterOutage({
    clock,
    ping: () => database.ping(),
    async sweep() {
      const recovered = await recover();
      tally.recovered += recovered;
      return recovered;
    },
    isBehind: open.isBehind,
  });
  const stopRenewing = clock.every(RENEW_EVERY_MS, single(logger, 'renewing leases', open.renew));
  const stopSweeping = clock.every(SWEEP_EVERY_MS, single(logger, 'the recovery sweep', sweep));

  /**
   * Writes the end of a hold. One that could not be written is left to the recovery sweep, which ends it at its checkpoint: whose lease is
   * renewed, nobody else ends.
   */
  async function end(hold: Hold, plan: () => PlannedEnd | Promise<PlannedEnd>): Promise<Settled> {
    try {
      return await untilAnswered(clock, async () => {
        await growth.settleDoubt(hold);
        return ends.add(await plan());
      });
    } finally {
      open.remove(hold);
    }
  }

  return {
    /** Sets money aside for a call. Throws AppError `insufficient_balance` (402) or `rate_limited` (429, the key's daily limit). */
    async hold(request: HoldRequest): Promise<Hold> {
      guard.assertOpen();
      const hold = await holds.open(request);
      open.add(hold);
      return hold;
    },
    /** Adds to an open hold; false when it is not there. */
    extend: (hold: Hold, more: Extension): Promise<boolean> => growth.extend(hold, more),
    /** Gives an open hold to another provider, model or price before anything was delivered; false when the balance cannot bear it. */
    redirect: (hold: Hold, terms: HoldTerms, needed: Extension): Promise<boolean> =>
      growth.redirect(hold, terms, needed),
    /** Charges a call by its metered usage and frees the rest of its hold; at most once, whoever calls and however often. */
    async settle(hold: Hold, input: SettleInput): Promise<Settled> {
      const settled = await end(hold, () => planSettle(inner, hold, input));
      tally.charges += 1;
      tally.charged += settled.charged;
      tally.overrun += settled.overrun;
      return settled;
    },
    /** Frees a hold without a charge. */
    async void(hold: Hold, input: VoidInput): Promise<Settled> {
      const settled = await end(hold, () => planVoid(hold, input));
      tally.voids += 1;
      return settled;
    },
    /** Leaves a hold to the recovery sweep, as if this process had died. */
    abandon: (hold: Hold): boolean => open.remove(hold),
    /** Credits a wallet; false when this credit had been booked before. */
    credit(tx: Queryable, credit: Credit): Promise<boolean> {
      guard.assertOpen();
      return creditPaidWallet(tx, credit);
    },
    /** What a caller can still set aside for a call, in nano-dollars. */
    spendable: (caller: Pick<HoldRequest, 'userId' | 'apiKey'>): Promise<Spendable> => holds.spendable(caller),
    /** Totals of a person's wallets in nano-dollars. */
    totals: (userId: string) => walletTotals(database, userId),
    /** What a person has, in nano-dollars: credits less charges. Money held by running calls is still theirs. */
    balanceOf: async (userId: string): Promise<bigint> => (await walletTotals(database, userId)).posted,
    /** Whether any call of a person is running, in whatever process. */
    hasOpenHolds: (userId: string): Promise<boolean> => hasOpenHolds(database, userId),
    /** Checks the invariants of the books. */
    check: (): Promise<LedgerCheck> => checkLedger(database),
    /** Whether money moves: everything that moves it asks here first. */
    guard,
    /** Holds of this process that are open. */
    openHolds: open.size,
    /** What this process has ended so far, calls of dead processes apart (`recovered`); amounts in nano-dollars. */
    tally: () => tally,
    /** Ends holds of dead processes; returns how many, or null when that is put off, as at first after an outage of the database. */
    sweep,
    close(): void {
      stopRenewing();
      stopSweeping();
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
