import type { RegisterRequest } from '@q/contract/accounts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { isUniqueViolation, type Queryable } from '../../platform/database/database.ts';
import type { Parts } from './parts.ts';
import { passwordFault } from './password-policy.ts';
import type { SignedIn } from './sessions.ts';
import { insertUser, type NewUser, type UserRow } from './user-store.ts';

/** Throws AppError `invalid_request` on a field named `param` when the password is too easy to guess. */
export function refuseWeakPassword(
  password: string,
  options: { context: readonly (string | null | undefined)[]; param: string },
): void {
  const fault = passwordFault(password, options.context);
  if (fault === null) return;
  throw new AppError('invalid_request', {
    message: `${options.param}: this password ${fault}. Choose another, such as four words that do not belong together.`,
    param: options.param,
  });
}

/** Turns the database's refusal of a second same address or user name into AppError `conflict`. */
export function asConflict(error: unknown): unknown {
  if (isUniqueViolation(error, 'users_email_key_key')) {
    return new AppError('conflict', {
      message: 'There is already an account with this e-mail address.',
      param: 'email',
    });
  }
  if (isUniqueViolation(error, 'users_username_key_key')) {
    return new AppError('conflict', { message: 'This user name is taken.', param: 'username' });
  }
  return error;
}

/** Stores a new person and everything that belongs to one. Rejects with AppError `conflict`. */
export async function createUser(parts: Parts, tx: Queryable, user: NewUser): Promise<UserRow> {
  const row = await insertUser(tx, user).catch((error: unknown) => {
    throw asConflict(error);
  });
  await parts.onRegistered(tx, row.id);
  return row;
}

/** Opening accounts. */
export function createRegistration(parts: Parts) {
  const { database, audit, sessions, hasher } = parts;
  return {
    /** Opens an account and signs in. Throws AppError `invalid_request` (weak password) or `conflict` (address or user name taken). */
    async register(request: RegisterRequest, context: RequestContext): Promise<SignedIn> {
      const { email, password } = request;
      const [name, username, organization] = [
        request.name || null,
        request.username || null,
        request.organization || null,
      ];
      refuseWeakPassword(password, { context: [email, name, username, organization], param: 'password' });
      // Before it is known whether the address is taken, so that both answers take the same time.
      const passwordHash = await hasher.hash(password);
      const signedIn = await database.transaction(async (tx) => {
        const user = await createUser(parts, tx, {
          id: newId('usr'),
          email,
          emailVerified: false,
          passwordHash,
          name,
          username,
          organization,
          role: 'user',
        });
        const tokens = await sessions.start(tx, user.id, context);
        const { ip, requestId } = context;
        await audit.record(tx, { actorId: user.id, action: 'account.register', object: user.id, ip, requestId });
        return { user, tokens };
      });
      parts.sendVerification(signedIn.user);
      return signedIn;
    },
  };
}
