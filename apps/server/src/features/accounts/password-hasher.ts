import { availableParallelism } from 'node:os';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { AppError } from '../../lib/app-error.ts';

/** What a hash costs: OWASP's minimum for argon2id, about 60 ms. */
export interface HashCost {
  memoryKiB: number;
  passes: number;
}

const PRODUCTION_COST: HashCost = { memoryKiB: 19_456, passes: 2 };

/** Hashes run in libuv's pool of four threads; one stays free for files and name look-ups. */
const HASHES_AT_ONCE_MAX = 3;
/** At 60 ms each a longer queue would only keep people waiting for an answer they no longer expect. */
const QUEUE_MAX = 200;

/** The package's `Algorithm.Argon2id`: a `const enum`, which does not exist at run time. */
const ARGON2ID = 2;

/** Runs at most `atOnce` jobs; further ones wait in a queue of `queueMax`, beyond which AppError `service_unavailable` (503). */
function createGate(atOnce: number, queueMax: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= queueMax) {
        throw new AppError('service_unavailable', {
          message: 'Too many people are signing in at this moment. Try again in a few seconds.',
          retryAfterSeconds: 3,
        });
      }
      // The one who leaves hands the place over, so `running` stays as it is.
      await new Promise<void>((enter) => waiting.push(enter));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** The same letters typed on different keyboards are the same bytes. */
function normalize(password: string): string {
  return password.normalize('NFKC');
}

/** Hashes passwords with argon2id into PHC strings, a few at a time so that the rest of the server keeps its pace. */
export function createPasswordHasher(options: { cost?: HashCost; queueMax?: number } = {}) {
  const cost = options.cost ?? PRODUCTION_COST;
  const settings = { algorithm: ARGON2ID, memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  const gated = createGate(Math.min(HASHES_AT_ONCE_MAX, availableParallelism()), options.queueMax ?? QUEUE_MAX);
  let decoy: Promise<string> | undefined;

  return {
    hash: (password: string): Promise<string> => gated(() => hash(normalize(password), settings)),
    /**
     * True when `password` has this hash. With `null`, for somebody who does not exist, the same work is done against a decoy
     * and the answer is false, so that time tells nothing.
     */
    async verify(passwordHash: string | null, password: string): Promise<boolean> {
      if (passwordHash !== null) return gated(() => verify(passwordHash, normalize(password)));
      decoy ??= hash('nobody has this password', settings);
      const decoyHash = await decoy;
      await gated(() => verify(decoyHash, normalize(password)));
      return false;
    },
    /** True when the hash was made with another cost than today's. */
    needsRehash(passwordHash: string): boolean {
      const used = parseOptions(passwordHash);
      return used.algorithm !== ARGON2ID || used.memoryCost !== cost.memoryKiB || used.timeCost !== cost.passes;
    },
  };
}

export type PasswordHasher = ReturnType<typeof createPasswordHasher>;
