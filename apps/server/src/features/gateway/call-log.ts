import { isServiceUnavailable } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { type CallRecord, insertCalls } from './call-store.ts';

const WRITE_EVERY_MS = 1_000;
/** So many lines are written at once, without waiting for the second. */
const LINES_MAX = 2_000;
/** Lines are kept for the next time while the database is away, up to so many. */
const KEPT_MAX = 20_000;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
}

/**
 * The usage log: lines are gathered and written once a second, so that no answer waits for one. Those that are lost with their process are
 * made again from the books; see missing-calls.ts.
 */
export function createCallLog(deps: Deps) {
  const { database, clock, logger } = deps;
  let unwritten: CallRecord[] = [];
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const lines = unwritten;
    if (lines.length === 0) return;
    unwritten = [];
    const now = clock.now();
    await insertCalls(
      database,
      lines.map((line) => ({ ...line, ageMs: now - line.endedAt })),
    ).catch((error: unknown) => {
      logger.warn({ err: error, lines: lines.length }, 'usage lines were not written');
      // A line that cannot be written at all would keep all others back for ever.
      if (isServiceUnavailable(error)) unwritten = [...lines, ...unwritten].slice(-KEPT_MAX);
    });
  }

  /** Writes what is there; one write at a time. */
  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  const stop = clock.every(WRITE_EVERY_MS, () => void flush());
  return {
    /** Adds a line. */
    add(line: CallRecord): void {
      unwritten.push(line);
      if (unwritten.length % LINES_MAX === 0) void flush();
    },
    /** Resolves when every line added so far can be read, or the database did not take them. */
    flush,
    /** Writes what is left and ends the timer. */
    async close(): Promise<void> {
      stop();
      await flush();
    },
  };
}

export type CallLog = ReturnType<typeof createCallLog>;
