import type { Caller } from '../../http/caller.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { AccessTokens } from './access-token.ts';
import { hashToken, newOpaqueToken } from './opaque-token.ts';
import type { SessionAccessCache } from './session-access.ts';
import {
  extendSession,
  insertRefreshToken,
  insertSession,
  markRefreshTokenUsed,
  type RefreshRow,
  revokeSession,
  revokeSessions,
  selectRefreshToken,
  selectSessionOfToken,
  selectSessions,
} from './session-store.ts';
import type { UserRow } from './user-store.ts';

const DAY_MS = 86_400_000;
/** A device that was not used this long is signed out. */
const IDLE_MS = 7 * DAY_MS;
/** However much it is used, a sign-in ends after this time. */
const ABSOLUTE_MS = 30 * DAY_MS;
/** Two tabs, or a request repeated after a lost answer, may use the same refresh token within this time. */
const REUSE_GRACE_MS = 10_000;
const REFRESH_PREFIX = 'qmr_';

/** A signed-in device: who, and their tokens. */
export interface SignedIn {
  user: UserRow;
  tokens: IssuedTokens;
}

/** Tokens of one signed-in device. */
export interface IssuedTokens {
  userId: string;
  sessionId: string;
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  refreshExpiresAt: Date;
}

interface Deps {
  database: Database;
  clock: Clock;
  accessTokens: AccessTokens;
  access: SessionAccessCache;
}

type Rotation = { outcome: 'refused' } | { outcome: 'reused' | 'good'; row: RefreshRow };

/** Makes the tokens of a session. */
async function issueTokens(
  { clock, accessTokens }: Deps,
  tx: Queryable,
  session: { id: string; userId: string; endsAt: Date },
): Promise<IssuedTokens> {
  const { id: sessionId, userId, endsAt } = session;
  const refresh = newOpaqueToken(REFRESH_PREFIX);
  const createdAt = new Date(clock.now());
  const refreshExpiresAt = new Date(Math.min(clock.now() + IDLE_MS, endsAt.getTime()));
  await insertRefreshToken(tx, { hash: refresh.hash, sessionId, createdAt, expiresAt: refreshExpiresAt });
  const { token: accessToken, expiresIn } = await accessTokens.sign(userId, sessionId);
  return { userId, sessionId, accessToken, expiresIn, refreshToken: refresh.token, refreshExpiresAt };
}

/** Decides what using a refresh token means, and ends its session when it was used before. */
async function judge({ clock }: Deps, tx: Queryable, hash: Buffer): Promise<Rotation> {
  const now = new Date(clock.now());
  const row = await selectRefreshToken(tx, hash, now);
  if (!row?.session_alive || row.token_expires_at <= now) return { outcome: 'refused' };
  if (row.used_at === null || clock.now() - row.used_at.getTime() < REUSE_GRACE_MS) return { outcome: 'good', row };
  await revokeSession(tx, { id: row.session_id, userId: row.user_id, reason: 'refresh token used twice', now });
  return { outcome: 'reused', row };
}

/** Exchanges a good refresh token for the next one, in one transaction. */
async function rotate(deps: Deps, tx: Queryable, hash: Buffer): Promise<Rotation | IssuedTokens> {
  const rotation = await judge(deps, tx, hash);
  if (rotation.outcome !== 'good') return rotation;
  const { session_id: id, user_id: userId, ends_at: endsAt } = rotation.row;
  const now = new Date(deps.clock.now());
  await markRefreshTokenUsed(tx, hash, now);
  const issued = await issueTokens(deps, tx, { id, userId, endsAt });
  await extendSession(tx, { id, now, expiresAt: issued.refreshExpiresAt });
  return issued;
}

/** The sessions of people: their tokens, their ends, and who an access token stands for. */
export function createSessions(deps: Deps) {
  const { database, clock, accessTokens, access } = deps;
  const now = () => new Date(clock.now());

  return {
    /** Signs a device in. */
    async start(tx: Queryable, userId: string, context: RequestContext): Promise<IssuedTokens> {
      const createdAt = now();
      const endsAt = new Date(createdAt.getTime() + ABSOLUTE_MS);
      const id = newId('ses');
      await insertSession(tx, {
        id,
        user_id: userId,
        created_at: createdAt,
        last_used_at: createdAt,
        expires_at: new Date(createdAt.getTime() + IDLE_MS),
        ends_at: endsAt,
        ip: context.ip,
        address_key: context.addressKey,
        user_agent: context.userAgent,
      });
      return issueTokens(deps, tx, { id, userId, endsAt });
    },
    /**
     * Exchanges a refresh token for new tokens. A token that was used before, more than ten seconds ago, ends its session:
     * `onReuse` hears of it. Throws AppError `unauthenticated` for everything but a good token.
     */
    async refresh(token: string, onReuse: (row: RefreshRow) => void): Promise<IssuedTokens> {
      const result = await database.transaction((tx) => rotate(deps, tx, hashToken(token)));
      if (!('outcome' in result)) return result;
      if (result.outcome === 'reused') {
        access.forget(result.row.session_id);
        onReuse(result.row);
      }
      throw new AppError('unauthenticated', { message: 'Your sign-in has ended. Sign in again.' });
    },
    /** Who an access token stands for; null when it or its session is not valid now. */
    async authenticate(accessToken: string): Promise<Caller | null> {
      const claims = await accessTokens.verify(accessToken);
      if (!claims) return null;
      const found = await access.find(claims.sessionId);
      if (!found || found.userId !== claims.userId) return null;
      return { userId: found.userId, role: found.role, sessionId: found.sessionId, apiKey: null };
    },
    /** Ends the session of a refresh token, used or not; null when the token is unknown. */
    async endByRefreshToken(token: string): Promise<{ id: string; user_id: string } | null> {
      const session = await selectSessionOfToken(database, hashToken(token));
      if (!session) return null;
      await revokeSession(database, { id: session.id, userId: session.user_id, reason: 'signed out', now: now() });
      access.forget(session.id);
      return session;
    },
    /** Ends one session of a person; false when they have no such living session. */
    async end(userId: string, id: string, reason: string): Promise<boolean> {
      const ended = await revokeSession(database, { id, userId, reason, now: now() });
      access.forget(id);
      return ended;
    },
    /** Ends all sessions of a person but one. Call `accessChanged` after the transaction. */
    endAll: (tx: Queryable, end: { userId: string; exceptId: string | null; reason: string }): Promise<void> =>
      revokeSessions(tx, { ...end, now: now() }),
    /** One page of a person's living sessions, and how many there are. */
    list: (userId: string, page: { limit: number; offset: number }) =>
      selectSessions(database, { userId, now: now(), ...page }),
  };
}

export type Sessions = ReturnType<typeof createSessions>;
