import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { closeDays } from './digests.ts';
import type { MoneyGuard } from './money-guard.ts';
import type { Signer } from './receipt-signature.ts';
import { checkBalances, checkLedger, type LedgerCheck } from './verify.ts';

const CHECK_EVERY_MS = 3_600_000;
const DIGESTS_EVERY_MS = 600_000;
/** The check before the server listens: books too large for it are checked whole right after. */
const START_CHECK_MS_MAX = 3_000;
const FIRST_CHECK_AFTER_MS = 1_000;

/** The last whole check, for metrics. Times in milliseconds since 1970. */
interface LastCheck {
  ok: boolean;
  checked: number;
  durationMs: number;
  at: number;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  guard: MoneyGuard;
  signer: Signer;
}

function describe(check: LedgerCheck): string {
  const broken = check.invariants.filter(({ ok }) => !ok);
  return broken.map(({ id, detail }) => `${id}: ${detail}`).join('; ');
}

/** Watches the books of a running server: checks them, stops money when they are wrong, closes days with a signed digest. */
export function createBooksWatch(deps: Deps) {
  const { database, clock, logger, guard, signer } = deps;
  let last: LastCheck | null = null;
  let running: Promise<LedgerCheck> | null = null;

  function apply(check: LedgerCheck): void {
    if (check.ok) {
      if (guard.reason() !== null) logger.warn('the books are right again: money moves');
      guard.set(null);
      return;
    }
    guard.set(describe(check));
    logger.error({ alert: 'ledger_broken', broken: guard.reason() }, 'THE BOOKS ARE WRONG: no money moves');
  }

  async function checkOnce(): Promise<LedgerCheck> {
    const startedAt = clock.now();
    const check = await checkLedger(database, signer.key);
    last = { ok: check.ok, checked: check.checked, durationMs: clock.now() - startedAt, at: clock.now() };
    apply(check);
    return check;
  }

  /** One check at a time: who asks while one runs gets its answer. */
  function check(): Promise<LedgerCheck> {
    running ??= checkOnce().finally(() => {
      running = null;
    });
    return running;
  }

  const inBackground = (what: string, work: () => Promise<unknown>) => () =>
    void work().catch((error: unknown) => logger.warn({ err: error }, `${what} failed; it is tried again`));
  const closeEndedDays = inBackground('closing the day', async () => {
    if (guard.reason() === null) await closeDays(database, signer, clock.now());
  });
  const checkInBackground = inBackground('the check of the books', check);
  const stops = [
    clock.every(CHECK_EVERY_MS, checkInBackground),
    clock.every(DIGESTS_EVERY_MS, closeEndedDays),
    clock.after(FIRST_CHECK_AFTER_MS, closeEndedDays),
  ];

  return {
    /** Checks everything now. Money stops or moves again by the verdict. */
    check,
    /**
     * Checks what people have before the server listens. If that takes too long the server starts, and the whole check follows at once.
     * Never rejects.
     */
    async checkAtStart(): Promise<void> {
      try {
        apply(await checkBalances(database, START_CHECK_MS_MAX));
      } catch (error) {
        logger.info({ err: error }, 'the books are checked in the background');
        stops.push(clock.after(FIRST_CHECK_AFTER_MS, checkInBackground));
      }
    },
    /** The last whole check of this process; null before the first. */
    last: (): LastCheck | null => last,
    close(): void {
      for (const stop of stops) stop();
    },
  };
}

export type BooksWatch = ReturnType<typeof createBooksWatch>;
