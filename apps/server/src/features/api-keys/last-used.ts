import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { updateLastUsed } from './store.ts';

const WRITE_EVERY_MS = 60_000;

/** Remembers when keys were last used and writes it once a minute for all of them, so that no call waits for it. */
export function createLastUsed(deps: { database: Database; clock: Clock; logger: Logger }) {
  const { database, clock, logger } = deps;
  let unwritten = new Map<string, number>();

  async function write(): Promise<void> {
    if (unwritten.size === 0) return;
    const writing = unwritten;
    unwritten = new Map();
    try {
      await updateLastUsed(
        database,
        [...writing].map(([id, at]) => ({ id, at: new Date(at) })),
      );
    } catch (error) {
      // Later uses win over the ones that could not be written.
      unwritten = new Map([...writing, ...unwritten]);
      logger.warn({ err: error }, 'writing when API keys were last used failed');
    }
  }

  const stop = clock.every(WRITE_EVERY_MS, () => void write());
  return {
    note: (id: string): void => void unwritten.set(id, clock.now()),
    /** The last use that is not in the database yet. */
    of(id: string): Date | null {
      const at = unwritten.get(id);
      return at === undefined ? null : new Date(at);
    },
    /** Writes what is left and ends the timer. */
    async close(): Promise<void> {
      stop();
      await write();
    },
  };
}
