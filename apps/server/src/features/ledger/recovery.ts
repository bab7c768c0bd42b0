import type { Clock } from '../../lib/clock.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
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
  const chain = createReceiptChain();
  let last: Promise<unknown> = Promise.resolve();

  async function endOrphans(tx: Queryable): Promise<number> {
    const orphans = await lockOrphans(tx, BATCH_MAX);
    if (orphans.length === 0) return 0;
    const prices = await priceVersions(
      tx,
      orphans.map((orphan) => orphan.priceVersionId),
    );
    const planned: PlannedEnd[] = [];
    for (const orphan of orphans) planned.push(await planEnd(deps, orphan, prices));
    await writeEnds(tx, chain, planned);
    return orphans.length;
  }

  async function sweep(): Promise<number> {
    const recovered = await deps.database.transaction(endOrphans).catch((error: unknown) => {
      chain.doubt();
      throw error;
    });
    if (recovered > 0) deps.logger.warn({ holds: recovered }, 'ended holds of a process that died');
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
