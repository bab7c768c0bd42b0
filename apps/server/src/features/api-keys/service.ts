import { type CreateApiKeyRequest, DEFAULT_PERMISSIONS } from '@q/contract/api-keys';
import { parseUsd } from '@q/contract/money';
import type { Caller } from '../../http/caller.ts';
import type { OnceRequest } from '../../http/idempotency-key.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import { createBatcher } from '../../lib/batcher.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import { createLoadingCache } from '../../lib/loading-cache.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Audit } from '../audit/service.ts';
import type { Idempotency } from '../idempotency/service.ts';
import { hashKey, isWellFormed, nameOfKey, newKey, shownParts } from './key-format.ts';
import { createLastUsed } from './last-used.ts';
import {
  insertKey,
  type KeyAccess,
  type KeyRow,
  lockAndCountKeys,
  lockKey,
  replaceHash,
  revokeKey,
  selectAccessByHashes,
  selectAccessById,
  selectKeys,
  selectSpentToday,
} from './store.ts';

const KEYS_PER_PERSON_MAX = 100;
/** How long another process may go on believing a key that was deleted here. */
const CACHE_MS = 5_000;
const MISS_CACHE_MS = 2_000;
const CACHE_ENTRIES_MAX = 50_000;
/** Keys that are looked up in one query: those of the same moment, and all that came while the last one ran. */
const LOOK_UPS_MAX = 256;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  audit: Audit;
  idempotency: Idempotency;
  accounts: Pick<Accounts, 'confirmPresence' | 'whenAccessChanges'>;
  /** Keys the hash under which keys are stored. */
  apiKeyPepper: Uint8Array;
}

/** A key with what it has been charged since midnight UTC. */
export interface ShownKey extends KeyRow {
  spent_today_nano: bigint;
}

/** A key just made, the only time its secret is known. */
interface NewKey {
  row: ShownKey;
  key: string;
}

/** Where a request to make or replace a key came from, and under which `Idempotency-Key`. */
interface KeyRequestContext extends RequestContext {
  once: OnceRequest | null;
}

/** A secret is shown in one answer and stored as a hash: a repeated request learns that the first one was carried out, not the secret. */
function shownOnce(id: string): AppError {
  return new AppError('conflict', {
    message: `The first request with this Idempotency-Key was carried out. Its answer was the only one that bears the secret of ${id}. If it is lost, rotate the key (PUT /api/v1/keys/${id}/rotate) or delete it.`,
    extra: { key_id: id },
  });
}

function toCaller(access: KeyAccess): Caller {
  const { id, permissions, dailyLimitNano } = access;
  return { userId: access.userId, role: access.role, sessionId: null, apiKey: { id, permissions, dailyLimitNano } };
}

function noSuchKey(): AppError {
  return new AppError('not_found', { message: 'You have no such key.' });
}

function parseExpiry(text: string | null | undefined, now: number): Date | null {
  if (text === null || text === undefined) return null;
  const at = new Date(text);
  if (at.getTime() > now) return at;
  throw new AppError('invalid_request', { message: 'expires_at: must be in the future', param: 'expires_at' });
}

function createAccessCache({ database, clock, apiKeyPepper }: Deps) {
  const lookUps = createBatcher<Buffer, KeyAccess | null>({
    gatherMs: 0,
    run: (hashes) => selectAccessByHashes(database, hashes),
    itemsMax: LOOK_UPS_MAX,
    splitAfter: () => [],
  });
  const cache = createLoadingCache<KeyAccess>({
    clock,
    ttlMs: CACHE_MS,
    missTtlMs: MISS_CACHE_MS,
    entriesMax: CACHE_ENTRIES_MAX,
    nameOf: nameOfKey,
    load: (key) => lookUps.add(hashKey(key, apiKeyPepper)),
  });
  const isValid = (access: KeyAccess | null): access is KeyAccess =>
    access !== null && (access.validUntil === null || access.validUntil.getTime() > clock.now());
  return { cache, isValid };
}

