import { formatUsd } from '@q/contract/money';
import { AppError } from '../../lib/app-error.ts';
import { createBatcher } from '../../lib/batcher.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { type Available, availableOf } from './account-store.ts';
import { type Hold, type HoldRequest, InsufficientBalance, type Spendable } from './hold.ts';
import { readKeyDay, reserveKeyDay } from './hold-store.ts';
import { type NewHold, type Placed, placeHolds } from './place-holds-store.ts';
import type { Asset, HoldLine } from './settlement.ts';
import { splitBatch } from './split-batch.ts';

interface Deps {
  database: Database;
  clock: Clock;
  gatherMs: number;
}

const DAY_MS = 86_400_000;
const HOLDS_IN_ONE_STATEMENT_MAX = 256;
const LOOKS_IN_ONE_STATEMENT_MAX = 10_000;
/** How often a call is tried that does not fit and, when it is looked why, would. */
const ATTEMPTS_MAX = 10;

/** The error of a call that does not fit, with what is there and what is missing. */
function insufficient(request: HoldRequest, { available, held }: Available): AppError {
  const elsewhere = held > 0n ? ` ${formatUsd(held)} USD are held by your other calls.` : '';
  return new AppError('insufficient_balance', {
    message: `This call may cost up to ${formatUsd(request.amount)} USD; ${formatUsd(available)} USD are available.${elsewhere} Top up, lower max_tokens, or choose a cheaper model.`,
    extra: {
      available_usd: formatUsd(available),
      held_usd: formatUsd(held),
      needed_usd: formatUsd(request.amount),
    },
  });
}

function toNewHold(request: HoldRequest, limitDay: string | null): NewHold {
  const { id, userId, modelId, provider, price, payee, amount, apiKey } = request;
  return {
    id,
    userId,
    apiKeyId: apiKey?.id ?? null,
    limitDay,
    modelId,
    provider,
    priceVersionId: price.id,
    mode: price.mode,
    feeBps: price.mode === 'byok' ? (price.feeBps ?? 0) : null,
    payee,
    amount,
    tokens: request.tokensMax ?? null,
  };
}

function dailyLimitReached(deps: Deps, limit: bigint, amount: bigint): AppError {
  return new AppError('rate_limited', {
    message: `This API key may spend ${formatUsd(limit)} USD a day, and this call could pass that limit. The day ends at midnight UTC.`,
    retryAfterSeconds: Math.ceil((DAY_MS - (deps.clock.now() % DAY_MS)) / 1_000),
    extra: { daily_limit_usd: formatUsd(limit), needed_usd: formatUsd(amount) },
  });
}

/** What was set aside for a call: lines of one asset, and the day of its key when the key has a daily limit. */
interface Drawn {
  asset: Asset;
  lines: HoldLine[];
  day: string | null;
}

const inUsd = (lines: HoldLine[], day: string | null): Drawn => ({ asset: 'USD', lines, day });

/** A hold under a key's daily limit: the reservation and the hold stand or fall together. */
async function placeUnderKeyLimit(deps: Deps, hold: NewHold, key: { id: string; limit: bigint }): Promise<Placed> {
  return deps.database.transaction(async (tx) => {
    const day = await reserveKeyDay(tx, { apiKeyId: key.id, amount: hold.amount, limit: key.limit });
    if (day === null) throw dailyLimitReached(deps, key.limit, hold.amount);
    hold.limitDay = day;
    const [placed] = await placeHolds(tx, 'USD', [hold]);
    if (placed?.kind === 'has_free_tokens') throw new Error('the hold asked for money only');
    // Thrown, not returned, so that the key's reservation is rolled back with it.
    if (placed?.kind !== 'placed') throw new InsufficientBalance();
    return placed;
  });
}

function holdBatcher(deps: Deps) {
  return createBatcher<NewHold, Placed>({
    gatherMs: deps.gatherMs,
    run: (holds) => placeHolds(deps.database, 'USD', holds),
    itemsMax: HOLDS_IN_ONE_STATEMENT_MAX,
    splitAfter: (error, items) => splitBatch(error, items, (hold) => hold.userId),
  });
}

