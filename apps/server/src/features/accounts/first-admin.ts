import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { adminSetupUrl } from './mails.ts';
import {
  consumeOneTimeToken,
  insertOneTimeToken,
  peekOneTimeToken,
  voidOneTimeTokens,
} from './one-time-token-store.ts';
import { hashToken, newOpaqueToken } from './opaque-token.ts';
import type { Parts } from './parts.ts';
import { passwordFault } from './password-policy.ts';
import { deadLink } from './recovery.ts';
import { createUser, refuseWeakPassword } from './registration.ts';
import type { SignedIn } from './sessions.ts';
import { hasActiveAdmin, lockAdministrators, type NewUser, selectUserByEmail } from './user-store.ts';

const SETUP_LIFE_MS = 24 * 60 * 60 * 1_000;
const SETUP_PREFIX = 'qma_';

/** How the operator makes the first administrator, for the console. */
export interface AdminSetupLink {
  /** Opens the set-up page. */
  url: string;
  /** The same for a terminal. */
  curl: string;
  expiresAt: Date;
}

/** `not_admin`: the address belongs to somebody who is no administrator, and was left alone. */
export type EnsuredAdmin = 'created' | 'exists' | 'not_admin';

function newAdmin(email: string, passwordHash: string): NewUser {
  const none = { name: null, username: null, organization: null };
  return { id: newId('usr'), email, emailVerified: true, passwordHash, ...none, role: 'admin' };
}

/** Sent as it is, the command is refused: nobody may become administrator with an example's password. */
function setupCurl(publicUrl: string, token: string): string {
  const body = JSON.stringify({ token, email: 'YOUR_ADDRESS', password: 'YOUR_PASSWORD' });
  return `curl -X POST ${publicUrl}/api/v1/admin/setup -H 'content-type: application/json' -d '${body}'`;
}

/** The first administrator. Nobody becomes one by being the first to sign up. */
export function createFirstAdmin(parts: Parts) {
  const { database, clock, audit, hasher, logger, sessions } = parts;
  const now = () => new Date(clock.now());

  return {
    /**
     * Creates the administrator of the configuration. Somebody who has that address already is left alone: their password is
     * not reset and their role not raised, since anybody could have registered it.
     */
    async ensureAdmin(admin: { email: string; password: string }): Promise<EnsuredAdmin> {
      const existing = await selectUserByEmail(database, admin.email);
      if (existing) return existing.role === 'admin' ? 'exists' : 'not_admin';
      const fault = passwordFault(admin.password, [admin.email]);
      if (fault !== null) logger.warn(`ADMIN_PASSWORD ${fault}: change it before others can reach this server.`);
      const passwordHash = await hasher.hash(admin.password);
      try {
        await database.transaction(async (tx) => {
          const user = await createUser(parts, tx, newAdmin(admin.email, passwordHash));
          await audit.record(tx, { actorId: null, action: 'admin.create', object: user.id });
        });
        return 'created';
      } catch (error) {
        // Another process started at the same moment.
        if (error instanceof AppError && error.code === 'conflict') return 'exists';
        throw error;
      }
    },

    /** A one-time link to make the first administrator, valid for a day; earlier links stop working. Null when there is one. */
    async adminSetupLink(publicUrl: string): Promise<AdminSetupLink | null> {
      if (await hasActiveAdmin(database)) return null;
      const { token, hash } = newOpaqueToken(SETUP_PREFIX);
      const expiresAt = new Date(clock.now() + SETUP_LIFE_MS);
      await database.transaction(async (tx) => {
        await voidOneTimeTokens(tx, { purpose: 'admin_setup', userId: null, now: now() });
        await insertOneTimeToken(tx, { hash, purpose: 'admin_setup', userId: null, createdAt: now(), expiresAt });
      });
      return { url: adminSetupUrl(publicUrl, token), curl: setupCurl(publicUrl, token), expiresAt };
    },

    /** Makes the first administrator with the token of that link and signs them in. Throws AppError `invalid_request` or `conflict`. */
    async setUpAdmin(
      request: { token: string; email: string; password: string },
      context: RequestContext,
    ): Promise<SignedIn> {
      const hash = hashToken(request.token);
      if (!(await peekOneTimeToken(database, { hash, purpose: 'admin_setup', now: now() }))) throw deadLink();
      refuseWeakPassword(request.password, { context: [request.email], param: 'password' });
      const passwordHash = await hasher.hash(request.password);
      return database.transaction(async (tx) => {
        await lockAdministrators(tx);
        const used = await consumeOneTimeToken(tx, { hash, purpose: 'admin_setup', now: now() });
        if (!used || (await hasActiveAdmin(tx))) throw deadLink();
        const user = await createUser(parts, tx, newAdmin(request.email, passwordHash));
        const tokens = await sessions.start(tx, user.id, context);
        const { ip, requestId } = context;
        await audit.record(tx, { actorId: user.id, action: 'admin.create', object: user.id, ip, requestId });
        return { user, tokens };
      });
    },
  };
}
