import { databaseNow } from '../../apps/server/src/features/ledger/digest-store.ts';
import { closeDays } from '../../apps/server/src/features/ledger/digests.ts';
import { createSigner } from '../../apps/server/src/features/ledger/receipt-signature.ts';
import { checkBalances, checkLedger } from '../../apps/server/src/features/ledger/verify.ts';
import type { Table } from '../lib/table.ts';
import { openBenchDatabase } from './bench-database.ts';
import { fillBooks } from './filled-books.ts';

const WALLETS = 2_000;
const TRANSFERS_PER_CALL = 2;
const BALANCES_LIMIT_MS = 120_000;
const DAY_MS = 86_400_000;

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { seconds: (performance.now() - startedAt) / 1_000, value };
}

/**
 * How long the whole check of the books takes for `transfers` transfers: on a database that was never analyzed, and on one that was; and
 * the short check of the start.
 */
export async function benchVerify(options: { transfers: number; say: (line: string) => void }) {
  const bench = await openBenchDatabase(WALLETS);
  const { database } = bench;
  try {
    const signer = createSigner(new Uint8Array(32));
    options.say(`booking ${options.transfers} transfers`);
    const calls = Math.ceil((options.transfers - WALLETS) / TRANSFERS_PER_CALL);
    const filled = await timed(() => fillBooks(bench, calls));
    options.say('closing the day');
    const closed = await timed(async () => closeDays(database, signer, (await databaseNow(database)) + DAY_MS));
    options.say('checking');
    const whole = await timed(() => checkLedger(database, [signer.key]));
    const short = await timed(() => checkBalances(database, BALANCES_LIMIT_MS));
    await database.query('ANALYZE');
    const analyzed = await timed(() => checkLedger(database, [signer.key]));
    const broken = [...whole.value.invariants, ...analyzed.value.invariants].filter(({ ok }) => !ok);
    const seconds = ({ seconds: taken }: { seconds: number }) => `${taken.toFixed(1)} s`;
    const table: Table = {
      title: 'Checking the books',
      note: 'A whole check of 1,000,000 transfers is to take less than 60 s, also on a database without statistics.',
      columns: [
        'transfers',
        'booked in',
        'digest of the day',
        'whole check (I1–I14)',
        'with statistics',
        'balances only',
      ],
      rows: [[String(whole.value.checked), ...[filled, closed, whole, analyzed, short].map(seconds)]],
    };
    const faults = broken.map(({ id, detail }) => `the books broke ${id}: ${detail}`);
    return { tables: [table], facts: { PostgreSQL: bench.version }, faults };
  } finally {
    await bench.close();
  }
}
