import type { Queryable } from '../../platform/database/database.ts';
import { accountId, ensurePromoWallet } from './account-store.ts';
import { type BookedJournal, bookJournal } from './journal-store.ts';

/** Promotional money for one person. */
export interface GrantInput {
  /** The id of the grant; the same grant is booked once. */
  id: string;
  userId: string;
  /** Nano-dollars. */
  amount: bigint;
  expiresAt: Date;
  reason: string;
  actorId: string;
}

/** Books a grant into a wallet of its own: expense:promo → `wallet:{user}:promo:{grant}`. Rejects with a unique violation when it is booked already. */
export async function bookGrant(tx: Queryable, grant: GrantInput): Promise<BookedJournal> {
  const { id, userId, amount, expiresAt, reason, actorId } = grant;
  const debit = await accountId(tx, 'expense:promo');
  const credit = await ensurePromoWallet(tx, { userId, grantId: id, expiresAt });
  return bookJournal(tx, {
    idemKey: `grant:${id}`,
    kind: 'grant',
    userId,
    holdId: null,
    details: { grant: id, reason, actor: actorId, expires_at: expiresAt.toISOString() },
    transfers: [{ debit, credit, amount }],
  });
}
