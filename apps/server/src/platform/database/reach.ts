import { isServiceUnavailable } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { redactSecrets } from '../telemetry/logger.ts';
import type { Database } from './database.ts';

/** A database that is started together with the server gets so long to be there. */
const PATIENCE_MS = 20_000;
const ASK_EVERY_MS = 500;

interface Deps {
  clock: Pick<Clock, 'elapsed'>;
  /** Waits so many milliseconds, and keeps the process alive meanwhile. */
  sleep: (ms: number) => Promise<unknown>;
  /** Told once, when the first attempt failed, so that nobody wonders what the start waits for. */
  say: (line: string) => void;
}

function reasonOf(error: unknown): { reason: string; code: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return { reason: redactSecrets(String(cause)), code: '' };
  const code = 'code' in cause ? String(cause.code) : '';
  return { reason: redactSecrets(cause.message || code || cause.name), code };
}

/** One that is still starting, or too busy to answer, may answer soon; a name that nobody has, and a wrong password, stay wrong. */
const mayComeYet = (error: unknown, code: string): boolean => isServiceUnavailable(error) && code !== 'ENOTFOUND';

/**
 * Resolves when the database answers, waiting up to twenty seconds for one that is still starting. Rejects with what an operator can do
 * about it, never with the password.
 */
export async function reachDatabase(database: Pick<Database, 'ping'>, { clock, sleep, say }: Deps): Promise<void> {
  const until = clock.elapsed() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await database.ping();
    } catch (error) {
      const { reason, code } = reasonOf(error);
      if (!mayComeYet(error, code) || clock.elapsed() >= until) {
        throw new Error(
          `DATABASE_URL does not lead to a PostgreSQL that lets us in: ${reason}. Check host, port, user, password and database name.`,
          { cause: error },
        );
      }
      if (isFirst) say(`PostgreSQL does not answer yet (${reason}). Waiting for it up to ${PATIENCE_MS / 1_000} s.`);
      await sleep(ASK_EVERY_MS);
    }
  }
}