/** Looks what people have, for all who ask at the same moment at once: calls that nobody pays for are to keep no paid one waiting. */
function availableBatcher({ database, gatherMs }: Deps) {
  return createBatcher<string, Available>({
    gatherMs,
    async run(userIds) {
      const found = await availableOf(database, [...new Set(userIds)]);
      return userIds.map((userId) => found.get(userId) ?? { available: 0n, held: 0n });
    },
    itemsMax: LOOKS_IN_ONE_STATEMENT_MAX,
    splitAfter: () => [],
  });
}

/** Places holds: those of the same moment in one statement, those under a key's daily limit one by one. */
export function createHolds(deps: Deps) {
  const batcher = holdBatcher(deps);
  const looks = availableBatcher(deps);

  /** Asks again while only the holds before this one in its batch were in the way. */
  async function placeInBatch(hold: NewHold): Promise<Placed> {
    for (;;) {
      const placed = await batcher.add(hold);
      if (placed.kind !== 'short' || placed.left < hold.amount) return placed;
    }
  }

  async function drawMoney(request: HoldRequest): Promise<Drawn | null> {
    const limit = request.apiKey?.dailyLimitNano ?? null;
    const hold = { ...toNewHold(request, null), tokens: null };
    if (!request.apiKey || limit === null) {
      const placed = await placeInBatch(hold);
      return placed.kind === 'placed' ? inUsd(placed.lines, null) : null;
    }
    try {
      const placed = await placeUnderKeyLimit(deps, hold, { id: request.apiKey.id, limit });
      return placed.kind === 'placed' ? inUsd(placed.lines, hold.limitDay) : null;
    } catch (error) {
      if (error instanceof InsufficientBalance) return null;
      throw error;
    }
  }

  async function drawFreeTokens(request: HoldRequest, tokens: bigint): Promise<Drawn | null> {
    const [placed] = await placeHolds(deps.database, 'FREE_TOKEN', [
      { ...toNewHold(request, null), amount: tokens, tokens: null },
    ]);
    return placed?.kind === 'placed' ? { asset: 'FREE_TOKEN', lines: placed.lines, day: null } : null;
  }

  /** Free tokens first, when the person has enough of them for the whole call; then money. */
  async function draw(request: HoldRequest): Promise<Drawn | null> {
    const tokens = request.tokensMax ?? null;
    const limited = request.apiKey !== null && request.apiKey.dailyLimitNano !== null;
    if (tokens === null || limited) {
      const free = tokens === null ? null : await drawFreeTokens(request, tokens);
      return free ?? drawMoney(request);
    }
    const placed = await placeInBatch(toNewHold(request, null));
    if (placed.kind === 'placed') return inUsd(placed.lines, null);
    if (placed.kind === 'short') return null;
    return (await drawFreeTokens(request, tokens)) ?? drawMoney(request);
  }

  return {
    /**
     * Sets money aside before a call goes upstream.
     * Throws AppError `insufficient_balance` (402) or, for a key's daily limit, `rate_limited` (429); nothing is held then.
     */
    async open(request: HoldRequest): Promise<Hold> {
      let drawn = await draw(request);
      for (let attempt = 1; drawn === null; attempt += 1) {
        const left = await looks.add(request.userId);
        // Others have ended meanwhile, and it would fit by now.
        if (attempt >= ATTEMPTS_MAX || left.available < request.amount) throw insufficient(request, left);
        drawn = await draw(request);
      }
      const { id, userId, modelId, provider, price, payee, apiKey } = request;
      return {
        id,
        userId,
        apiKeyId: apiKey?.id ?? null,
        modelId,
        provider,
        price,
        payee,
        asset: drawn.asset,
        lines: drawn.lines,
        startedAt: new Date(deps.clock.now()),
        apiKeyDay: apiKey && drawn.day !== null ? { apiKeyId: apiKey.id, day: drawn.day } : null,
        dailyLimitNano: apiKey?.dailyLimitNano ?? null,
        delivered: null,
        lost: false,
        shortOf: null,
        inDoubt: false,
      };
    },
    /** What a caller can still set aside. */
    async spendable({ userId, apiKey }: Pick<HoldRequest, 'userId' | 'apiKey'>): Promise<Spendable> {
      const limit = apiKey?.dailyLimitNano ?? null;
      const [{ available: balance }, used] = await Promise.all([
        looks.add(userId),
        apiKey && limit !== null ? readKeyDay(deps.database, apiKey.id) : 0n,
      ]);
      // A limit that was lowered can have been passed already.
      return { balance, keyLimit: limit === null ? null : limit > used ? limit - used : 0n };
    },
  };
}
