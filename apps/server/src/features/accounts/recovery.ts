import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Queryable } from '../../platform/database/database.ts';
import { passwordChangedMail, resetPasswordMail, verifyEmailMail } from './mails.ts';
import {
  consumeOneTimeToken,
  countOneTimeTokens,
  insertOneTimeToken,
  peekOneTimeToken,
  type TokenPurpose,
  voidOneTimeTokens,
} from './one-time-token-store.ts';
import { hashToken, newOpaqueToken } from './opaque-token.ts';
import type { Parts, PartsBeforeRecovery } from './parts.ts';
import { refuseWeakPassword } from './registration.ts';
import { markEmailVerified, selectUser, selectUserByEmail, type UserRow, updatePasswordHash } from './user-store.ts';

const MINUTE_MS = 60_000;
const RESET_LIFE_MS = 15 * MINUTE_MS;
const VERIFY_LIFE_MS = 24 * 60 * MINUTE_MS;
/** Messages of one kind a person is sent within fifteen minutes, so that nobody can fill somebody's inbox. */
const MAILS_MAX = 3;
const MAILS_WINDOW_MS = 15 * MINUTE_MS;

/** The error of every link that does not work, whatever the reason. */
export function deadLink(): AppError {
  return new AppError('invalid_request', {
    message: 'token: this link is not valid any more. Ask for a new one.',
    param: 'token',
  });
}

type LinkKind = { purpose: TokenPurpose; prefix: string; lifeMs: number };

const VERIFY_LINK: LinkKind = { purpose: 'verify_email', prefix: 'qmv_', lifeMs: VERIFY_LIFE_MS };
const RESET_LINK: LinkKind = { purpose: 'reset_password', prefix: 'qmp_', lifeMs: RESET_LIFE_MS };

/** Makes a single-use token for somebody; null when they were sent enough of them lately. */
async function makeLinkToken(parts: PartsBeforeRecovery, user: UserRow, kind: LinkKind): Promise<string | null> {
  const { database, clock } = parts;
  const since = new Date(clock.now() - MAILS_WINDOW_MS);
  const sent = await countOneTimeTokens(database, { purpose: kind.purpose, userId: user.id, since });
  if (sent >= MAILS_MAX) return null;
  const { token, hash } = newOpaqueToken(kind.prefix);
  await insertOneTimeToken(database, {
    hash,
    purpose: kind.purpose,
    userId: user.id,
    createdAt: new Date(clock.now()),
    expiresAt: new Date(clock.now() + kind.lifeMs),
  });
  return token;
}

/** Sends the mail that confirms an address, in the background. */
export function createSendVerification(parts: PartsBeforeRecovery) {
  return (user: UserRow): void =>
    parts.background.run('mailing a verification link', async () => {
      const token = await makeLinkToken(parts, user, VERIFY_LINK);
      if (token !== null) await parts.mailer.deliver(verifyEmailMail(user.email, parts.publicUrl(), token));
    });
}

async function replacePassword(parts: Parts, tx: Queryable, change: { userId: string; passwordHash: string }) {
  const { sessions, clock } = parts;
  await updatePasswordHash(tx, { id: change.userId, passwordHash: change.passwordHash, onlyIf: null });
  await sessions.endAll(tx, { userId: change.userId, exceptId: null, reason: 'password reset' });
  await voidOneTimeTokens(tx, { purpose: 'reset_password', userId: change.userId, now: new Date(clock.now()) });
}

/** Confirming an address and choosing a new password, both by a mailed link. */
export function createRecovery(parts: Parts) {
  const { database, clock, audit, background } = parts;

  async function ownerOf(token: string): Promise<UserRow> {
    const now = new Date(clock.now());
    const found = await peekOneTimeToken(database, { hash: hashToken(token), purpose: 'reset_password', now });
    const user = found?.user_id ? await selectUser(database, found.user_id) : null;
    if (!user) throw deadLink();
    return user;
  }

  return {
    /** Mails a new verification link, if the address belongs to somebody and is not confirmed yet. Says nothing of that. */
    requestVerification(email: string): void {
      background.run('finding the owner of an address', async () => {
        const user = await selectUserByEmail(database, email);
        if (user && !user.email_verified) parts.sendVerification(user);
      });
    },

    /** Confirms the address a link was mailed to. Throws AppError `invalid_request` on param `token`. */
    async verifyEmail(token: string, context: RequestContext): Promise<void> {
      await database.transaction(async (tx) => {
        const now = new Date(clock.now());
        const found = await consumeOneTimeToken(tx, { hash: hashToken(token), purpose: 'verify_email', now });
        if (!found?.user_id) throw deadLink();
        await markEmailVerified(tx, found.user_id);
        const { ip, requestId } = context;
        const { user_id: userId } = found;
        await audit.record(tx, { actorId: userId, action: 'account.verify_email', object: userId, ip, requestId });
      });
    },

    /** Mails a reset link, if the address belongs to an active account. Says nothing of that. */
    forgotPassword(email: string, context: RequestContext): void {
      background.run('mailing a reset link', async () => {
        const user = await selectUserByEmail(database, email);
        if (user?.status !== 'active') return;
        const token = await makeLinkToken(parts, user, RESET_LINK);
        if (token === null) return;
        const { ip, requestId } = context;
        await audit.record(database, { actorId: null, action: 'password.forgot', object: user.id, ip, requestId });
        await parts.mailer.deliver(resetPasswordMail(user.email, parts.publicUrl(), token));
      });
    },

    /** Sets a new password by a mailed link and signs all devices out. Throws AppError `invalid_request` on `token` or `password`. */
    async resetPassword(request: { token: string; password: string }, context: RequestContext): Promise<void> {
      const user = await ownerOf(request.token);
      const about = [user.email, user.name, user.username, user.organization];
      refuseWeakPassword(request.password, { context: about, param: 'password' });
      const passwordHash = await parts.hasher.hash(request.password);
      await database.transaction(async (tx) => {
        const now = new Date(clock.now());
        const hash = hashToken(request.token);
        const found = await consumeOneTimeToken(tx, { hash, purpose: 'reset_password', now });
        if (found?.user_id !== user.id) throw deadLink();
        await replacePassword(parts, tx, { userId: user.id, passwordHash });
        const { ip, requestId } = context;
        await audit.record(tx, { actorId: user.id, action: 'password.reset', object: user.id, ip, requestId });
      });
      parts.accessChanged(user.id);
      parts.passwordCheck.forgive(user.email, context);
      background.run('mailing a notice of a new password', () =>
        parts.mailer.deliver(passwordChangedMail(user.email, parts.publicUrl())),
      );
    },
  };
}
