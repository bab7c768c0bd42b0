import { isServiceUnavailable } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Database, isBusy, type Queryable } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { lockOrphans, type Orphan } from './hold-store.ts';
import { priceVersions } from './price-store.ts';
import { createReceiptChain } from './receipt-chain.ts';
import { type AccountCache, type PlannedEnd, planSettle, planVoid, writeEnds } from './resolve.ts';

const BATCH_MAX = 500;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  accounts: AccountCache;
}

type Prices = Awaited<ReturnType<typeof priceVersions>>;

async function planEnd(deps: Deps, orphan: Orphan, prices: Prices): Promise<PlannedEnd> {
  const version = prices.get(orphan.priceVersionId);
  if (!version) throw new Error(`hold ${orphan.holdId} names an unknown price version`);
  const { holdId, userId, apiKeyId, limitDay, modelId, provider, payee, asset, lines, startedAt, usage } = orphan;
  const apiKeyDay = apiKeyId !== null && limitDay !== null ? { apiKeyId, day: limitDay } : null;
  const price = { ...version, mode: orphan.mode, ...(orphan.feeBps === null ? {} : { feeBps: orphan.feeBps }) };
  const hold = { id: holdId, userId, apiKeyId, modelId, provider, price, payee, asset, lines, startedAt, apiKeyDay };
  const attempts = [{ provider, outcome: 'process_died', upstreamRequestId: null }];
  if (usage === null) return planVoid(hold, { reason: 'process_died_before_output', attempts });
  return planSettle(deps, hold, { usage, usageSource: 'checkpoint', reason: 'process_died', attempts });
}

/**
 * Ends holds whose process died: charged at their last checkpoint (never more than was delivered), or freed when nothing had been.
 * Any number of processes may sweep at once: each takes rows the others have not locked.
 */
export function createRecovery(deps: Deps) {
  const { database, logger } = deps;
  const chain = createReceiptChain();
  let last: Promise<unknown> = Promise.resolve();

  /** Ends up to `limit` orphans but `except`, in one transaction, all or none; `seen` is told which. */
  async function endOrphans(limit: number, except: readonly string[], seen: (holdId: string) => void): Promise<number> {
    const end = async (tx: Queryable) => {
      const orphans = await lockOrphans(tx, limit, except);
      if (orphans.length === 0) return 0;
      for (const { holdId } of orphans) seen(holdId);
      const prices = await priceVersions(
        tx,
        orphans.map((orphan) => orphan.priceVersionId),
      );
      const planned: PlannedEnd[] = [];
      for (const orphan of orphans) planned.push(await planEnd(deps, orphan, prices));
      await writeEnds(tx, chain, planned);
      return orphans.length;
    };
    return database.transaction(end).catch((error: unknown) => {
      chain.doubt();
      throw error;
    });
  }

  const isAway = (error: unknown) => isServiceUnavailable(error) && !isBusy(error);

  /** Each in a transaction of its own: one that cannot be ended keeps nobody else's money. */
  async function endOneByOne(): Promise<number> {
    const failed: string[] = [];
    let ended = 0;
    while (ended + failed.length < BATCH_MAX) {
      let holdId: string | null = null;
      try {
        const found = await endOrphans(1, failed, (id) => {
          holdId = id;
        });
        if (found === 0) break;
        ended += found;
      } catch (error) {
        if (holdId === null || isAway(error)) throw error;
        failed.push(holdId);
        logger.error({ err: error, holdId }, 'a hold of a process that died cannot be ended');
      }
    }
    return ended;
  }

  async function sweep(): Promise<number> {
    const recovered = await endOrphans(BATCH_MAX, [], () => undefined).catch((error: unknown) => {
      if (isAway(error)) throw error;
      return endOneByOne();
    });
    if (recovered > 0) logger.warn({ holds: recovered }, 'ended holds of a process that died');
    return recovered;
  }

  return {
    /** Sweeps once; returns how many holds were ended. Sweeps of one process follow each other, since they write one chain of receipts. */
    sweep(): Promise<number> {
      const next = last.then(sweep, sweep);
      last = next.catch(() => undefined);
      return next;
    },
  };
}
