import type { Preferences, UpdateMeRequest, UpdatePreferencesRequest } from '@q/contract/accounts';
import type { Caller } from '../../http/caller.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import { passwordChangedMail } from './mails.ts';
import type { Parts } from './parts.ts';
import { asConflict, refuseWeakPassword } from './registration.ts';
import {
  selectPreferences,
  selectUser,
  type UserRow,
  type UserWithPassword,
  updateNames,
  updatePasswordHash,
  upsertPreferences,
} from './user-store.ts';

/** A sign-in this recent counts as proof of who is there. */
const RECENT_SIGN_IN_MS = 12 * 60 * 60 * 1_000;

/** What a person sees and changes of their own account. */
export function createProfile(parts: Parts) {
  const { database, clock, audit, sessions, hasher, passwordCheck } = parts;

  async function load(userId: string): Promise<UserWithPassword> {
    const user = await selectUser(database, userId);
    if (!user) throw new AppError('unauthenticated');
    return user;
  }

  async function requirePassword(user: UserRow, given: { password: string; param: string; context: RequestContext }) {
    const { password, context, param } = given;
    const isRight = (await passwordCheck.check({ email: user.email, password, context })) !== null;
    if (!isRight) throw new AppError('forbidden', { message: `${param}: this is not your password.`, param });
  }

  async function changePassword(caller: Caller, request: UpdateMeRequest, context: RequestContext): Promise<void> {
    const { current_password: current, new_password: password } = request;
    if (current === undefined || password === undefined) {
      const param = current === undefined ? 'current_password' : 'new_password';
      throw new AppError('invalid_request', { message: `${param}: is needed to change the password`, param });
    }
    if (caller.sessionId === null) {
      throw new AppError('forbidden', { message: 'An API key cannot change the password. Sign in.' });
    }
    const user = await load(caller.userId);
    const about = [user.email, user.name, user.username, user.organization];
    refuseWeakPassword(password, { context: about, param: 'new_password' });
    await requirePassword(user, { password: current, param: 'current_password', context });
    const passwordHash = await hasher.hash(password);
    await database.transaction(async (tx) => {
      await updatePasswordHash(tx, { id: user.id, passwordHash, onlyIf: null });
      await sessions.endAll(tx, { userId: user.id, exceptId: caller.sessionId, reason: 'password changed' });
      const { ip, requestId } = context;
      await audit.record(tx, { actorId: user.id, action: 'password.change', object: user.id, ip, requestId });
    });
    parts.accessChanged(user.id);
    parts.background.run('mailing a notice of a new password', () =>
      parts.mailer.deliver(passwordChangedMail(user.email, parts.publicUrl())),
    );
  }

  return {
    /** The person. Throws AppError `unauthenticated` when they are gone. */
    async me(userId: string): Promise<UserRow> {
      return load(userId);
    },

    /** Changes names and, with both passwords given, the password, which signs other devices out. */
    async updateMe(caller: Caller, request: UpdateMeRequest, context: RequestContext): Promise<UserRow> {
      const user = await load(caller.userId);
      const pick = (given: string | null | undefined, now: string | null) =>
        given === undefined ? now : given || null;
      const names = {
        name: pick(request.name, user.name),
        username: pick(request.username, user.username),
        organization: pick(request.organization, user.organization),
      };
      await updateNames(database, user.id, names).catch((error: unknown) => {
        throw asConflict(error);
      });
      // Last, since it cannot fail half-way: a taken user name must not leave a changed password behind.
      const changesPassword = request.current_password !== undefined || request.new_password !== undefined;
      if (changesPassword) await changePassword(caller, request, context);
      return load(user.id);
    },

    /**
     * Asks for proof that the person themselves is at the session: a sign-in within twelve hours, else their password.
     * Throws AppError `forbidden` on param `password`.
     */
    async confirmPresence(
      caller: Caller,
      proof: { password: string | undefined; context: RequestContext },
    ): Promise<void> {
      const session = caller.sessionId === null ? null : await parts.access.find(caller.sessionId);
      if (session && clock.now() - session.createdAt.getTime() < RECENT_SIGN_IN_MS) return;
      if (!session || proof.password === undefined) {
        throw new AppError('forbidden', {
          message: 'password: you signed in more than twelve hours ago. Confirm this with your password.',
          param: 'password',
        });
      }
      const user = await load(caller.userId);
      await requirePassword(user, { password: proof.password, param: 'password', context: proof.context });
    },

    /** Asks for the person's password, however recently they signed in. Throws AppError `forbidden` on param `password`. */
    async confirmPassword(
      caller: Caller,
      proof: { password: string | undefined; context: RequestContext },
    ): Promise<void> {
      const { password, context } = proof;
      if (password === undefined) {
        throw new AppError('forbidden', { message: 'password: confirm this with your password.', param: 'password' });
      }
      await requirePassword(await load(caller.userId), { password, param: 'password', context });
    },

    /** The settings of a person. */
    async preferences(userId: string): Promise<Preferences> {
      return selectPreferences(database, userId);
    },

    /** Changes the settings named in `change`. */
    async updatePreferences(userId: string, change: UpdatePreferencesRequest): Promise<Preferences> {
      return upsertPreferences(database, userId, change);
    },
  };
}
