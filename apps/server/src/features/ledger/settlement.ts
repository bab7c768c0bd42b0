import type { PriceVersion } from '../catalog/price.ts';
import { commissionOf } from './charge.ts';

/** A part of a hold: an amount of nano-dollars set aside in one wallet. */
export interface HoldLine {
  seq: number;
  accountId: bigint;
  amount: bigint;
}

/** What one wallet gives up (`charge`) and gets back into its free balance (`release` is the whole hold of the line). */
export interface WalletChange {
  accountId: bigint;
  charge: bigint;
  release: bigint;
}

/** A transfer whose wallet is known by id and whose other side by account code. */
interface PlannedTransfer {
  debit: string | bigint;
  credit: string | bigint;
  amount: bigint;
}

/** Everything that settling a call writes, computed without any I/O. */
export interface SettlementPlan {
  charged: bigint;
  overrun: bigint;
  wallets: WalletChange[];
  transfers: PlannedTransfer[];
}

/** Spreads `charged` over the lines in their order and sums the changes for each wallet. */
function changesOf(lines: readonly HoldLine[], charged: bigint): WalletChange[] {
  const changes = new Map<bigint, WalletChange>();
  let left = charged;
  for (const line of [...lines].sort((a, b) => a.seq - b.seq)) {
    const charge = left < line.amount ? left : line.amount;
    left -= charge;
    const change = changes.get(line.accountId) ?? { accountId: line.accountId, charge: 0n, release: 0n };
    change.charge += charge;
    change.release += line.amount;
    changes.set(line.accountId, change);
  }
  return [...changes.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

/** Splits each wallet's charge between the platform's commission (paid first) and the publisher. */
function publisherTransfers(wallets: readonly WalletChange[], commission: bigint, payee: string): PlannedTransfer[] {
  let commissionLeft = commission;
  return wallets.flatMap((wallet) => {
    const toPlatform = commissionLeft < wallet.charge ? commissionLeft : wallet.charge;
    commissionLeft -= toPlatform;
    return [
      { debit: wallet.accountId, credit: 'revenue:commission', amount: toPlatform },
      { debit: wallet.accountId, credit: `payable:publisher:${payee}`, amount: wallet.charge - toPlatform },
    ];
  });
}

function transfersOf(
  input: SettlementInput,
  wallets: readonly WalletChange[],
  amounts: { charged: bigint; overrun: bigint },
): PlannedTransfer[] {
  const { price, payee, cost } = input;
  if (price.mode === 'publisher')
    return publisherTransfers(wallets, commissionOf(amounts.charged, price.commissionBps), payee);
  const revenue = price.mode === 'byok' ? 'revenue:byok_fee' : 'revenue:resale';
  const fromWallets = wallets.map((wallet) => ({ debit: wallet.accountId, credit: revenue, amount: wallet.charge }));
  if (price.mode !== 'resale') return fromWallets;
  return [
    ...fromWallets,
    { debit: 'expense:overrun', credit: revenue, amount: amounts.overrun },
    { debit: 'expense:provider_cost', credit: `payable:provider:${payee}`, amount: cost },
  ];
}

interface SettlementInput {
  price: PriceVersion;
  /** The publisher or provider that is owed its share. */
  payee: string;
  lines: readonly HoldLine[];
  gross: bigint;
  /** What the provider asks, for resale; ignored in other modes. */
  cost: bigint;
}

/**
 * Plans the settlement of a call: the wallets are charged `gross`, but never more than was held; what is above is the platform's overrun.
 * Resale: wallet → resale (gross), provider_cost → payable:provider (cost). Publisher: wallet → commission (⌊30 %⌋) and → payable:publisher (rest).
 */
export function planSettlement(input: SettlementInput): SettlementPlan {
  const held = input.lines.reduce((sum, line) => sum + line.amount, 0n);
  const charged = input.gross < held ? input.gross : held;
  const overrun = input.gross - charged;
  const wallets = changesOf(input.lines, charged);
  const transfers = transfersOf(input, wallets, { charged, overrun }).filter((transfer) => transfer.amount > 0n);
  return { charged, overrun, wallets, transfers };
}
