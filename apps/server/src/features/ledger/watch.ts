import { isServiceUnavailable } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { databaseNow } from './digest-store.ts';
import { closeDays, hasEndedDay } from './digests.ts';
import type { BooksFigures } from './invariants-store.ts';
import type { MoneyGuard } from './money-guard.ts';
import { type PublicSigningKey, publicSigningKey, type Signer } from './receipt-signature.ts';
import { checkBalances, checkLedger, checkOpenDays, type LedgerCheck } from './verify.ts';

const CHECK_EVERY_MS = 3_600_000;
/**
 * A whole check reads all books, which grow: it rests for so many times as long as it took, so that it never takes more than a twentieth of the
 * time. Meanwhile what was written since the last closed day is checked.
 */
const RESTS_PER_CHECK = 19;
const DIGESTS_EVERY_MS = 600_000;
/** The check before the server listens: if it takes longer, everything is checked right after. */
const START_CHECK_MS_MAX = 3_000;
const FIRST_DIGESTS_AFTER_MS = 1_000;
/** The whole check after a start waits for the calls that come first. */
const FIRST_CHECK_AFTER_MS = 10_000;
const SWEEPS_MAX = 100;
/** The rule that tells of holds nobody has ended in time. */
const OPEN_TOO_LONG = 'I10';
/** A closed day cannot be opened again: none is closed while two clocks tell different times. */
const CLOCKS_APART_MS_MAX = 10 * 60_000;
/** Long enough for the sweep to have ended what was due. */
const AGAIN_AFTER_MS = 60_000;

/** The last whole check, for metrics. Times in milliseconds since 1970. */
interface LastCheck {
  /** False when this or a later check of the open days found something wrong. */
  ok: boolean;
  checked: number;
  figures: BooksFigures;
  durationMs: number;
  at: number;
  /** When the last check ended, whole or not. */
  anyAt: number;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  /** Ends holds of dead processes, and returns how many; null when that is put off. */
  ledger: { guard: MoneyGuard; sweep: () => Promise<number | null> };
  signer: Signer;
  /** Public keys in base64 that signed digests before this signer did. */
  formerKeys: readonly string[];
}

function describe(check: LedgerCheck): string {
  const broken = check.invariants.filter(({ ok }) => !ok);
  return broken.map(({ id, detail }) => `${id}: ${detail}`).join('; ');
}

/** The keys that may have signed digests. */
export function digestKeys(signer: Signer, former: readonly string[]): PublicSigningKey[] {
  return [signer.key, ...former.flatMap((key) => publicSigningKey(key) ?? [])];
}

/** Lets money move or stops it by a verdict, and says so. */
function apply(check: LedgerCheck, { guard, logger }: { guard: MoneyGuard; logger: Logger }): void {
  if (check.ok) {
    if (guard.reason() !== null) logger.warn('the books are right again: money moves');
    guard.set(null);
    return;
  }
  guard.set(describe(check));
  logger.error({ alert: 'ledger_broken', broken: guard.reason() }, 'THE BOOKS ARE WRONG: no money moves');
}

/**
 * The two checks of a running server, which let money move or stop it by what they find. `again` asks for another one soon: right after an
 * outage the holds of dead processes are still open, and that is no fault of the books.
 */
function createChecks(deps: Deps, keys: readonly PublicSigningKey[], again: () => void) {
  const { database, clock, logger, ledger } = deps;
  const verdict = { guard: ledger.guard, logger };
  let last: LastCheck | null = null;

  /** Ends the holds that are due, so that a check does not mistake the work of the next seconds for a fault. False when that is put off. */
  async function sweepAll(): Promise<boolean> {
    for (let n = 0; n < SWEEPS_MAX; n += 1) {
      const ended = await ledger.sweep();
      if (ended === null) return false;
      if (ended === 0) break;
    }
    return true;
  }

  async function checkWhole(startedAt: number): Promise<LedgerCheck> {
    const { figures, ...check } = await checkLedger(database, keys);
    const { ok, checked } = check;
    const at = clock.now();
    last = { ok, checked, figures, durationMs: at - startedAt, at, anyAt: at };
    return check;
  }

  async function checkOpen(): Promise<LedgerCheck> {
    const check = await checkOpenDays(database, keys);
    if (last !== null) last = { ...last, ok: check.ok, anyAt: clock.now() };
    return check;
  }

  async function checkOnce(read: (startedAt: number) => Promise<LedgerCheck>): Promise<LedgerCheck> {
    const startedAt = clock.now();
    const before = last;
    const isSwept = await sweepAll();
    const check = await read(startedAt);
    const isOnlyOpenTooLong = !check.ok && check.invariants.every(({ id, ok }) => ok || id === OPEN_TOO_LONG);
    if (isOnlyOpenTooLong && !isSwept) {
      last = before;
      again();
    } else apply(check, verdict);
    return check;
  }

  let whole: Promise<LedgerCheck> | null = null;
  let open: Promise<LedgerCheck> | null = null;
  function startWhole(): Promise<LedgerCheck> {
    const before = open?.catch(() => null) ?? Promise.resolve(null);
    whole ??= before
      .then(() => checkOnce(checkWhole))
      .finally(() => {
        whole = null;
      });
    return whole;
  }

  // One at a time: a verdict is never replaced by one that was read before it. Who asks while a check runs that looks at enough gets its answer.
  return {
    last: () => last,
    whole: startWhole,
    open(): Promise<LedgerCheck> {
      // Books that were found wrong are not right because a part of them is.
      if (whole !== null || ledger.guard.reason() !== null) return startWhole();
      open ??= checkOnce(checkOpen).finally(() => {
        open = null;
      });
      return open;
    },
  };
}

