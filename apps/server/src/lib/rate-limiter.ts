import { AppError } from './app-error.ts';
import type { Clock } from './clock.ts';

const KEYS_MAX = 100_000;

/** Refuses with AppError `rate_limited` (429) and the whole seconds after which a retry makes sense. */
export function refuseForMs(waitMs: number, message: string): never {
  throw new AppError('rate_limited', { message, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) });
}

/**
 * The generic cell rate algorithm: `limit` requests at once, then one each `windowMs / limit`.
 * Keeps one number a key, and at most `keysMax` keys; the one that was not seen for longest goes first.
 */
export function createRateLimiter(options: { clock: Clock; limit: number; windowMs: number; keysMax?: number }) {
  const { clock, limit, windowMs } = options;
  const keysMax = options.keysMax ?? KEYS_MAX;
  const intervalMs = windowMs / limit;
  /** When each key's bucket will be full again. A key whose time has passed is as good as absent. */
  const fullAt = new Map<string, number>();

  /** Milliseconds to wait before one more request of `key` may pass. */
  function waitMs(key: string): number {
    const now = clock.elapsed();
    const wait = Math.max(fullAt.get(key) ?? now, now) + intervalMs - now - windowMs;
    // Below a microsecond it is rounding of the interval, not a request too many.
    return wait > 0.001 ? wait : 0;
  }

  return {
    /** What `take` would answer, without counting. */
    peek: waitMs,
    /** Counts one request. 0 when it may pass, else the milliseconds to wait; a refused request does not count. */
    take(key: string): number {
      const wait = waitMs(key);
      if (wait > 0) return wait;
      const now = clock.elapsed();
      const next = Math.max(fullAt.get(key) ?? now, now) + intervalMs;
      fullAt.delete(key);
      fullAt.set(key, next);
      if (fullAt.size > keysMax) {
        const [oldest] = fullAt.keys();
        if (oldest !== undefined) fullAt.delete(oldest);
      }
      return 0;
    },
    /** Keys in memory. */
    size: (): number => fullAt.size,
  };
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;
