import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { accountId } from './account-store.ts';
import { bookExpired, lockExpired } from './grant-expiry-store.ts';
import type { MoneyGuard } from './money-guard.ts';

const EVERY_MS = 60_000;
/** A balance is without what has expired at once; until that is booked the movements do not sum up to it. */
const RECENT_EVERY_MS = 2_000;
/** Longer than most calls run, which free what they held after its time. Wallets that are empty stay: all of them are read once a minute only. */
const RECENT_MINUTES = 10;
const BATCH_MAX = 500;

/** Books what is left in wallets whose time is over, since `minutes` at most, and returns how many. Any number of processes may do so at once. */
async function expireOnce(database: Database, minutes: number | null): Promise<number> {
  let booked = 0;
  for (;;) {
    const batch = await database.transaction(async (tx) => {
      const wallets = await lockExpired(tx, BATCH_MAX, minutes);
      if (wallets.length === 0) return 0;
      const to = { money: await accountId(tx, 'revenue:breakage'), tokens: await accountId(tx, 'tokens:expired') };
      return bookExpired(tx, wallets, to);
    });
    booked += batch;
    if (batch < BATCH_MAX) return booked;
  }
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  /** Nothing expires while no money moves. */
  moneyGuard?: Pick<MoneyGuard, 'reason'>;
}

/** Expires grants within seconds. What a running call holds stays until it has ended; what it frees then expires in its turn, within the minute. */
export function createGrantExpiry(deps: Deps) {
  const { database, clock, logger, moneyGuard } = deps;
  const inBackground = (minutes: number | null) => {
    let running = false;
    return () => {
      if (running || (moneyGuard !== undefined && moneyGuard.reason() !== null)) return;
      running = true;
      void expireOnce(database, minutes)
        .then(
          (wallets) => {
            if (wallets > 0) logger.info({ wallets }, 'expired what was left of grants');
          },
          (error: unknown) => logger.warn({ err: error }, 'grants were not expired; tried again within the minute'),
        )
        .finally(() => {
          running = false;
        });
    };
  };
  const stops = [clock.every(EVERY_MS, inBackground(null)), clock.every(RECENT_EVERY_MS, inBackground(RECENT_MINUTES))];
  return {
    /** Expires what is due now; returns the number of wallets booked. */
    run: (): Promise<number> => expireOnce(database, null),
    close(): void {
      for (const stop of stops) stop();
    },
  };
}
