import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import { sessionReusedMail } from './mails.ts';
import type { Parts } from './parts.ts';
import type { RefreshRow } from './session-store.ts';
import type { SignedIn } from './sessions.ts';
import { selectUser } from './user-store.ts';

/** Signing in and out, and keeping signed in. */
export function createSignIn(parts: Parts) {
  const { database, audit, sessions, passwordCheck, background } = parts;

  function warnOfReuse(row: RefreshRow, context: RequestContext): void {
    background.run('the warning of a refresh token used twice', async () => {
      const { requestId, ip } = context;
      await audit.record(database, {
        actorId: row.user_id,
        action: 'session.reused',
        object: row.session_id,
        ip,
        requestId,
      });
      const user = await selectUser(database, row.user_id);
      if (user) await parts.mailer.deliver(sessionReusedMail(user.email, parts.publicUrl()));
    });
  }

  return {
    /** Signs in by password. Throws AppError `unauthenticated` for an unknown address as for a wrong password, `forbidden` for a disabled account, `rate_limited`. */
    async login(request: { email: string; password: string }, context: RequestContext): Promise<SignedIn> {
      const { ip, requestId } = context;
      const user = await passwordCheck.check({ ...request, context });
      if (!user) {
        await audit.record(database, { actorId: null, action: 'session.refuse', ip, requestId });
        throw new AppError('unauthenticated', { message: 'The e-mail address or the password is wrong.' });
      }
      // Only somebody who knows the password learns this.
      if (user.status !== 'active') throw new AppError('forbidden', { message: 'This account is disabled.' });
      const tokens = await database.transaction(async (tx) => {
        const issued = await sessions.start(tx, user.id, context);
        await audit.record(tx, {
          actorId: user.id,
          action: 'session.start',
          object: issued.sessionId,
          ip,
          requestId,
        });
        return issued;
      });
      return { user, tokens };
    },

    /** Exchanges a refresh token for new tokens. Throws AppError `unauthenticated`. */
    async refresh(token: string, context: RequestContext): Promise<SignedIn> {
      const tokens = await sessions.refresh(token, (row) => warnOfReuse(row, context));
      const user = await selectUser(database, tokens.userId);
      if (!user) throw new AppError('unauthenticated');
      return { user, tokens };
    },

    /** Ends the session of a refresh token; nothing happens when it is unknown. */
    async logoutByToken(token: string, context: RequestContext): Promise<void> {
      const session = await sessions.endByRefreshToken(token);
      if (!session) return;
      const { ip, requestId } = context;
      const end = { actorId: session.user_id, action: 'session.end', object: session.id };
      await audit.record(database, { ...end, ip, requestId });
    },

    /** Ends one of a person's sessions. Throws AppError `not_found` when they have no such living session. */
    async endSession(userId: string, sessionId: string, context: RequestContext): Promise<void> {
      const ended = await sessions.end(userId, sessionId, 'ended by its owner');
      if (!ended) throw new AppError('not_found', { message: 'You have no such session.' });
      const { ip, requestId } = context;
      await audit.record(database, { actorId: userId, action: 'session.end', object: sessionId, ip, requestId });
    },
  };
}
