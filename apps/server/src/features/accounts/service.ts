import { createAccessTokens } from './access-token.ts';
import { createAdministration } from './administration.ts';
import { createBackground } from './background.ts';
import { createFirstAdmin } from './first-admin.ts';
import { deleteOverTokens } from './one-time-token-store.ts';
import type { AccountsDeps, Parts, PartsBeforeRecovery } from './parts.ts';
import { createPasswordCheck } from './password-check.ts';
import { createProfile } from './profile.ts';
import { createRecovery, createSendVerification } from './recovery.ts';
import { createRegistration } from './registration.ts';
import { createSessionAccess } from './session-access.ts';
import { deleteEndedSessions } from './session-store.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';

const CLEAN_EVERY_MS = 60 * 60 * 1_000;
/** Ended sessions and used links are kept this long, to answer questions about them. */
const KEEP_ENDED_MS = 30 * 24 * 60 * 60 * 1_000;

/** People: their accounts, their sessions, and who an access token stands for. */
export function createAccounts(deps: AccountsDeps) {
  const { database, clock, logger } = deps;
  const listeners: ((userId: string) => void)[] = [];
  const accessTokens = createAccessTokens({ key: deps.accessTokenKey, clock });
  const access = createSessionAccess({ database, clock });
  const sessions = createSessions({ database, clock, accessTokens, access });
  const basis: PartsBeforeRecovery = {
    ...deps,
    sessions,
    access,
    passwordCheck: createPasswordCheck(deps),
    background: createBackground(logger),
    accessChanged(userId) {
      access.forgetUser(userId);
      for (const listener of listeners) listener(userId);
    },
  };
  const parts: Parts = { ...basis, sendVerification: createSendVerification(basis) };
  const registration = createRegistration(parts);
  const signIn = createSignIn(parts);
  const recovery = createRecovery(parts);
  const profile = createProfile(parts);
  const firstAdmin = createFirstAdmin(parts);
  const administration = createAdministration(parts);
  const stopCleaning = clock.every(CLEAN_EVERY_MS, () =>
    parts.background.run('deleting ended sessions', async () => {
      const before = new Date(clock.now() - KEEP_ENDED_MS);
      await deleteEndedSessions(database, before);
      await deleteOverTokens(database, before);
    }),
  );

  return {
    register: registration.register,
    login: signIn.login,
    refresh: signIn.refresh,
    logoutByToken: signIn.logoutByToken,
    endSession: signIn.endSession,
    requestVerification: recovery.requestVerification,
    verifyEmail: recovery.verifyEmail,
    forgotPassword: recovery.forgotPassword,
    resetPassword: recovery.resetPassword,
    me: profile.me,
    updateMe: profile.updateMe,
    confirmPresence: profile.confirmPresence,
    confirmPassword: profile.confirmPassword,
    preferences: profile.preferences,
    updatePreferences: profile.updatePreferences,
    ensureAdmin: firstAdmin.ensureAdmin,
    adminSetupLink: firstAdmin.adminSetupLink,
    setUpAdmin: firstAdmin.setUpAdmin,
    listUsers: administration.listUsers,
    updateUser: administration.updateUser,
    /** Who an access token stands for; null when it or its session is not valid now. The session is at most five seconds old news. */
    authenticate: sessions.authenticate,
    /** True while a session is alive; asked again and again by connections that outlive their first message. */
    isSessionAlive: async (sessionId: string): Promise<boolean> => (await access.find(sessionId)) !== null,
    /** What an access token says, for `verify-token`; null when it is not valid now. */
    async describeToken(accessToken: string) {
      const claims = await accessTokens.verify(accessToken);
      const caller = claims && (await sessions.authenticate(accessToken));
      return claims && caller ? { userId: caller.userId, role: caller.role, expiresAt: claims.expiresAt } : null;
    },
    /** One page of a person's living sessions, and how many there are. */
    listSessions: sessions.list,
    /** Nano-dollars a person has. */
    balanceOf: deps.balanceOf,
    /** `listener` is called after somebody's role, status or password changed here: what was remembered of them is old. */
    whenAccessChanges(listener: (userId: string) => void): void {
      listeners.push(listener);
    },
    /** Resolves when all mails and notes under way are done. */
    settled: parts.background.settled,
    /** Ends the timers and waits for work under way. */
    async close(): Promise<void> {
      stopCleaning();
      await parts.background.settled();
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
