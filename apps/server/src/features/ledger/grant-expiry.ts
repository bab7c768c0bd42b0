import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { accountId } from './account-store.ts';
import { bookExpired, lockExpired } from './grant-expiry-store.ts';
import type { MoneyGuard } from './money-guard.ts';

const EVERY_MS = 60_000;
const BATCH_MAX = 500;

/** Books what is left in wallets whose time is over, and returns how many. Any number of processes may do so at once. */
async function expireOnce(database: Database): Promise<number> {
  let booked = 0;
  for (;;) {
    const batch = await database.transaction(async (tx) => {
      const to = { money: await accountId(tx, 'revenue:breakage'), tokens: await accountId(tx, 'tokens:expired') };
      const wallets = await lockExpired(tx, BATCH_MAX);
      return wallets.length === 0 ? 0 : bookExpired(tx, wallets, to);
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

/** Expires grants every minute. What a running call holds stays until it has ended; what it frees then expires in the next minute. */
export function createGrantExpiry(deps: Deps) {
  const { database, clock, logger, moneyGuard } = deps;
  const inBackground = () => {
    if (moneyGuard !== undefined && moneyGuard.reason() !== null) return;
    void expireOnce(database).then(
      (wallets) => {
        if (wallets > 0) logger.info({ wallets }, 'expired what was left of grants');
      },
      (error: unknown) => logger.warn({ err: error }, 'grants were not expired; tried again within the minute'),
    );
  };
  const stop = clock.every(EVERY_MS, inBackground);
  return {
    /** Expires what is due now; returns the number of wallets booked. */
    run: (): Promise<number> => expireOnce(database),
    close: stop,
  };
}
