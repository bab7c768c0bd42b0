import type { PutProviderKeyRequest } from '@q/contract/provider-keys';
import type { UpstreamDispatcher } from '@q/providers/http/post-json';
import type { Caller } from '../../http/caller.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { checkPublicUrl, notPublic } from '../../lib/public-url.ts';
import { createRateLimiter, refuseForMs } from '../../lib/rate-limiter.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Audit } from '../audit/service.ts';
import { createEnvelopes } from './envelope.ts';
import { createKeyAccess } from './key-access.ts';
import type { KeyProvider } from './key-providers.ts';
import { createKeyTester, type KeyTest } from './key-tester.ts';
import {
  countOfOtherKeks,
  deleteProviderKey,
  type ProviderKeyRow,
  type SealedKeyRow,
  selectProviderKeys,
  selectSealedKeys,
  type TestResult,
  updateTestResult,
  upsertProviderKey,
} from './store.ts';

/** Each is a request that a stranger's server may receive from here. */
const TESTS_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  audit: Audit;
  accounts: Pick<Accounts, 'confirmPresence' | 'whenAccessChanges'>;
  /** Wraps the data keys; 32 bytes. */
  kek: Uint8Array;
  /** The providers that people may have keys for. */
  providers: readonly KeyProvider[];
  /** Carries what goes to addresses of users. */
  publicAgent: UpstreamDispatcher;
}

/** A key with what its provider has just said, and how long it took to, in milliseconds. */
type TestedKey = ProviderKeyRow & { tookMs: number };

/** A key of the caller's. */
interface Wanted {
  provider: string;
}

function noKeyFor({ name }: KeyProvider): AppError {
  return new AppError('not_found', { message: `You have no key for ${name}.` });
}

function resultOf({ verdict, message }: KeyTest, at: Date): TestResult {
  return { ok: verdict === 'works', message, at };
}

function createCommands(deps: Deps, parts: ReturnType<typeof createParts>) {
  const { database, clock, audit, accounts } = deps;
  const { access, envelopes, tester, providerOf, countTest } = parts;
  const now = () => new Date(clock.now());

  function ownAddress(provider: KeyProvider, baseUrl: string | null | undefined): string | null {
    if (baseUrl === null || baseUrl === undefined) return null;
    if (provider.takesBaseUrl) return checkPublicUrl(baseUrl, 'base_url');
    throw new AppError('invalid_request', {
      message: `base_url: ${provider.name} has one address. Leave it out.`,
      param: 'base_url',
    });
  }

  return {
    /**
     * Stores a key in place of the one before, once the provider has not refused it: a provider that cannot be reached, or keeps its list of
     * models from the key, is no reason to turn it away. Throws AppError `not_found`, `invalid_request`, `forbidden` (an address that is not
     * public; an old session without its password), `rate_limited`, `unprocessable` (the provider refused the key).
     */
    async put(caller: Caller, wanted: Wanted & PutProviderKeyRequest, context: RequestContext): Promise<TestedKey> {
      const provider = providerOf(wanted.provider);
      const baseUrl = ownAddress(provider, wanted.base_url);
      await accounts.confirmPresence(caller, { password: wanted.password, context });
      countTest(caller.userId);
      const test = await tester.test(provider, { apiKey: wanted.key, baseUrl });
      if (test.verdict === 'not_public') throw notPublic('base_url');
      if (test.verdict === 'refused') throw new AppError('unprocessable', { message: test.message, param: 'key' });
      const result = resultOf(test, now());
      const row: ProviderKeyRow = {
        provider: provider.id,
        base_url: baseUrl,
        last4: wanted.key.slice(-4),
        created_at: now(),
        tested_at: result.at,
        test_ok: result.ok,
        test_message: result.message,
      };
      const { userId } = caller;
      const envelope = envelopes.seal(wanted.key, { userId, provider: provider.id, baseUrl });
      const details = { base_url: baseUrl, test_ok: result.ok };
      const { ip, requestId } = context;
      await database.transaction(async (tx) => {
        await upsertProviderKey(tx, { ...row, ...envelope, userId });
        const entry = { actorId: userId, action: 'provider_key.set', object: provider.id, details, ip, requestId };
        await audit.record(tx, entry);
      });
      access.forget(userId);
      return { ...row, tookMs: test.tookMs };
    },

    /** Deletes a key for good. Throws AppError `not_found`. */
    async remove(caller: Caller, wanted: Wanted, context: RequestContext): Promise<void> {
      const provider = providerOf(wanted.provider);
      const { userId } = caller;
      const { ip, requestId } = context;
      await database.transaction(async (tx) => {
        if (!(await deleteProviderKey(tx, { userId, provider: provider.id }))) throw noKeyFor(provider);
        const entry = { actorId: userId, action: 'provider_key.delete', object: provider.id, ip, requestId };
        await audit.record(tx, entry);
      });
      access.forget(userId);
    },

    /** Tries a stored key out and notes what came of it. Throws AppError `not_found`, `rate_limited`, `conflict` (replaced meanwhile), `service_unavailable` (cannot be read). */
    async test(caller: Caller, wanted: Wanted): Promise<TestedKey> {
      const provider = providerOf(wanted.provider);
      const { userId } = caller;
      const [rows = []] = await selectSealedKeys(database, [userId]);
      const row: SealedKeyRow | undefined = rows.find((each) => each.provider === provider.id);
      if (!row) throw noKeyFor(provider);
      countTest(userId);
      const test = await tester.test(provider, access.open(userId, row));
      const which = { userId, provider: provider.id, sealedKey: row.sealedKey };
      const tested = await updateTestResult(database, which, resultOf(test, now()));
      if (tested) return { ...tested, tookMs: test.tookMs };
      throw new AppError('conflict', { message: 'This key was replaced or deleted while it was tried out.' });
    },
  };
}

