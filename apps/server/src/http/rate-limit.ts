import type { FastifyRequest } from 'fastify';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Caller } from './caller.ts';
import { addressKeyOf } from './request-context.ts';

const KEYS_MAX = 100_000;
const MINUTE_MS = 60_000;

/** Accounts one address may open in a minute: enough for a classroom or a test suite behind one address. */
const REGISTRATIONS_PER_MINUTE = 120;
/** Public requests about accounts (refresh, reset, verification) one address may send in a minute. */
const PUBLIC_REQUESTS_PER_MINUTE = 600;

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

  return {
    /** Counts one request. 0 when it may pass, else the milliseconds to wait; a refused request does not count. */
    take(key: string): number {
      const now = clock.now();
      const next = Math.max(fullAt.get(key) ?? now, now) + intervalMs;
      const waitMs = next - now - windowMs;
      // Below a microsecond it is rounding of the interval, not a request too many.
      if (waitMs > 0.001) return waitMs;
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

function byAddress(limiter: RateLimiter, message: string) {
  return async (request: FastifyRequest): Promise<void> => {
    const waitMs = limiter.take(addressKeyOf(request.ip));
    if (waitMs > 0) refuseForMs(waitMs, message);
  };
}

/** The limits of one server process on requests: by address before sign-in, by key or person after it. */
export function createRateLimits(options: { clock: Clock; requestsPerMinutePerKey: number }) {
  const { clock } = options;
  const perMinute = (limit: number) => createRateLimiter({ clock, limit, windowMs: MINUTE_MS });
  const callers = perMinute(options.requestsPerMinutePerKey);

  return {
    /** `onRequest` hook of routes that open accounts. */
    registration: byAddress(
      perMinute(REGISTRATIONS_PER_MINUTE),
      'Too many accounts were opened from this address. Wait a moment and try again.',
    ),
    /** `onRequest` hook of the other public account routes. */
    publicRequests: byAddress(
      perMinute(PUBLIC_REQUESTS_PER_MINUTE),
      'Too many requests from this address. Wait a moment and try again.',
    ),
    /** Counts one request of `caller`, each API key for itself. Throws AppError `rate_limited` (429). */
    countCaller(caller: Caller): void {
      const waitMs = callers.take(caller.apiKey?.id ?? caller.userId);
      if (waitMs === 0) return;
      const who = caller.apiKey ? 'key' : 'account';
      refuseForMs(waitMs, `More than ${options.requestsPerMinutePerKey} requests a minute with this ${who}.`);
    },
  };
}

export type RateLimits = ReturnType<typeof createRateLimits>;
