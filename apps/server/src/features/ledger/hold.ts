import { formatUsd } from '@q/contract/money';
import type { Usage } from '@q/providers/spec/usage';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';
import { walletTotals } from './account-store.ts';
import { extendHold, placeHold, reserveKeyDay } from './hold-store.ts';
import type { HoldLine } from './settlement.ts';

/** Money set aside for one call. `delivered` is what a checkpoint stores; `lost` tells that somebody else has ended the hold. */
export interface Hold {
  id: string;
  userId: string;
  price: PriceVersion;
  payee: string;
  lines: HoldLine[];
  apiKeyDay: { apiKeyId: string; day: string } | null;
  dailyLimitNano: bigint | null;
  delivered: Usage | null;
  lost: boolean;
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
}

interface Deps {
  database: Database;
  clock: Clock;
}

const DAY_MS = 86_400_000;

/** Ends a transaction whose wallets cannot bear the amount; never leaves this file. */
class InsufficientBalance extends Error {}

/** The sum a hold sets aside, in nano-dollars. */
export function heldAmount(hold: Hold): bigint {
  return hold.lines.reduce((sum, line) => sum + line.amount, 0n);
}

async function refuse(deps: Deps, request: HoldRequest): Promise<never> {
  const totals = await walletTotals(deps.database, request.userId);
  const available = totals.posted - totals.held;
  const elsewhere = totals.held > 0n ? ` ${formatUsd(totals.held)} USD are held by your other calls.` : '';
  throw new AppError('insufficient_balance', {
    message: `This call may cost up to ${formatUsd(request.amount)} USD; ${formatUsd(available)} USD are available.${elsewhere} Top up, lower max_tokens, or choose a cheaper model.`,
    extra: {
      available_usd: formatUsd(available),
      held_usd: formatUsd(totals.held),
      needed_usd: formatUsd(request.amount),
    },
  });
}

function place(db: Queryable, request: HoldRequest, limitDay: string | null): Promise<HoldLine[] | null> {
  const { id, userId, modelId, provider, price, payee, amount, apiKey } = request;
  return placeHold(db, {
    id,
    userId,
    apiKeyId: apiKey?.id ?? null,
    limitDay,
    modelId,
    provider,
    priceVersionId: price.id,
    payee,
    amount,
  });
}

function dailyLimitReached(deps: Deps, limit: bigint, amount: bigint): AppError {
  return new AppError('rate_limited', {
    message: `This API key may spend ${formatUsd(limit)} USD a day, and this call could pass that limit. The day ends at midnight UTC.`,
    retryAfterSeconds: Math.ceil((DAY_MS - (deps.clock.now() % DAY_MS)) / 1_000),
    extra: { daily_limit_usd: formatUsd(limit), needed_usd: formatUsd(amount) },
  });
}

async function placeUnderKeyLimit(deps: Deps, request: HoldRequest, key: { id: string; limit: bigint }) {
  return deps.database.transaction(async (tx) => {
    const day = await reserveKeyDay(tx, { apiKeyId: key.id, amount: request.amount, limit: key.limit });
    if (day === null) throw dailyLimitReached(deps, key.limit, request.amount);
    const lines = await place(tx, request, day);
    // Thrown, not returned, so that the key's reservation is rolled back with it.
    if (lines === null) throw new InsufficientBalance();
    return { lines, day };
  });
}

async function placeAny(deps: Deps, request: HoldRequest): Promise<{ lines: HoldLine[]; day: string | null } | null> {
  const limit = request.apiKey?.dailyLimitNano ?? null;
  if (!request.apiKey || limit === null) {
    const lines = await place(deps.database, request, null);
    return lines && { lines, day: null };
  }
  try {
    return await placeUnderKeyLimit(deps, request, { id: request.apiKey.id, limit });
  } catch (error) {
    if (error instanceof InsufficientBalance) return null;
    throw error;
  }
}

/**
 * Sets money aside before a call goes upstream.
 * Throws AppError `insufficient_balance` (402) or, for a key's daily limit, `rate_limited` (429); nothing is held then.
 */
export async function openHold(deps: Deps, request: HoldRequest): Promise<Hold> {
  const placed = await placeAny(deps, request);
  if (placed === null) return refuse(deps, request);
  return {
    id: request.id,
    userId: request.userId,
    price: request.price,
    payee: request.payee,
    lines: placed.lines,
    apiKeyDay: request.apiKey && placed.day !== null ? { apiKeyId: request.apiKey.id, day: placed.day } : null,
    dailyLimitNano: request.apiKey?.dailyLimitNano ?? null,
    delivered: null,
    lost: false,
  };
}

async function drawMore(db: Queryable, hold: Hold, amount: bigint): Promise<HoldLine[]> {
  if (hold.apiKeyDay && hold.dailyLimitNano !== null) {
    const day = await reserveKeyDay(db, { apiKeyId: hold.apiKeyDay.apiKeyId, amount, limit: hold.dailyLimitNano });
    // Past midnight the reservation would land on another day than the hold's: refuse rather than unbalance the two.
    if (day !== hold.apiKeyDay.day) throw new InsufficientBalance();
  }
  const afterSeq = hold.lines.reduce((max, line) => Math.max(max, line.seq), 0);
  const result = await extendHold(db, { holdId: hold.id, userId: hold.userId, amount, afterSeq });
  if (!result.open) hold.lost = true;
  if (result.lines.length === 0) throw new InsufficientBalance();
  return result.lines;
}

/** Adds `amount` to a hold while its answer streams. False when the wallets (or the key's limit) cannot bear it: nothing changed then. */
export async function extendHoldBy(deps: Deps, hold: Hold, amount: bigint): Promise<boolean> {
  try {
    // A refused extension may have drawn nothing but locked rows, or reserved the key's day: one transaction undoes both.
    const lines = await deps.database.transaction((tx) => drawMore(tx, hold, amount));
    hold.lines.push(...lines);
    return true;
  } catch (error) {
    if (error instanceof InsufficientBalance) return false;
    throw error;
  }
}