function createParts({ database, clock, logger, kek, providers, publicAgent }: Deps) {
  const byId = new Map(providers.map((provider) => [provider.id, provider]));
  const limiter = createRateLimiter({ clock, limit: TESTS_PER_MINUTE, windowMs: MINUTE_MS });
  const envelopes = createEnvelopes(kek);
  const nameOf = (id: string) => byId.get(id)?.name ?? id;
  return {
    envelopes,
    access: createKeyAccess({ database, clock, logger, envelopes, nameOf }),
    tester: createKeyTester({ publicAgent }),
    providerOf(id: string): KeyProvider {
      const provider = byId.get(id);
      if (provider) return provider;
      const known = [...byId.keys()].join(', ');
      throw new AppError('not_found', { message: `There is no such provider to have a key for. There are: ${known}.` });
    },
    countTest(userId: string): void {
      const waitMs = limiter.take(userId);
      if (waitMs > 0) refuseForMs(waitMs, `Keys can be tried out ${TESTS_PER_MINUTE} times a minute.`);
    },
  };
}

/** People's own keys at providers, stored encrypted. */
export function createProviderKeys(deps: Deps) {
  const parts = createParts(deps);
  const { access, envelopes, tester } = parts;
  deps.accounts.whenAccessChanges((userId) => access.forget(userId));

  return {
    ...createCommands(deps, parts),
    /** The providers that people may have keys for. */
    providers: deps.providers,
    /** A person's keys, by provider. */
    list: (userId: string): Promise<ProviderKeyRow[]> => selectProviderKeys(deps.database, userId),
    /**
     * The person's own key for a provider, to be used before the platform's; undefined when they have none. No query when it was asked within
     * five seconds, else one. What goes to `baseUrl` has to go out by the agent for addresses of users. Throws AppError `service_unavailable`
     * when there is a key that cannot be read: charging the platform's instead would surprise its owner.
     */
    forCall: access.find,
    /** True where it is known without a query that a person has no keys. */
    hasNone: access.hasNone,
    /** Warns when there are keys that this master key does not open. They are left alone. */
    async checkAtStart(): Promise<void> {
      const count = await countOfOtherKeks(deps.database, envelopes.kekId);
      if (count === 0) return;
      deps.logger.error(
        { alert: 'provider_keys_of_other_master_key', count },
        'There are provider keys stored under another MASTER_KEY. They are kept and not used: put that MASTER_KEY back to use them again.',
      );
    },
    /** Resolves when the tests under way have ended. */
    close: tester.close,
  };
}

export type ProviderKeys = ReturnType<typeof createProviderKeys>;
