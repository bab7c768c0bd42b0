import type { PriceVersion } from '../../apps/server/src/features/catalog/price.ts';
import type { Hold } from '../../apps/server/src/features/ledger/hold.ts';
import { placeHolds } from '../../apps/server/src/features/ledger/place-holds-store.ts';
import { createReceiptChain } from '../../apps/server/src/features/ledger/receipt-chain.ts';
import { createAccountCache, planSettle, writeEnds } from '../../apps/server/src/features/ledger/resolve.ts';
import { systemClock } from '../../apps/server/src/lib/clock.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import type { openBenchDatabase } from './bench-database.ts';

const CALLS_IN_ONE_STATEMENT = 1_000;
const WRITERS = 4;
const HELD_NANO = 2_000_000n;
const ATTEMPTS = [{ provider: 'bench', outcome: 'completed', upstreamRequestId: 'chatcmpl-bench' }];

/** Known before the first batch, which would ask for them a thousand times at once. */
const ACCOUNTS = [
  ...['revenue:resale', 'revenue:commission', 'expense:provider_cost', 'expense:overrun'],
  ...['payable:provider:bench', 'payable:publisher:bench'],
];

type Bench = Awaited<ReturnType<typeof openBenchDatabase>>;
type Charge = Omit<Hold, 'dailyLimitNano' | 'delivered' | 'lost' | 'shortOf' | 'inDoubt'>;

async function publisherPrice({ database, price }: Bench): Promise<PriceVersion> {
  const [row] = await database.query<{ id: bigint; valid_from: Date }>(
    `INSERT INTO price_versions (model_id, mode, commission_bps, unit, cost_input, cost_cached_input, cost_cache_write, cost_output, cost_image,
       list_input, list_cached_input, list_cache_write, list_output, list_image, valid_from, source)
     SELECT model_id, 'publisher', commission_bps, unit, cost_input, cost_cached_input, cost_cache_write, cost_output, cost_image,
       list_input, list_cached_input, list_cache_write, list_output, list_image, clock_timestamp(), source FROM price_versions WHERE id = $1
     RETURNING id, valid_from`,
    [price.id],
  );
  if (!row) throw new Error('no price version');
  return { ...price, id: row.id, mode: 'publisher', validFrom: row.valid_from };
}

/** Call number `n` of a writer: every third sells a publisher's model, no two have the same usage. */
function callOf(n: number, userIds: readonly string[], prices: readonly PriceVersion[]) {
  const price = prices[n % 3 === 0 ? 1 : 0];
  const userId = userIds[n % userIds.length];
  if (price === undefined || userId === undefined) throw new Error('no price or nobody to pay');
  const common = {
    id: newId('req'),
    userId,
    apiKeyId: null,
    modelId: price.modelId,
    provider: 'bench',
    payee: 'bench',
  };
  const usage = {
    ...{ inputTokens: 200 + (n % 400), cachedInputTokens: n % 100, cacheWriteTokens: 0 },
    ...{ outputTokens: 100 + (n % 333), reasoningTokens: 0 },
  };
  return { ...common, price, usage };
}

/**
 * Books `calls` calls as the ledger books them, receipts and chains and all, only more of them in one statement than there would be.
 * Each writer has people of its own, so that none waits for another.
 */
export async function fillBooks(bench: Bench, calls: number): Promise<void> {
  const { database } = bench;
  const prices = [bench.price, await publisherPrice(bench)];
  const accounts = createAccountCache(database);
  await accounts(ACCOUNTS);

  async function book(batch: ReturnType<typeof callOf>[], chain: ReturnType<typeof createReceiptChain>): Promise<void> {
    const holds = batch.map(({ price, usage: _, ...call }) => ({
      ...{ ...call, limitDay: null, priceVersionId: price.id, mode: price.mode },
      ...{ feeBps: null, amount: HELD_NANO, tokens: null },
    }));
    const placed = await placeHolds(database, 'USD', holds);
    const ends = batch.map(async ({ usage, ...call }, index) => {
      const drawn = placed[index];
      if (drawn?.kind !== 'placed') throw new Error('somebody of the bench has no money left');
      const hold: Charge = { ...call, asset: 'USD', lines: drawn.lines, startedAt: new Date(), apiKeyDay: null };
      const end = { usage, usageSource: 'provider' as const, reason: 'completed', attempts: ATTEMPTS };
      return planSettle({ accounts, clock: systemClock }, hold, end);
    });
    await writeEnds(database, chain, await Promise.all(ends));
  }

  async function writer(index: number): Promise<void> {
    const chain = createReceiptChain();
    const mine = bench.userIds.filter((_, n) => n % WRITERS === index);
    const share = Math.ceil(calls / WRITERS);
    for (let done = 0; done < share; done += CALLS_IN_ONE_STATEMENT) {
      const size = Math.min(CALLS_IN_ONE_STATEMENT, share - done);
      await book(
        Array.from({ length: size }, (_, n) => callOf(done + n, mine, prices)),
        chain,
      );
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
}
