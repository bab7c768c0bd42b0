import type { Database, Queryable } from '../../platform/database/database.ts';
import { type Extension, type Hold, heldAmount, InsufficientBalance } from './hold.ts';
import { extendHold, type HoldTerms, readLines, redirectHold, reserveKeyDay } from './hold-store.ts';
import type { HoldLine } from './settlement.ts';

const inAssetOf = (hold: Hold, { nano, tokens }: Extension): bigint => (hold.asset === 'USD' ? nano : tokens);

/** Adds `amount` to what a hold draws on, in the caller's transaction. */
async function drawMore(db: Queryable, hold: Hold, amount: bigint): Promise<HoldLine[]> {
  if (hold.apiKeyDay && hold.dailyLimitNano !== null) {
    const day = await reserveKeyDay(db, { ...hold.apiKeyDay, amount, limit: hold.dailyLimitNano });
    if (day === null) {
      hold.shortOf = 'key_limit';
      throw new InsufficientBalance();
    }
  }
  const afterSeq = hold.lines.reduce((max, line) => Math.max(max, line.seq), 0);
  const result = await extendHold(db, { holdId: hold.id, userId: hold.userId, asset: hold.asset, amount, afterSeq });
  if (!result.open) hold.lost = true;
  if (result.lines.length === 0) {
    hold.shortOf = 'balance';
    throw new InsufficientBalance();
  }
  return result.lines;
}

/** Lets open holds grow, and gives them to another provider. */
export function createHoldGrowth(deps: { database: Database }) {
  /** Reads again what a hold draws on, if that is in doubt; to be done before anything that counts on it. */
  async function settleDoubt(hold: Hold): Promise<void> {
    if (!hold.inDoubt) return;
    hold.lines = await deps.database.transaction((tx) => readLines(tx, hold.id));
    hold.inDoubt = false;
  }

  /** Draws more for an open hold, and what else has to stand or fall with it, in one transaction. */
  async function grow(hold: Hold, amount: bigint, also?: (tx: Queryable) => Promise<void>): Promise<boolean> {
    await settleDoubt(hold);
    try {
      // A refused extension may have drawn nothing but locked rows, or reserved the key's day: one transaction undoes both.
      const lines = await deps.database.transaction(async (tx) => {
        const drawn = amount > 0n ? await drawMore(tx, hold, amount) : [];
        await also?.(tx);
        return drawn;
      });
      hold.lines.push(...lines);
      return true;
    } catch (error) {
      if (error instanceof InsufficientBalance) return false;
      hold.inDoubt = true;
      throw error;
    }
  }

  return {
    settleDoubt,
    /** Adds to a hold while its answer streams. False when the wallets (or the key's limit) cannot bear it: nothing changed then. */
    extend: (hold: Hold, more: Extension): Promise<boolean> => grow(hold, inAssetOf(hold, more)),
    /**
     * Gives a hold whose call has brought nothing yet to somebody else, at another price; it grows to `needed` when it is smaller.
     * False when the wallets (or the key's limit) cannot bear that: nothing changed then.
     */
    async redirect(hold: Hold, terms: HoldTerms, needed: Extension): Promise<boolean> {
      const redirected = await grow(hold, inAssetOf(hold, needed) - heldAmount(hold), async (tx) => {
        if (await redirectHold(tx, hold.id, terms)) return;
        hold.lost = true;
        throw new InsufficientBalance();
      });
      if (redirected) Object.assign(hold, terms);
      return redirected;
    },
  };
}
