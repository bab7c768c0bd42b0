import { formatUsd } from '@q/contract/money';
import { AppError } from '../../lib/app-error.ts';
import type { Queryable } from '../../platform/database/database.ts';
import { accountId, accountIdsLike } from './account-store.ts';
import { type BookedJournal, type BookedTransfer, bookJournal, lockWallets } from './journal-store.ts';
import { planRefund } from './refund-plan.ts';
import { type CallCharge, findCallOwner, lockEndedCall, readCallCharge } from './refund-store.ts';

/** A refund of a call. */
export interface RefundInput {
  callId: string;
  /** Nano-dollars; null: all that is left. */
  amount: bigint | null;
  reason: string;
  actorId: string;
}

/** What a refund did, in nano-dollars. `refunded` counts this refund too. */
export interface Refunded extends BookedJournal {
  userId: string;
  amount: bigint;
  charged: bigint;
  refunded: bigint;
  toPaid: bigint;
  toPromo: bigint;
  /** Promotional money whose time is over: it goes to breakage instead of a wallet nobody can spend from. */
  expired: bigint;
  fromPublisher: bigint;
}

function noSuchCall(): AppError {
  return new AppError('not_found', { message: 'There is no such call.', param: 'call_id' });
}

function nothingToRefund(why: 'This call is still running.' | 'This call was not charged.'): AppError {
  return new AppError('conflict', { message: `${why} There is nothing to refund.`, param: 'call_id' });
}

function tooMuch(call: CallCharge, asked: bigint): AppError {
  const left = call.charged - call.refunded;
  const nothing = `Nothing is left to refund: all of the ${formatUsd(call.charged)} USD that this call cost has been refunded.`;
  const less = `${formatUsd(asked)} USD cannot be refunded: the call cost ${formatUsd(call.charged)} USD, ${formatUsd(call.refunded)} USD of it are refunded, ${formatUsd(left)} USD are left.`;
  return new AppError('conflict', {
    message: left === 0n ? nothing : less,
    param: left === 0n ? 'call_id' : 'amount_usd',
    extra: {
      charged_usd: formatUsd(call.charged),
      refunded_usd: formatUsd(call.refunded),
      left_usd: formatUsd(left),
      needed_usd: formatUsd(asked),
    },
  });
}

/**
 * How much a refund of this size will move, and whose call it is. Throws AppError `not_found`, or `conflict` while the call is running: what
 * is asked for by the amount is then not known. Of one that has ended, later refunds can only make it less.
 */
export async function quoteRefund(
  db: Queryable,
  refund: { callId: string; amount: bigint | null },
): Promise<{ userId: string; amount: bigint }> {
  const call = await readCallCharge(db, refund.callId);
  if (!call) throw noSuchCall();
  if (call.end === null) throw nothingToRefund('This call is still running.');
  return { userId: call.userId, amount: refund.amount ?? call.charged - call.refunded };
}

const sumOf = (transfers: readonly BookedTransfer[], test: (transfer: BookedTransfer) => boolean) =>
  transfers.filter(test).reduce((sum, { amount }) => sum + amount, 0n);

/**
 * Books a refund of a call, `refund:{call}:{n}`: what the charge credited gives back at the charge's own split, to the wallets that paid.
 * Throws AppError `not_found`, or `conflict` (409) with the figures when nothing, or less, is left to refund.
 */
export async function bookRefund(tx: Queryable, refund: RefundInput): Promise<Refunded> {
  const { callId, reason, actorId } = refund;
  if ((await findCallOwner(tx, callId)) === undefined) throw noSuchCall();
  const breakage = await accountId(tx, 'revenue:breakage');
  // A call that ends after this has no lock: two refunds of it would take each other's number.
  if (!(await lockEndedCall(tx, callId))) throw nothingToRefund('This call is still running.');
  // Read after the lock was granted, in a statement of its own: what others refunded meanwhile is seen.
  const call = await readCallCharge(tx, callId);
  if (!call) throw noSuchCall();
  if (call.charged === 0n) throw nothingToRefund('This call was not charged.');
  const left = call.charged - call.refunded;
  const amount = refund.amount ?? left;
  if (amount > left || left === 0n) throw tooMuch(call, amount);
  const planned = planRefund(call, amount);
  const wallets = new Map(
    (
      await lockWallets(
        tx,
        planned.map(({ credit }) => credit),
      )
    ).map((wallet) => [wallet.accountId, wallet]),
  );
  const isExpired = ({ credit }: BookedTransfer) => wallets.get(credit)?.expired === true;
  const isPaid = ({ credit }: BookedTransfer) => wallets.get(credit)?.bucket === 'paid';
  const publishers = await accountIdsLike(
    tx,
    'payable:publisher:',
    planned.map(({ debit }) => debit),
  );
  const booked = await bookJournal(tx, {
    idemKey: `refund:${callId}:${call.refunds + 1}`,
    kind: 'refund',
    userId: call.userId,
    holdId: callId,
    details: { reason, actor: actorId },
    transfers: planned.map((transfer) => (isExpired(transfer) ? { ...transfer, credit: breakage } : transfer)),
  });
  const expired = sumOf(planned, isExpired);
  const toPaid = sumOf(planned, isPaid);
  return {
    ...booked,
    userId: call.userId,
    amount,
    charged: call.charged,
    refunded: call.refunded + amount,
    toPaid,
    toPromo: amount - toPaid - expired,
    expired,
    fromPublisher: sumOf(planned, ({ debit }) => publishers.has(debit)),
  };
}
