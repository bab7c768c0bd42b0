import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { ImageStore } from './store.ts';

const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;
/** A picture can have some megabytes: few go with one statement. */
const BATCH_MAX = 100;
/** What is left then goes with the next run. */
const BATCHES_IN_A_RUN_MAX = 100;

interface Deps {
  images: Pick<ImageStore, 'removeStale'>;
  clock: Clock;
  logger: Logger;
}

async function removeOnce({ images }: Deps): Promise<number> {
  let removed = 0;
  for (let batch = 0; batch < BATCHES_IN_A_RUN_MAX; batch += 1) {
    const some = await images.removeStale(BATCH_MAX);
    removed += some;
    if (some < BATCH_MAX) break;
  }
  return removed;
}

/**
 * Removes pictures that were uploaded long ago and never sent, every hour: their person may never come again. So many at most in one run,
 * by any number of servers.
 */
export function createStaleImages(deps: Deps) {
  const { clock, logger } = deps;
  const inBackground = () =>
    void removeOnce(deps).then(
      (pictures) => {
        if (pictures > 0) logger.info({ pictures }, 'removed pictures that were never sent');
      },
      (error: unknown) => logger.warn({ err: error }, 'pictures that were never sent were not removed'),
    );
  const stops = [clock.after(FIRST_AFTER_MS, inBackground), clock.every(EVERY_MS, inBackground)];
  return {
    /** Removes what is stale now, as far as one run goes, and answers how many pictures that were. */
    run: (): Promise<number> => removeOnce(deps),
    close(): void {
      for (const stop of stops) stop();
    },
  };
}
