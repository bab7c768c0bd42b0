import { AppError } from '../../lib/app-error.ts';
import { createBatcher } from '../../lib/batcher.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLoadingCache } from '../../lib/loading-cache.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { type createEnvelopes, EnvelopeError } from './envelope.ts';
import { type SealedKeyRow, selectSealedKeys } from './store.ts';

/** How long another process may go on using a key that was deleted here. */
const CACHE_MS = 5_000;
const CACHE_ENTRIES_MAX = 20_000;
/** People whose keys are looked up in one query: those of the same moment, and all that came while the last one ran. */
const LOOK_UPS_MAX = 256;

/** What a call with a person's own key needs. */
export interface OwnKey {
  apiKey: string;
  /** The person's own address; null: where this marketplace has the provider. */
  baseUrl: string | null;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  envelopes: ReturnType<typeof createEnvelopes>;
  /** The name people know a provider by. */
  nameOf(provider: string): string;
}

const SENTENCES: Record<EnvelopeError['reason'], (name: string) => string> = {
  other_kek: (name) =>
    `Your key for ${name} was stored under another MASTER_KEY of this marketplace and cannot be read now. Nothing is lost: it works again once the operator has put that MASTER_KEY back. Until then store the key anew, or delete it.`,
  altered: (name) =>
    `Your key for ${name} is not as it was stored, so it is not used. Store it anew, or delete it and use the key of this marketplace.`,
};

/** Opens stored keys, and remembers each person's for five seconds: most people have none, and every call asks. */
export function createKeyAccess({ database, clock, logger, envelopes, nameOf }: Deps) {
  /** The secret of a stored key. Throws AppError `service_unavailable` when it cannot be read. */
  function open(userId: string, row: SealedKeyRow): OwnKey {
    const { provider, base_url: baseUrl } = row;
    try {
      return { apiKey: envelopes.open(row, { userId, provider, baseUrl }), baseUrl };
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      const { reason } = error;
      logger.error({ alert: 'provider_key_unreadable', userId, provider, reason }, 'a provider key cannot be read');
      throw new AppError('service_unavailable', { message: SENTENCES[reason](nameOf(provider)) });
    }
  }

  /** What a key of the cache stands for: the key, or why it cannot be read. */
  function outcomeOf(userId: string, row: SealedKeyRow): OwnKey | AppError {
    try {
      return open(userId, row);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  const lookUps = createBatcher<string, SealedKeyRow[]>({
    gatherMs: 0,
    run: (userIds) => selectSealedKeys(database, userIds),
    itemsMax: LOOK_UPS_MAX,
    splitAfter: () => [],
  });
  const cache = createLoadingCache<ReadonlyMap<string, OwnKey | AppError>>({
    clock,
    ttlMs: CACHE_MS,
    missTtlMs: CACHE_MS,
    entriesMax: CACHE_ENTRIES_MAX,
    async load(userId) {
      const rows = await lookUps.add(userId);
      return rows.length === 0 ? null : new Map(rows.map((row) => [row.provider, outcomeOf(userId, row)]));
    },
  });

  return {
    open,
    /** A person's own key for a provider; undefined when they have none. Throws AppError `service_unavailable` when it cannot be read. */
    async find(userId: string, provider: string): Promise<OwnKey | undefined> {
      const found = (await cache.get(userId))?.get(provider);
      // A new error for each call: those that share the cache must not share a stack or a cause.
      if (found instanceof AppError) throw new AppError(found.code, { message: found.message });
      return found;
    },
    /** True where it was seen a moment ago that a person has no keys: most have none, and every call asks. */
    hasNone: cache.isKnownMissing,
    /** Makes the next call of a person look at the database. */
    forget: (userId: string): void => cache.forget(userId),
  };
}
