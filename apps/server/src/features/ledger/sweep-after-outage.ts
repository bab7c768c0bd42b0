import type { Clock } from '../../lib/clock.ts';

/** Leases run out only in an outage longer than this: 30 s and a margin of 10 s. A shorter one is none. */
const OUTAGE_MS = 30_000;
/** Living processes renew their leases every second; a connection may take two to fail, a statement fifteen. */
const RENEWAL_MS = 20_000;

interface Deps {
  clock: Clock;
  /** Resolves when the database answers. */
  ping: () => Promise<void>;
  sweep: () => Promise<number>;
  /** True while this process itself does not get its leases renewed. */
  isBehind: () => boolean;
}

/**
 * After an outage the leases of living processes are over as well as those of dead ones, and whoever comes first would
 * decide: so a process that itself could not reach the database for a while first gives all others the time to renew.
 */
export function createSweepAfterOutage({ clock, ping, sweep, isBehind }: Deps): () => Promise<number | null> {
  let answeredAt = clock.elapsed();
  let notBefore = answeredAt;

  /** Resolves true once everybody has had the time to renew. */
  async function isRenewed(): Promise<boolean> {
    if (clock.elapsed() - answeredAt > OUTAGE_MS) notBefore = Number.POSITIVE_INFINITY;
    if (clock.elapsed() >= notBefore) return true;
    await ping();
    answeredAt = clock.elapsed();
    notBefore = Math.min(notBefore, answeredAt + RENEWAL_MS);
    return false;
  }

  /** Answers how many holds were ended; null when that was put off. */
  return async () => {
    if (isBehind() || !(await isRenewed())) return null;
    const ended = await sweep();
    answeredAt = clock.elapsed();
    return ended;
  };
}
