import type { PriceVersion } from '../catalog/price.ts';
import { commissionOf } from './charge.ts';

/** What the wallets of a hold count: nano-dollars, or free tokens. A hold never mixes the two. */
export type Asset = 'USD' | 'FREE_TOKEN';

/** A part of a hold: an amount set aside in one wallet, in that wallet's own unit. */
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

/** Everything that settling a call writes, computed without any I/O. Amounts in nano-dollars. */
export interface SettlementPlan {
  /** What the wallets pay. */
  charged: bigint;
  /** What the usage came to above the hold: the platform's loss. */
  overrun: bigint;
  /** What free tokens paid for: the platform's expense. */
  subsidy: bigint;
  wallets: WalletChange[];
  transfers: PlannedTransfer[];
}

/** Who pays a part of a call. */
interface Payer {
  debit: string | bigint;
  amount: bigint;
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

/** Splits each payer's part between the platform's commission (paid first) and the publisher. */
function publisherTransfers(payers: readonly Payer[], commission: bigint, payee: string): PlannedTransfer[] {
  let commissionLeft = commission;
  return payers.flatMap(({ debit, amount }) => {
    const toPlatform = commissionLeft < amount ? commissionLeft : amount;
    commissionLeft -= toPlatform;
    return [
      { debit, credit: 'revenue:commission', amount: toPlatform },
      { debit, credit: `payable:publisher:${payee}`, amount: amount - toPlatform },
    ];
  });
}

interface SettlementInput {
  price: PriceVersion;
  /** The publisher or provider that is owed its share. */
  payee: string;
  /** What the lines count. */
  asset: Asset;
  lines: readonly HoldLine[];
  gross: bigint;
  /** What the provider asks, for resale; ignored in other modes. */
  cost: bigint;
  /** Tokens used, for a hold of free tokens. */
  tokens: bigint;
}

function transfersOf(input: SettlementInput, payers: readonly Payer[], overrun: bigint): PlannedTransfer[] {
  const { price, payee, cost } = input;
  const paid = payers.reduce((sum, payer) => sum + payer.amount, 0n);
  if (price.mode === 'publisher') return publisherTransfers(payers, commissionOf(paid, price.commissionBps), payee);
  const revenue = price.mode === 'byok' ? 'revenue:byok_fee' : 'revenue:resale';
  const fromPayers = payers.map(({ debit, amount }) => ({ debit, credit: revenue, amount }));
  if (price.mode !== 'resale') return fromPayers;
  return [
    ...fromPayers,
    { debit: 'expense:overrun', credit: revenue, amount: overrun },
    { debit: 'expense:provider_cost', credit: `payable:provider:${payee}`, amount: cost },
  ];
}

/** A call on free tokens: the wallets give tokens, and the platform pays the whole price in their stead. */
function planFreeTokens(input: SettlementInput): SettlementPlan {
  const held = input.lines.reduce((sum, line) => sum + line.amount, 0n);
  const wallets = changesOf(input.lines, input.tokens < held ? input.tokens : held);
  const used = wallets.map(({ accountId, charge }) => ({ debit: accountId, credit: 'tokens:used', amount: charge }));
  const money = transfersOf(input, [{ debit: 'expense:free_tokens', amount: input.gross }], 0n);
  const transfers = [...used, ...money].filter((transfer) => transfer.amount > 0n);
  return { charged: 0n, overrun: 0n, subsidy: input.gross, wallets, transfers };
}

/**
 * Plans the settlement of a call: the wallets are charged `gross`, but never more than was held; what is above is the platform's overrun.
 * Resale: wallet → resale (gross), provider_cost → payable:provider (cost). Publisher: wallet → commission (⌊30 %⌋) and → payable:publisher (rest).
 * Own key: wallet → byok_fee. Free tokens: wallet → tokens:used, and expense:free_tokens pays what a wallet would have paid.
 */
export function planSettlement(input: SettlementInput): SettlementPlan {
  if (input.asset === 'FREE_TOKEN') return planFreeTokens(input);
  const held = input.lines.reduce((sum, line) => sum + line.amount, 0n);
  const charged = input.gross < held ? input.gross : held;
  const overrun = input.gross - charged;
  const wallets = changesOf(input.lines, charged);
  const payers = wallets.map(({ accountId, charge }) => ({ debit: accountId, amount: charge }));
  const transfers = transfersOf(input, payers, overrun).filter((transfer) => transfer.amount > 0n);
  return { charged, overrun, subsidy: 0n, wallets, transfers };
}

/** What ending a hold without a charge gives back to its wallets. */
export function releaseOf(lines: readonly HoldLine[]): WalletChange[] {
  return changesOf(lines, 0n);
}
