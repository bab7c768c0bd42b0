import type { PriceVersion } from '../features/catalog/price.ts';
import { createLedger, type Ledger } from '../features/ledger/service.ts';
import { insertTopUp } from '../features/wallet/store.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { newId } from '../lib/id.ts';
import { type Database, openDatabase } from '../platform/database/database.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { refuseWrongBooks } from './right-books.ts';
import { createTestDatabase } from './test-database.ts';

/** A ledger on a database of its own, with one model priced at $1 per million tokens in and $2 out (cost $0.70 and $1.40). */
export interface TestLedger {
  /** Where to connect to its database. */
  url: string;
  database: Database;
  ledger: Ledger;
  price: PriceVersion;
  /** Another ledger on the same database, as a second server process would have. */
  second(): Ledger;
  fund(userId: string, nano: bigint): Promise<void>;
  /** Throws when what was tested left wrong books. */
  close(): Promise<void>;
}

const PRICES = {
  cost: [700_000n, 70_000n, 875_000n, 1_400_000n],
  list: [1_000_000n, 100_000n, 1_250_000n, 2_000_000n],
} as const;

async function insertPrice(database: Database, mode: PriceVersion['mode']): Promise<PriceVersion> {
  await database.query("INSERT INTO providers (id, name) VALUES ('test', 'Test') ON CONFLICT DO NOTHING");
  await database.query(
    `INSERT INTO models (id, provider, upstream_model, name, description, category, status, checked_at, endpoints, capabilities,
       input_modalities, output_modalities, free_tier, sources)
     VALUES ('test/model', 'test', 'model', 'Test', 'For tests.', 'chat', 'active', now(), '{chat}', '{}', '{text}', '{text}', false, '[]')
     ON CONFLICT DO NOTHING`,
  );
  const [row] = await database.query<{ id: bigint; valid_from: Date }>(
    `INSERT INTO price_versions (model_id, mode, commission_bps, unit, cost_input, cost_cached_input, cost_cache_write, cost_output, cost_image,
       list_input, list_cached_input, list_cache_write, list_output, list_image, valid_from, source)
     VALUES ('test/model', $1, 3000, 'token', $2, $3, $4, $5, 0, $6, $7, $8, $9, 0, clock_timestamp(), 'test') RETURNING id, valid_from`,
    [mode, ...PRICES.cost, ...PRICES.list],
  );
  if (!row) throw new Error('no price version');
  const [input, cachedInput, cacheWrite, output] = PRICES.list;
  const [costInput, costCached, costWrite, costOutput] = PRICES.cost;
  return {
    id: row.id,
    modelId: 'test/model',
    mode,
    commissionBps: 3000,
    unit: 'token',
    cost: { input: costInput, cachedInput: costCached, cacheWrite: costWrite, output: costOutput, image: 0n },
    list: { input, cachedInput, cacheWrite, output, image: 0n },
    validFrom: row.valid_from,
  };
}

/** Opens a test ledger; close it in `afterAll`. */
export async function createTestLedger(
  mode: PriceVersion['mode'] = 'resale',
  clock: Clock = systemClock,
): Promise<TestLedger> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase(url);
  const logger = createLogger('silent');
  const ledgers: Ledger[] = [];
  const databases: Database[] = [database];
  const open = (on: Database) => {
    const ledger = createLedger({ database: on, clock, logger });
    ledgers.push(ledger);
    return ledger;
  };
  const ledger = open(database);
  return {
    url,
    database,
    ledger,
    price: await insertPrice(database, mode),
    second() {
      const other = openDatabase(url);
      databases.push(other);
      return open(other);
    },
    async fund(userId, nano) {
      const id = newId('top');
      await database.transaction(async (tx) => {
        await insertTopUp(tx, { id, userId, amount: nano });
        const credit = { kind: 'top_up' as const, userId, amount: nano, from: 'asset:test_funds', details: {} };
        await ledger.credit(tx, { idemKey: `topup:${id}`, ...credit });
      });
    },
    async close() {
      for (const each of ledgers) each.close();
      await refuseWrongBooks(database);
      for (const each of databases) await each.close();
      await drop();
    },
  };
}
