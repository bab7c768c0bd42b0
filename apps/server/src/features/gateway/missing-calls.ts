import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { insertMissingCalls } from './call-store.ts';

/** Once the process that was here before has certainly ended. */
const FIRST_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 2_000;
const DAY_MINUTES = 24 * 60;
/** Longer than a dead process's leases last: its other calls ended shortly before the sweep that tells of it. */
const SWEPT_MINUTES = 10;
const STATEMENT_MS_MAX = 120_000;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  /** How many calls of dead processes this process has ended so far. */
  recovered: () => number;
}

/**
 * Completes the usage log from the books: at the start, and whenever the recovery sweep has ended calls of a process that died, which took
 * its unwritten lines with it.
 */
export function createMissingCalls({ database, clock, logger, recovered }: Deps) {
  let seen = recovered();
  let running: Promise<void> | null = null;

  async function append(minutes: number): Promise<void> {
    const before = recovered();
    const lines = await database.transaction((tx) => insertMissingCalls(tx, minutes), {
      statementMs: STATEMENT_MS_MAX,
    });
    if (lines > 0) logger.info({ lines }, 'usage lines of a process that died were made from the books');
    seen = before;
  }

  function start(minutes: number): void {
    running ??= append(minutes)
      .catch((error: unknown) => logger.warn({ err: error }, 'usage lines of a process that died were not made'))
      .finally(() => {
        running = null;
      });
  }

  const stops = [
    clock.after(FIRST_AFTER_MS, () => start(DAY_MINUTES)),
    clock.every(LOOK_EVERY_MS, () => {
      if (recovered() > seen) start(SWEPT_MINUTES);
    }),
  ];
  return {
    /** Begins nothing more, and resolves when what is under way has ended. */
    async close(): Promise<void> {
      for (const stop of stops) stop();
      await running;
    },
  };
}
