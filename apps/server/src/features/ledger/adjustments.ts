import { formatUsd } from '@q/contract/money';
import { AppError } from '../../lib/app-error.ts';
import type { Queryable } from '../../platform/database/database.ts';
import { accountId, ensurePaidWallet } from './account-store.ts';
import { type BookedJournal, bookJournal, lockWallets } from './journal-store.ts';

/** A correction of somebody's paid balance. */
export interface AdjustmentInput {
  /** The id of the adjustment; the same one is booked once. */
  id: string;
  userId: string;
  /** Nano-dollars, signed: negative takes money away. Never zero. */
  amount: bigint;
  reason: string;
  actorId: string;
}

/** Books what is given: expense:adjustment → wallet. */
async function given(tx: Queryable, wallet: bigint, amount: bigint) {
  return { debit: await accountId(tx, 'expense:adjustment'), credit: wallet, amount };
}

/** Books what is taken: wallet → revenue:adjustment, and never what calls hold or what is not there. */
async function taken(tx: Queryable, wallet: bigint, amount: bigint) {
  const credit = await accountId(tx, 'revenue:adjustment');
  const [locked] = await lockWallets(tx, [wallet]);
  const held = locked?.held ?? 0n;
  const available = (locked?.posted ?? 0n) - held;
  if (available < amount) {
    throw new AppError('conflict', {
      message: `${formatUsd(amount)} USD cannot be taken: ${formatUsd(available)} USD of paid money are available, ${formatUsd(held)} USD are held by running calls.`,
      param: 'amount_usd',
      extra: { available_usd: formatUsd(available), held_usd: formatUsd(held), needed_usd: formatUsd(amount) },
    });
  }
  return { debit: wallet, credit, amount };
}

/**
 * Books an adjustment of the paid wallet. Throws AppError `conflict` (409) with `available_usd`, `held_usd` and `needed_usd` when
 * more is to be taken than is available.
 */
export async function bookAdjustment(tx: Queryable, adjustment: AdjustmentInput): Promise<BookedJournal> {
  const { id, userId, amount, reason, actorId } = adjustment;
  const wallet = await ensurePaidWallet(tx, userId);
  return bookJournal(tx, {
    idemKey: `adjustment:${id}`,
    kind: 'adjustment',
    userId,
    holdId: null,
    details: { adjustment: id, reason, actor: actorId },
    transfers: [amount > 0n ? await given(tx, wallet, amount) : await taken(tx, wallet, -amount)],
  });
}
