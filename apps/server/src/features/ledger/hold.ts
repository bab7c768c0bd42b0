import type { Usage } from '@q/providers/spec/usage';
import type { PriceVersion } from '../catalog/price.ts';
import type { Asset, HoldLine } from './settlement.ts';

/** What there was not enough of: the wallets, or the daily limit of the API key. */
export type ShortOf = 'balance' | 'key_limit';

/** Money (or free tokens) set aside for one call. `delivered` is what a checkpoint stores; `lost` tells that somebody else has ended the hold. */
export interface Hold {
  id: string;
  userId: string;
  apiKeyId: string | null;
  modelId: string;
  provider: string;
  price: PriceVersion;
  payee: string;
  /** What the lines count. */
  asset: Asset;
  lines: HoldLine[];
  startedAt: Date;
  apiKeyDay: { apiKeyId: string; day: string } | null;
  dailyLimitNano: bigint | null;
  delivered: Usage | null;
  lost: boolean;
  /** Why it could not grow the last time it was refused. */
  shortOf: ShortOf | null;
  /** True while it is not known whether the last extension stands: its acknowledgement was lost, and `lines` may lack it. */
  inDoubt: boolean;
}

/** What a hold is asked for. Amounts in nano-dollars. */
export interface HoldRequest {
  /** The id of the call. */
  id: string;
  userId: string;
  apiKey: { id: string; dailyLimitNano: bigint | null } | null;
  modelId: string;
  provider: string;
  price: PriceVersion;
  payee: string;
  amount: bigint;
  /** The most tokens the call can use: a person who has so many free ones pays with them. Null: money only. */
  tokensMax?: bigint | null;
}

/** What a caller can still set aside for a call, in nano-dollars. */
export interface Spendable {
  balance: bigint;
  /** What is left today of the API key's daily limit; null where there is none. */
  keyLimit: bigint | null;
}

/** The most that one call can set aside, and what keeps it from more. */
export function mostSpendable({ balance, keyLimit }: Spendable): { nano: bigint; shortOf: ShortOf } {
  return keyLimit !== null && keyLimit < balance
    ? { nano: keyLimit, shortOf: 'key_limit' }
    : { nano: balance, shortOf: 'balance' };
}

/** By how much a hold grows: nano-dollars, or the tokens they stand for when the call runs on free tokens. */
export interface Extension {
  nano: bigint;
  tokens: bigint;
}

/** Ends a transaction whose wallets cannot bear the amount; never leaves the placing and growing of holds. */
export class InsufficientBalance extends Error {}

/** The sum a hold sets aside, in the unit of its asset. */
export function heldAmount(hold: Pick<Hold, 'lines'>): bigint {
  return hold.lines.reduce((sum, line) => sum + line.amount, 0n);
}
