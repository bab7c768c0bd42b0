import { AppError } from '../../apps/server/src/lib/app-error.ts';
import type { Database, Queryable } from '../../apps/server/src/platform/database/database.ts';
import type { Random } from '../lib/random.ts';
import type { Scheduler } from './scheduler.ts';

/** How bad a process's connections are: one statement in so many meets a fault; null: none does. */
export interface Weather {
  faultOneIn: number | null;
  /** True while nothing gets through. */
  cutOff: boolean;
}

/** Told of every statement that took effect, whether or not its sender learned of it. */
export type Witness = (name: string, values: readonly unknown[]) => void;

type Fault = 'none' | 'before' | 'after';

const unavailable = () => new AppError('service_unavailable', { message: 'The connection broke.' });

/**
 * A database behind a network that delays everything, loses statements before they arrive, and loses acknowledgements of what was
 * done. A transaction is one event: what happens between two of them is shown by the concurrent runs.
 */
export function createFaultyDatabase(deps: {
  real: Database;
  owner: string;
  scheduler: Scheduler;
  random: Random;
  weather: Weather;
  witness: Witness;
}): Database {
  const { real, owner, scheduler, random, weather, witness } = deps;
  let inTransaction = false;

  function fault(): Fault {
    if (weather.cutOff) return 'before';
    if (weather.faultOneIn === null || !random.oneIn(weather.faultOneIn)) return 'none';
    return random.oneIn(2) ? 'before' : 'after';
  }

  /** Sends `work` on its way; it arrives when it is chosen to. */
  function send<T>(label: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const happen = async () => {
        const met = fault();
        if (met === 'before') return reject(unavailable());
        try {
          const answer = await work();
          if (met === 'after') reject(unavailable());
          else resolve(answer);
        } catch (error) {
          reject(error);
        }
      };
      const orphaned = () =>
        work().then(
          () => undefined,
          () => undefined,
        );
      scheduler.add({ owner, label: `db ${label}`, happen, orphaned });
    });
  }

  const witnessed = (db: Queryable): Queryable => ({
    async query(text, values = [], name) {
      const rows = await db.query<never>(text, values, name);
      if (name !== undefined) witness(name, values);
      return rows;
    },
  });
  const direct = witnessed(real);

  async function transact<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const done: [string, readonly unknown[]][] = [];
    inTransaction = true;
    try {
      const answer = await real.transaction((tx) =>
        work({
          async query(text, values = [], name) {
            const rows = await tx.query<never>(text, values, name);
            if (name !== undefined) done.push([name, values]);
            return rows;
          },
        }),
      );
      for (const [name, values] of done) witness(`${name} in a transaction`, values);
      return answer;
    } finally {
      inTransaction = false;
    }
  }

  return {
    query: (text, values, name) =>
      // Asked from within a transaction, on another connection: part of the same event.
      inTransaction
        ? direct.query(text, values, name)
        : send(name ?? text.trim().slice(0, 24), () => direct.query(text, values, name)),
    transaction: (work) => send('transaction', () => transact(work)),
    ping: () => send('ping', () => real.ping()),
    isDiskFull: () => false,
    close: async () => undefined,
  };
}
