import { createLedger } from '../../apps/server/src/features/ledger/service.ts';
import { checkBalances, checkLedger } from '../../apps/server/src/features/ledger/verify.ts';
import { systemClock } from '../../apps/server/src/lib/clock.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import { createLogger } from '../../apps/server/src/platform/telemetry/logger.ts';
import type { Table } from '../lib/table.ts';
import { openBenchDatabase } from './bench-database.ts';

const WALLETS = 2_000;
const CALLS_AT_ONCE = 512;
const TRANSFERS_PER_CALL = 2;
const BALANCES_LIMIT_MS = 120_000;
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };
const END = { usage: USAGE, usageSource: 'provider' as const, reason: 'completed', attempts: [] };

type Bench = Awaited<ReturnType<typeof openBenchDatabase>>;

/** Books calls through the ledger itself, receipts and all. */
async function fill(bench: Bench, calls: number): Promise<void> {
  const ledger = createLedger({ database: bench.database, clock: systemClock, logger: createLogger('warn') });
  let begun = 0;
  const worker = async () => {
    while (begun < calls) {
      const userId = bench.userIds[begun % bench.userIds.length] ?? '';
      begun += 1;
      const call = {
        id: newId('req'),
        userId,
        apiKey: null,
        modelId: 'bench/model',
        provider: 'bench',
        payee: 'bench',
      };
      const hold = await ledger.hold({ ...call, price: bench.price, amount: 2_000_000n });
      await ledger.settle(hold, END);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
  ledger.close();
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { seconds: (performance.now() - startedAt) / 1_000, value };
}

/** How long the whole check of the books takes for `transfers` transfers, and the short one of the start. */
export async function benchVerify(options: { transfers: number; say: (line: string) => void }) {
  const bench = await openBenchDatabase(WALLETS);
  try {
    options.say(`booking ${options.transfers} transfers`);
    const filled = await timed(() => fill(bench, Math.ceil((options.transfers - WALLETS) / TRANSFERS_PER_CALL)));
    options.say('checking them');
    const whole = await timed(() => checkLedger(bench.database));
    const short = await timed(() => checkBalances(bench.database, BALANCES_LIMIT_MS));
    // The wallets of the bench were opened without top-ups: the only rule it may break.
    const broken = whole.value.invariants.filter(({ ok }) => !ok);
    const table: Table = {
      title: 'Checking the books',
      note: 'A whole check of 1,000,000 transfers is to take less than 60 s.',
      columns: ['transfers', 'booked in', 'whole check (I1–I14)', 'balances only'],
      rows: [
        [
          String(whole.value.checked),
          `${filled.seconds.toFixed(0)} s`,
          `${whole.seconds.toFixed(1)} s`,
          `${short.seconds.toFixed(1)} s`,
        ],
      ],
    };
    const faults = broken.map(({ id, detail }) => `the books broke ${id}: ${detail}`);
    return { tables: [table], facts: { PostgreSQL: bench.version }, faults };
  } finally {
    await bench.close();
  }
}
