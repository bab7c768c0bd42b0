import type { User } from '@q/contract/accounts';
import { formatUsd } from '@q/contract/money';
import type { UserRow } from './user-store.ts';

/** The only plan so far. */
const PLAN = 'free';

/** A person as they see themselves. `balance` is in nano-dollars. */
export function presentUser(user: UserRow, balance: bigint): User {
  return {
    id: user.id,
    email: user.email,
    email_verified: user.email_verified,
    name: user.name,
    username: user.username,
    organization: user.organization,
    role: user.role,
    created_at: user.created_at.toISOString(),
    balance_usd: formatUsd(balance),
    plan: PLAN,
  };
}

/** A person as administrators see them. */
export function presentAdminUser(user: UserRow) {
  const { id, email, email_verified, name, username, organization, role, status } = user;
  const created_at = user.created_at.toISOString();
  return { id, email, email_verified, name, username, organization, role, status, created_at };
}
