import { databaseNow } from '../../apps/server/src/features/ledger/digest-store.ts';
import { closeDays } from '../../apps/server/src/features/ledger/digests.ts';
import { createSigner } from '../../apps/server/src/features/ledger/receipt-signature.ts';
import { checkBalances, checkLedger, checkOpenDays } from '../../apps/server/src/features/ledger/verify.ts';
import type { Database } from '../../apps/server/src/platform/database/database.ts';
import type { Table } from '../lib/table.ts';
import { openBenchDatabase } from './bench-database.ts';
import { fillBooks } from './filled-books.ts';

const WALLETS = 2_000;
const TRANSFERS_PER_CALL = 2;
const BALANCES_LIMIT_MS = 120_000;
/** What is booked after the day was closed. */
const OPEN_CALLS = 10_000;

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { seconds: (performance.now() - startedAt) / 1_000, value };
}

/** From now on rows are dated so many days back. */
async function dateBack(database: Database, days: number): Promise<void> {
  const moments = [
    ...['journals', 'transfers'].map((table) => [table, 'created_at']),
    ['hold_resolutions', 'resolved_at'],
  ];
  for (const [table, column] of moments)
    await database.query(`ALTER TABLE ${table} ALTER ${column} SET DEFAULT now() - interval '${days} days'`);
}

/**
 * How long the whole check of the books takes for `transfers` transfers: on a database that was never analyzed, and on one that was; then, when
 * their day is closed and calls have followed, the check of the open days and that of the start.
 */
export async function benchVerify(options: { transfers: number; say: (line: string) => void }) {
  const bench = await openBenchDatabase(WALLETS);
  const { database } = bench;
  try {
    const signer = createSigner(new Uint8Array(32));
    const keys = [signer.key];
    options.say(`booking ${options.transfers} transfers`);
    const calls = Math.ceil((options.transfers - WALLETS) / TRANSFERS_PER_CALL);
    await dateBack(database, 2);
    const filled = await timed(() => fillBooks(bench, calls));
    await dateBack(database, 0);
    options.say('closing the day');
    const closed = await timed(async () => closeDays(database, signer, await databaseNow(database)));
    options.say('checking');
    const whole = await timed(() => checkLedger(database, keys));
    // Autovacuum does this as time goes by.
    await database.query('VACUUM ANALYZE');
    const analyzed = await timed(() => checkLedger(database, keys));
    await fillBooks(bench, OPEN_CALLS);
    const open = await timed(() => checkOpenDays(database, keys));
    const atStart = await timed(() => checkBalances(database, keys, BALANCES_LIMIT_MS));
    const checks = [whole, analyzed, open, atStart].map(({ value }) => value.invariants);
    const broken = checks.flat().filter(({ ok }) => !ok);
    const seconds = ({ seconds: taken }: { seconds: number }) => `${taken.toFixed(1)} s`;
    const table: Table = {
      title: 'Checking the books',
      note: `A whole check of 1,000,000 transfers is to take less than 60 s, also on a database without statistics; that of the open days (here ${open.value.checked} transfers) less than 5 s, whatever is closed.`,
      columns: [
        'transfers',
        'booked in',
        'digest of the day',
        'whole check (I1–I14)',
        'with statistics',
        'open days',
        'balances',
      ],
      rows: [[String(whole.value.checked), ...[filled, closed, whole, analyzed, open, atStart].map(seconds)]],
    };
    const faults = broken.map(({ id, detail }) => `the books broke ${id}: ${detail}`);
    return { tables: [table], facts: { PostgreSQL: bench.version }, faults };
  } finally {
    await bench.close();
  }
}