/** Watches the books of a running server: checks them, stops money when they are wrong, closes days with a signed digest. */
export function createBooksWatch(deps: Deps) {
  const { database, clock, logger, ledger, signer } = deps;
  const keys = digestKeys(signer, deps.formerKeys);
  const checks = createChecks(deps, keys, () => clock.after(AGAIN_AFTER_MS, checkInBackground));
  let failures = 0;
  let isClosed = false;
  const underWay = new Set<Promise<unknown>>();

  async function closeEndedDays(): Promise<void> {
    const now = await databaseNow(database);
    if (ledger.guard.reason() !== null || !(await hasEndedDay(database, now))) return;
    if (Math.abs(clock.now() - now) > CLOCKS_APART_MS_MAX) {
      const clocks = { database: new Date(now).toISOString(), server: new Date(clock.now()).toISOString() };
      logger.error({ alert: 'clocks_apart', ...clocks }, 'the clocks of server and database differ: no day is closed');
      return;
    }
    // What is closed is believed from then on by all but the whole check.
    if (!(await checks.open()).ok) return;
    // Kept in the log too: who alters the books and their digests cannot alter what was logged elsewhere.
    for (const { day, hash } of await closeDays(database, signer, now))
      logger.info({ day, digest: hash }, 'the day is closed');
  }

  const inBackground = (what: string, work: () => Promise<unknown>) => () => {
    if (isClosed) return;
    const run: Promise<unknown> = work()
      .catch((error: unknown) => {
        if (isClosed) return;
        if (isServiceUnavailable(error)) return logger.warn({ err: error }, `${what} failed; it is tried again`);
        failures += 1;
        logger.error({ err: error, alert: 'ledger_check_failed' }, `${what} failed`);
      })
      .finally(() => underWay.delete(run));
    underWay.add(run);
  };
  const digestsInBackground = inBackground('closing the day', closeEndedDays);
  const checkInBackground = inBackground('the check of the books', checks.whole);
  const isRested = (last: LastCheck | null) =>
    last === null || clock.now() >= last.at + RESTS_PER_CHECK * last.durationMs;
  const checkHourly = inBackground('the check of the books', () =>
    isRested(checks.last()) ? checks.whole() : checks.open(),
  );
  const stops = [
    clock.every(CHECK_EVERY_MS, checkHourly),
    clock.every(DIGESTS_EVERY_MS, digestsInBackground),
    clock.after(FIRST_DIGESTS_AFTER_MS, digestsInBackground),
    clock.after(FIRST_CHECK_AFTER_MS, checkInBackground),
  ];

  return {
    /** Checks everything now. Money stops or moves again by the verdict. */
    check: checks.whole,
    /** Checks what was written since the last closed day, with the same consequences; everything while money is stopped. */
    checkOpen: checks.open,
    /**
     * Checks what people have before the server listens. If that takes too long the server starts all the same: everything is checked
     * soon after. Never rejects.
     */
    async checkAtStart(): Promise<void> {
      try {
        apply(await checkBalances(database, keys, START_CHECK_MS_MAX), { guard: ledger.guard, logger });
      } catch (error) {
        logger.info({ err: error }, 'the books are checked in the background');
      }
    },
    /** The last whole check of this process; null before the first. */
    last: checks.last,
    /** How many checks and digests could not be finished, for other reasons than a database that is away. */
    failures: (): number => failures,
    /** Begins nothing more, and resolves when what is under way has ended: it uses the database. */
    async close(): Promise<void> {
      isClosed = true;
      for (const stop of stops) stop();
      await Promise.all(underWay);
    },
  };
}

export type BooksWatch = ReturnType<typeof createBooksWatch>;
