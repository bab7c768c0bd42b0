import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { lockOrphans, type Orphan } from './hold-store.ts';
import { priceVersions } from './price-store.ts';
import { type createAccountCache, settleHold, voidHold } from './resolve.ts';

const BATCH_MAX = 500;

interface Deps {
  database: Database;
  logger: Logger;
  accounts: ReturnType<typeof createAccountCache>;
}

async function recover(
  deps: Deps,
  tx: Queryable,
  orphan: Orphan,
  price: Awaited<ReturnType<typeof priceVersions>>,
): Promise<void> {
  const version = price.get(orphan.priceVersionId);
  if (!version) throw new Error(`hold ${orphan.holdId} names an unknown price version`);
  const apiKeyDay =
    orphan.apiKeyId !== null && orphan.limitDay !== null ? { apiKeyId: orphan.apiKeyId, day: orphan.limitDay } : null;
  const hold = {
    id: orphan.holdId,
    userId: orphan.userId,
    price: version,
    payee: orphan.payee,
    lines: orphan.lines,
    apiKeyDay,
  };
  const attempts = [{ provider: orphan.provider, outcome: 'process_died', upstreamRequestId: null }];
  if (orphan.usage === null) await voidHold(tx, hold, { reason: 'process_died_before_output', attempts });
  else
    await settleHold(deps, tx, hold, {
      usage: orphan.usage,
      usageSource: 'checkpoint',
      reason: 'process_died',
      attempts,
    });
}

/**
 * Ends holds whose process died: charged at their last checkpoint (never more than was delivered), or freed when nothing had been.
 * Any number of processes may sweep at once: each takes rows the others have not locked. Returns how many were ended.
 */
export async function sweepOrphans(deps: Deps): Promise<number> {
  const recovered = await deps.database.transaction(async (tx) => {
    const orphans = await lockOrphans(tx, BATCH_MAX);
    const prices = await priceVersions(
      tx,
      orphans.map((orphan) => orphan.priceVersionId),
    );
    for (const orphan of orphans) await recover(deps, tx, orphan, prices);
    return orphans.length;
  });
  if (recovered > 0) deps.logger.warn({ holds: recovered }, 'ended holds of a process that died');
  return recovered;
}
