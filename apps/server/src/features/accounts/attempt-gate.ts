import type { Clock } from '../../lib/clock.ts';
import { refuseForMs } from '../../lib/rate-limiter.ts';

/** How failures delay further attempts. */
interface Options {
  clock: Clock;
  /** Failures without any delay. */
  freeFailures: number;
  /** The delay after the last free failure; each further failure doubles it. */
  firstDelayMs: number;
  delayMaxMs: number;
  /** Failures are forgotten this long after the last one. */
  forgetAfterMs: number;
}

interface Failures {
  failures: number;
  lastFailureAt: number;
  /** Attempts that hold this record, whether evaluated or waiting. */
  users: number;
  running: number;
  waiting: (() => void)[];
}

/** An attempt that was let in; exactly one of its ends has to be called. */
export interface Attempt {
  /** The password was right: earlier failures are forgotten. */
  succeed(): void;
  fail(): void;
  /** It was not evaluated after all, such as when the database did not answer. */
  cancel(): void;
}

const RECORDS_MAX = 100_000;
const WAITING_MAX = 100;
const MESSAGE = 'Too many failed attempts. Wait and try again.';

function evictOldest(records: Map<string, Failures>): void {
  for (const [key, record] of records) {
    if (record.users > 0) continue;
    records.delete(key);
    return;
  }
}

function isForgotten(record: Failures, options: Options): boolean {
  return record.failures > 0 && options.clock.elapsed() - record.lastFailureAt >= options.forgetAfterMs;
}

/** Milliseconds until the next attempt may be made; 0: now. */
function delayLeftMs(record: Failures, options: Options): number {
  const excess = record.failures - options.freeFailures;
  if (excess < 0) return 0;
  const delayMs = Math.min(options.firstDelayMs * 2 ** excess, options.delayMaxMs);
  return record.lastFailureAt + delayMs - options.clock.elapsed();
}

function settle(record: Failures): void {
  record.running -= 1;
  // All of them look again: after a success all may go on, after a failure most are refused.
  for (const look of record.waiting.splice(0)) look();
}

/** Waits for a place among the attempts that are evaluated at the same moment. Throws AppError `rate_limited` when a delay is on. */
async function enter(record: Failures, options: Options): Promise<void> {
  for (;;) {
    if (isForgotten(record, options)) record.failures = 0;
    const waitMs = delayLeftMs(record, options);
    if (waitMs > 0) refuseForMs(waitMs, MESSAGE);
    // As many at once as may still fail; once there is a delay, one after it.
    const placesMax = Math.max(1, options.freeFailures - record.failures);
    if (record.running < placesMax) break;
    if (record.waiting.length >= WAITING_MAX) refuseForMs(1_000, MESSAGE);
    await new Promise<void>((look) => record.waiting.push(look));
  }
  record.running += 1;
}

/**
 * Slows down guessing by a delay that doubles with each failure and ends by itself: nobody is ever locked out for good.
 * Only failures count, and only those that were evaluated: refused attempts do not prolong a delay. Attempts on the same key
 * at the same moment wait for each other, so that a burst cannot outrun the count.
 */
export function createAttemptGate(options: Options) {
  const records = new Map<string, Failures>();

  function recordOf(key: string): Failures {
    const known = records.get(key);
    if (known) {
      records.delete(key);
      records.set(key, known);
      return known;
    }
    if (records.size >= RECORDS_MAX) evictOldest(records);
    const record: Failures = { failures: 0, lastFailureAt: 0, users: 0, running: 0, waiting: [] };
    records.set(key, record);
    return record;
  }

  return {
    /** Starts an attempt. Throws AppError `rate_limited` (429) with the seconds to wait. */
    async start(key: string): Promise<Attempt> {
      const record = recordOf(key);
      record.users += 1;
      const leave = () => {
        record.users -= 1;
        if (record.users === 0 && record.failures === 0) records.delete(key);
      };
      try {
        await enter(record, options);
      } catch (error) {
        leave();
        throw error;
      }
      const end = () => {
        settle(record);
        leave();
      };
      return {
        succeed() {
          record.failures = 0;
          end();
        },
        fail() {
          record.failures += 1;
          record.lastFailureAt = options.clock.elapsed();
          end();
        },
        cancel: end,
      };
    },
    /** True while attempts on `key` are delayed. */
    isDelaying(key: string): boolean {
      const record = records.get(key);
      return record !== undefined && !isForgotten(record, options) && delayLeftMs(record, options) > 0;
    },
    /** Takes back all delay, after the person has proved who they are in another way. */
    forgive(key: string): void {
      const record = records.get(key);
      if (record) record.failures = 0;
    },
    /** Keys in memory. */
    size: (): number => records.size,
  };
}

export type AttemptGate = ReturnType<typeof createAttemptGate>;
