import type { RequestContext } from '../../http/request-context.ts';
import type { Clock } from '../../lib/clock.ts';
import { createRateLimiter, refuseForMs } from '../../lib/rate-limiter.ts';
import type { Database } from '../../platform/database/database.ts';
import { type Attempt, createAttemptGate } from './attempt-gate.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { hasSignedInFrom } from './session-store.ts';
import { emailKeyOf, selectUserByEmail, type UserWithPassword, updatePasswordHash } from './user-store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** One account from one address: after the configured number of failures the delay starts at ten seconds. */
const PAIR_DELAYS = { firstDelayMs: 10_000, delayMaxMs: 15 * MINUTE_MS, forgetAfterMs: 60 * MINUTE_MS };
/** One account from all addresses together: against guessing from many machines. Short, since it also meets the owner on a new device. */
const ACCOUNT_DELAYS = { freeFailures: 10, firstDelayMs: 2_000, delayMaxMs: MINUTE_MS, forgetAfterMs: 60 * MINUTE_MS };
/** Failures of one address over all accounts: against trying one password on many. */
const ADDRESS_FAILURES_PER_MINUTE = 100;
/** From where somebody has signed in this recently, guesses of others do not delay them. */
const KNOWN_ADDRESS_MS = 30 * DAY_MS;

interface Deps {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  /** Failed attempts on one account from one address before delays begin. */
  signInPer10s: number;
}

interface Guess {
  email: string;
  password: string;
  context: RequestContext;
}

/**
 * The only place where passwords are compared. Guessing is slowed down by account, by address, and by both; known and unknown
 * addresses take the same way and the same work.
 */
export function createPasswordCheck(deps: Deps) {
  const { database, clock, hasher } = deps;
  const pairs = createAttemptGate({ clock, freeFailures: deps.signInPer10s, ...PAIR_DELAYS });
  const accounts = createAttemptGate({ clock, ...ACCOUNT_DELAYS });
  const addresses = createRateLimiter({ clock, limit: ADDRESS_FAILURES_PER_MINUTE, windowMs: MINUTE_MS });
  const pairKey = (email: string, context: RequestContext) => `${emailKeyOf(email)} ${context.addressKey}`;

  async function isKnownAddress(email: string, context: RequestContext): Promise<boolean> {
    const user = await selectUserByEmail(database, email);
    if (!user) return false;
    const since = new Date(clock.now() - KNOWN_ADDRESS_MS);
    return hasSignedInFrom(database, { userId: user.id, addressKey: context.addressKey, since });
  }

  /** Lets an attempt in under every limit that applies to it. Throws AppError `rate_limited`. */
  async function start({ email, context }: Guess): Promise<Attempt[]> {
    const waitMs = addresses.peek(context.addressKey);
    if (waitMs > 0) refuseForMs(waitMs, 'Too many failed attempts from this address. Wait and try again.');
    const accountKey = emailKeyOf(email);
    const isExempt = accounts.isDelaying(accountKey) && (await isKnownAddress(email, context));
    const pair = await pairs.start(pairKey(email, context));
    if (isExempt) return [pair];
    try {
      return [pair, await accounts.start(accountKey)];
    } catch (error) {
      pair.cancel();
      throw error;
    }
  }

  async function rehash(user: UserWithPassword, password: string): Promise<void> {
    const passwordHash = await hasher.hash(password);
    await updatePasswordHash(database, { id: user.id, passwordHash, onlyIf: user.password_hash });
  }

  return {
    /** The person with this address and password; null when there is none. Throws AppError `rate_limited` (429) or `service_unavailable` (503). */
    async check(guess: Guess): Promise<UserWithPassword | null> {
      const attempts = await start(guess);
      try {
        const user = await selectUserByEmail(database, guess.email);
        const isRight = await hasher.verify(user?.password_hash ?? null, guess.password);
        if (!user || !isRight) {
          addresses.take(guess.context.addressKey);
          for (const attempt of attempts) attempt.fail();
          return null;
        }
        for (const attempt of attempts) attempt.succeed();
        if (hasher.needsRehash(user.password_hash)) await rehash(user, guess.password);
        return user;
      } catch (error) {
        for (const attempt of attempts) attempt.cancel();
        throw error;
      }
    },
    /** Ends the delays of a person at this address, after they proved who they are by a mailed link. */
    forgive(email: string, context: RequestContext): void {
      pairs.forgive(pairKey(email, context));
      accounts.forgive(emailKeyOf(email));
    },
  };
}

export type PasswordCheck = ReturnType<typeof createPasswordCheck>;
