import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Hold } from './hold.ts';
import { renewLeases } from './hold-store.ts';

/** No call lasts so long, whatever is tried in it: an older hold was forgotten by a fault of ours. */
const AGE_MS_MAX = 6 * 3_600_000;
/** Leases last for 30 s: who has renewed none for so long might take its own calls for those of a dead process. */
const BEHIND_AFTER_MS = 20_000;

/** The open holds of this process. While it renews their leases, nobody else ends them. */
export function createOpenHolds(deps: { database: Database; clock: Clock; logger: Logger }) {
  const { database, clock, logger } = deps;
  /** With when each was placed, by `Clock.elapsed`: a clock that is set ends no call. */
  const open = new Map<string, { hold: Hold; since: number }>();
  let renewedAt = clock.elapsed();

  /** Money is not kept from its owner because of a fault: a forgotten hold is ended by the recovery sweep. */
  function leaveForgotten(): void {
    const oldest = clock.elapsed() - AGE_MS_MAX;
    for (const [id, { since }] of open) {
      if (since >= oldest) continue;
      open.delete(id);
      logger.error({ holdId: id }, 'a hold was never ended: it is left to the recovery sweep');
    }
  }

  return {
    add: (hold: Hold): void => void open.set(hold.id, { hold, since: clock.elapsed() }),
    /** From now on the recovery sweep ends the hold when its lease is over, unless it has ended. */
    remove: (hold: Hold): boolean => open.delete(hold.id),
    size: (): number => open.size,
    /** True when leases of this process were not renewed for a while, though it lives. */
    isBehind: (): boolean => open.size > 0 && clock.elapsed() - renewedAt > BEHIND_AFTER_MS,
    /** Renews all leases and stores what was delivered so far; a hold that somebody else has ended is marked as lost. */
    async renew(): Promise<void> {
      leaveForgotten();
      if (open.size === 0) {
        renewedAt = clock.elapsed();
        return;
      }
      const mine = Array.from(open.values(), ({ hold }) => hold);
      const alive = await renewLeases(
        database,
        mine.map((hold) => ({ id: hold.id, usage: hold.delivered })),
      );
      renewedAt = clock.elapsed();
      for (const hold of mine) if (!alive.has(hold.id)) hold.lost = true;
    },
  };
}
