import type { ROLES, USER_STATUSES } from '@q/contract/accounts';
import type { Caller } from '../../http/caller.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Parts } from './parts.ts';
import {
  hasActiveAdmin,
  lockAdministrators,
  selectUsers,
  type UserFilter,
  type UserRow,
  updateAccess,
} from './user-store.ts';

/** What administrators do with people. */
export function createAdministration(parts: Parts) {
  const { database, audit, sessions } = parts;
  return {
    /** One page of people, newest first, and how many match. */
    async listUsers(filter: UserFilter): Promise<{ rows: UserRow[]; total: number }> {
      return selectUsers(database, filter);
    },

    /** Changes somebody's role or status. Throws AppError `not_found`, or `conflict` for oneself. */
    async updateUser(
      actor: Caller,
      change: { id: string; role: (typeof ROLES)[number] | null; status: (typeof USER_STATUSES)[number] | null },
      context: RequestContext,
    ): Promise<UserRow> {
      if (actor.userId === change.id) {
        throw new AppError('conflict', {
          message: 'You cannot change your own role or status. Ask another administrator.',
        });
      }
      const user = await database.transaction(async (tx) => {
        await lockAdministrators(tx);
        const updated = await updateAccess(tx, change);
        if (!updated) throw new AppError('not_found', { message: 'There is no such person.' });
        // Two administrators may be taking the role from each other at this moment.
        if (!(await hasActiveAdmin(tx)))
          throw new AppError('conflict', { message: 'Nobody would be left to administrate.' });
        if (change.status === 'disabled') {
          await sessions.endAll(tx, { userId: change.id, exceptId: null, reason: 'account disabled' });
        }
        const { ip, requestId } = context;
        const { role, status } = change;
        await audit.record(tx, {
          actorId: actor.userId,
          action: 'account.change_access',
          object: change.id,
          details: { role, status },
          ip,
          requestId,
        });
        return updated;
      });
      parts.accessChanged(change.id);
      return user;
    },
  };
}
