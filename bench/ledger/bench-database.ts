import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PriceVersion } from '../../apps/server/src/features/catalog/price.ts';
import { accountIds } from '../../apps/server/src/features/ledger/account-store.ts';
import { type Database, openDatabase } from '../../apps/server/src/platform/database/database.ts';
import { startEmbeddedPostgres } from '../../apps/server/src/platform/database/embedded.ts';
import { migrate } from '../../apps/server/src/platform/database/migrate.ts';

/** What every wallet starts with, in nano-dollars: more than a bench can spend. */
const START_NANO = 1_000_000_000_000n;
/** The account top-ups of test funds come from. */
const TEST_FUNDS = 'asset:test_funds';

/** A PostgreSQL of the bench's own with one priced model and people who have money. */
export interface BenchDatabase {
  database: Database;
  price: PriceVersion;
  userIds: string[];
  postmaster: number;
  version: string;
  close(): Promise<void>;
}

async function insertPrice(database: Database): Promise<PriceVersion> {
  await database.query("INSERT INTO providers (id, name) VALUES ('bench', 'Bench')");
  await database.query(
    `INSERT INTO models (id, provider, upstream_model, name, description, category, status, checked_at, endpoints, capabilities,
       input_modalities, output_modalities, free_tier, sources)
     VALUES ('bench/model', 'bench', 'model', 'Bench', 'To be measured.', 'chat', 'active', now(), '{chat}', '{}', '{text}', '{text}', false, '[]')`,
  );
  const [row] = await database.query<{ id: bigint; valid_from: Date }>(
    `INSERT INTO price_versions (model_id, mode, commission_bps, unit, cost_input, cost_cached_input, cost_cache_write, cost_output, cost_image,
       list_input, list_cached_input, list_cache_write, list_output, list_image, valid_from, source)
     VALUES ('bench/model', 'resale', 3000, 'token', 700000, 70000, 875000, 1400000, 0, 1000000, 100000, 1250000, 2000000, 0, clock_timestamp(), 'bench')
     RETURNING id, valid_from`,
  );
  if (!row) throw new Error('no price version');
  const cost = { input: 700_000n, cachedInput: 70_000n, cacheWrite: 875_000n, output: 1_400_000n, image: 0n };
  const list = { input: 1_000_000n, cachedInput: 100_000n, cacheWrite: 1_250_000n, output: 2_000_000n, image: 0n };
  const { id, valid_from: validFrom } = row;
  return { id, modelId: 'bench/model', mode: 'resale', commissionBps: 3_000, unit: 'token', cost, list, validFrom };
}

/** Opens wallets in one statement each, with journals and transfers as a top-up would have made them. */
async function fund(database: Database, wallets: number): Promise<string[]> {
  await database.query(
    `WITH opened AS (
       INSERT INTO accounts (code, kind) SELECT 'wallet:usr_' || n || ':paid', 'liability' FROM generate_series(1, $1::int) AS n RETURNING id, code
     ),
     paid AS (
       INSERT INTO wallets (account_id, user_id, bucket, posted) SELECT id, split_part(code, ':', 2), 'paid', $2::bigint FROM opened
     ),
     journal AS (
       INSERT INTO journals (idem_key, kind, user_id) SELECT 'topup:' || code, 'top_up', split_part(code, ':', 2) FROM opened RETURNING id, user_id
     ),
     ordered AS (
       INSERT INTO top_ups (id, user_id, amount, mode, status) SELECT code, split_part(code, ':', 2), $2::bigint, 'test', 'succeeded' FROM opened
     )
     INSERT INTO transfers (journal_id, debit_account, credit_account, amount)
     SELECT journal.id, $3::bigint, opened.id, $2::bigint
     FROM journal JOIN opened ON split_part(opened.code, ':', 2) = journal.user_id`,
    [wallets, START_NANO, (await accountIds(database, [TEST_FUNDS])).get(TEST_FUNDS)],
  );
  return Array.from({ length: wallets }, (_, index) => `usr_${index + 1}`);
}

/** Starts an embedded PostgreSQL with durable commits, and opens `wallets` wallets. Its folder goes when it closes. */
export async function openBenchDatabase(wallets: number): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'q-bench-ledger-'));
  chmodSync(folder, 0o755);
  const embedded = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  const database = openDatabase(embedded.url);
  const close = async () => {
    await database.close();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await migrate(database);
    const price = await insertPrice(database);
    const userIds = await fund(database, wallets);
    // Only what was filled: a table that PostgreSQL knows to be empty is read whole by plans that it then keeps.
    await database.query('ANALYZE accounts, wallets, journals, transfers');
    const [first = ''] = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    const [row] = await database.query<{ server_version: string }>('SHOW server_version');
    return { database, price, userIds, postmaster: Number(first), version: row?.server_version ?? '', close };
  } catch (error) {
    await close();
    throw error;
  }
}
