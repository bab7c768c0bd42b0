import type { Clock } from '../../lib/clock.ts';
import { createLoadingCache } from '../../lib/loading-cache.ts';
import type { Database } from '../../platform/database/database.ts';
import { type SessionAccess, selectSessionAccess } from './session-store.ts';

/** How long another process may go on believing a session that was ended here. */
const ACCESS_CACHE_MS = 5_000;
const ACCESS_MISS_CACHE_MS = 1_000;
const ACCESS_CACHE_ENTRIES_MAX = 20_000;

/** Which sessions are alive, remembered for five seconds. What ends here is forgotten here at once. */
export function createSessionAccess(deps: { database: Database; clock: Clock }) {
  const { database, clock } = deps;
  const cache = createLoadingCache<SessionAccess>({
    clock,
    ttlMs: ACCESS_CACHE_MS,
    missTtlMs: ACCESS_MISS_CACHE_MS,
    entriesMax: ACCESS_CACHE_ENTRIES_MAX,
    load: (sessionId) => selectSessionAccess(database, sessionId, new Date(clock.now())),
  });
  return {
    /** What is known of a session that is alive; null otherwise. */
    async find(sessionId: string): Promise<SessionAccess | null> {
      const found = await cache.get(sessionId);
      return found && found.expiresAt.getTime() > clock.now() ? found : null;
    },
    /** Makes the next request of this session look at the database. */
    forget: (sessionId: string): void => cache.forget(sessionId),
    /** The same for all sessions of a person. */
    forgetUser: (userId: string): void => cache.forgetWhere((session) => session.userId === userId),
  };
}

export type SessionAccessCache = ReturnType<typeof createSessionAccess>;
