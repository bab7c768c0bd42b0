import type { BookedTransfer } from './journal-store.ts';

/** An account by id with an amount in nano-dollars. */
interface Part {
  accountId: bigint;
  amount: bigint;
}

/** What the books say of a charged call, in nano-dollars. */
export interface RefundableCharge {
  /** What the wallets paid. */
  charged: bigint;
  /** What has been refunded before. */
  refunded: bigint;
  /** What was set aside, in the order in which it was charged. */
  lines: readonly Part[];
  /** Who was credited by the wallets, and how much: together `charged`. The house first, so that roundings are in the publisher's favour. */
  earned: readonly Part[];
}

/** A call that had cost only `cost`: who would have paid, the lines being used up in their order. */
function paidAt(charge: RefundableCharge, cost: bigint): Map<bigint, bigint> {
  const paid = new Map<bigint, bigint>();
  let left = cost;
  for (const { accountId, amount } of charge.lines) {
    const part = left < amount ? left : amount;
    left -= part;
    paid.set(accountId, (paid.get(accountId) ?? 0n) + part);
  }
  return paid;
}

/**
 * A call that had cost only `cost`: who would have earned, at the split of the charge. Each part is cut from what the parts before it
 * left, so that no part ever grows when the cost shrinks, whatever the roundings, and all of them sum up to the cost.
 */
function earnedAt(charge: RefundableCharge, cost: bigint): Map<bigint, bigint> {
  const earned = new Map<bigint, bigint>();
  let left = cost;
  let whole = charge.charged;
  for (const { accountId, amount } of charge.earned) {
    const part = whole === 0n ? 0n : (left * amount) / whole;
    earned.set(accountId, (earned.get(accountId) ?? 0n) + part);
    left -= part;
    whole -= amount;
  }
  return earned;
}

function difference(before: Map<bigint, bigint>, after: Map<bigint, bigint>): Part[] {
  return [...before].map(([accountId, amount]) => ({ accountId, amount: amount - (after.get(accountId) ?? 0n) }));
}

/** Joins two lists of equal sums into transfers, laying them end to end. */
function transfersBetween(debits: readonly Part[], credits: readonly Part[]): BookedTransfer[] {
  const transfers: BookedTransfer[] = [];
  const open = credits.map((part) => ({ ...part }));
  for (const debit of debits) {
    let left = debit.amount;
    for (const credit of open) {
      const amount = left < credit.amount ? left : credit.amount;
      if (amount === 0n) continue;
      transfers.push({ debit: debit.accountId, credit: credit.accountId, amount });
      credit.amount -= amount;
      left -= amount;
    }
  }
  return transfers;
}

/**
 * Plans a refund of `amount` nano-dollars: the books are put as if the call had cost so much less. What was charged last goes back first
 * (paid money before promotional money), and who earned gives back at the charge's own split; over all refunds each gives back exactly
 * what it got. Provider cost stays: the provider is owed it all the same. Throws a RangeError for more than is left, or not above zero.
 */
export function planRefund(charge: RefundableCharge, amount: bigint): BookedTransfer[] {
  const before = charge.charged - charge.refunded;
  const after = before - amount;
  if (amount <= 0n || after < 0n) throw new RangeError('A refund is above zero and at most what is left.');
  const debits = difference(earnedAt(charge, before), earnedAt(charge, after));
  const credits = difference(paidAt(charge, before), paidAt(charge, after));
  return transfersBetween(debits, credits);
}