/** Making, ending and replacing keys. `forget` drops a key from memory at once. */
function createKeyCommands(deps: Deps, forget: (id: string) => void) {
  const { database, clock, audit, accounts, idempotency, apiKeyPepper } = deps;
  const now = () => new Date(clock.now());

  return {
    /** Makes a key for the caller. Throws AppError `invalid_request`, `conflict` (too many, or made before under the same Idempotency-Key). */
    async create(caller: Caller, request: CreateApiKeyRequest, context: KeyRequestContext): Promise<NewKey> {
      await accounts.confirmPresence(caller, { password: request.password, context });
      const key = newKey();
      const limit = request.daily_limit_usd ?? null;
      const row: KeyRow = {
        id: newId('key'),
        user_id: caller.userId,
        name: request.name,
        ...shownParts(key),
        permissions: [...new Set(request.permissions ?? DEFAULT_PERMISSIONS)],
        daily_limit_nano: limit === null ? null : parseUsd(limit),
        created_at: now(),
        expires_at: parseExpiry(request.expires_at, clock.now()),
        last_used_at: null,
      };
      const made = await idempotency.inTransaction(context.once, async (tx) => {
        if ((await lockAndCountKeys(tx, caller.userId)) >= KEYS_PER_PERSON_MAX) {
          throw new AppError('conflict', { message: `You have ${KEYS_PER_PERSON_MAX} keys. Delete one first.` });
        }
        await insertKey(tx, { ...row, hash: hashKey(key, apiKeyPepper) });
        const { ip, requestId } = context;
        const details = { permissions: row.permissions };
        await audit.record(tx, {
          actorId: caller.userId,
          action: 'api_key.create',
          object: row.id,
          details,
          ip,
          requestId,
        });
        return { status: 201, body: { id: row.id } };
      });
      if (made.replayed) throw shownOnce(made.body.id);
      return { row: { ...row, spent_today_nano: 0n }, key };
    },

    /** Ends a key at once. Throws AppError `not_found`. */
    async remove(caller: Caller, id: string, context: RequestContext): Promise<void> {
      const { ip, requestId } = context;
      await database.transaction(async (tx) => {
        if (!(await revokeKey(tx, { userId: caller.userId, id, now: now() }))) throw noSuchKey();
        await audit.record(tx, { actorId: caller.userId, action: 'api_key.delete', object: id, ip, requestId });
      });
      forget(id);
    },

    /** Puts a new secret in place of a key's; the old one lives `graceSeconds` longer. Throws AppError `not_found` or `conflict` (expired, or done before). */
    async rotate(
      caller: Caller,
      change: { id: string; graceSeconds: number; password: string | undefined },
      context: KeyRequestContext,
    ): Promise<NewKey> {
      await accounts.confirmPresence(caller, { password: change.password, context });
      const { id, graceSeconds } = change;
      const key = newKey();
      const rotated = await idempotency.inTransaction(context.once, async (tx) => {
        const old = await lockKey(tx, { userId: caller.userId, id });
        if (!old) throw noSuchKey();
        if (old.expires_at && old.expires_at <= now()) {
          throw new AppError('conflict', { message: 'This key has expired. Make a new one.' });
        }
        const graceUntil = graceSeconds === 0 ? null : new Date(clock.now() + graceSeconds * 1_000);
        const parts = { ...shownParts(key), hash: hashKey(key, apiKeyPepper) };
        await replaceHash(tx, { id, oldHash: old.hash, ...parts, graceUntil, now: now() });
        const { ip, requestId } = context;
        const details = { grace_seconds: graceSeconds };
        await audit.record(tx, {
          actorId: caller.userId,
          action: 'api_key.rotate',
          object: id,
          details,
          ip,
          requestId,
        });
        return { status: 200, body: { id }, row: { ...old, ...shownParts(key) } };
      });
      if (rotated.replayed) throw shownOnce(id);
      forget(id);
      const spent = await selectSpentToday(database, caller.userId, [rotated.row]);
      return { row: { ...rotated.row, spent_today_nano: spent.get(id) ?? 0n }, key };
    },
  };
}

/** API keys: what stands for a person in programs. */
export function createApiKeys(deps: Deps) {
  const { database } = deps;
  const { cache, isValid } = createAccessCache(deps);
  const lastUsed = createLastUsed(deps);
  deps.accounts.whenAccessChanges((userId) => cache.forgetWhere((access) => access.userId === userId));

  async function find(key: string): Promise<KeyAccess | null> {
    const access = cache.peek(key) ?? (isWellFormed(key) ? await cache.get(key) : null);
    return isValid(access) ? access : null;
  }

  return {
    ...createKeyCommands(deps, (id) => cache.forgetWhere((access) => access.id === id)),
    /** Who a key stands for; null when it is not valid now. No query when it was seen within five seconds, else one. */
    async authenticate(key: string): Promise<Caller | null> {
      const access = await find(key);
      if (!access) return null;
      lastUsed.note(access.id);
      return toCaller(access);
    },
    /** Who a key stands for that was seen within five seconds; null when nothing is known of it without a query. */
    known(key: string): Caller | null {
      const access = cache.peek(key) ?? null;
      if (!isValid(access)) return null;
      lastUsed.note(access.id);
      return toCaller(access);
    },
    /** What a key says, for `verify-token`; null when it is not valid now. */
    async describe(key: string) {
      const access = await find(key);
      return access && { userId: access.userId, role: access.role, expiresAt: access.validUntil };
    },
    /** True while a key is valid; asked by connections that outlive their first message. One query. */
    isAlive: async (id: string): Promise<boolean> => isValid(await selectAccessById(database, id)),
    /** One page of a person's keys, newest first, and how many there are. */
    async list(userId: string, page: { limit: number; offset: number }): Promise<{ rows: ShownKey[]; total: number }> {
      const { rows, total } = await selectKeys(database, { userId, ...page });
      const spent = await selectSpentToday(database, userId, rows);
      const shown = rows.map((row) => ({
        ...row,
        last_used_at: lastUsed.of(row.id) ?? row.last_used_at,
        spent_today_nano: spent.get(row.id) ?? 0n,
      }));
      return { rows: shown, total };
    },
    /** Writes what is still in memory and ends the timer. */
    close: lastUsed.close,
  };
}

export type ApiKeys = ReturnType<typeof createApiKeys>;
