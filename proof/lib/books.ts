import type { PriceVersion, UnitPrices } from '../../apps/server/src/features/catalog/price.ts';
import { createGrantExpiry } from '../../apps/server/src/features/ledger/grant-expiry.ts';
import { createLedger, type Ledger } from '../../apps/server/src/features/ledger/service.ts';
import { insertTopUp } from '../../apps/server/src/features/wallet/store.ts';
import type { Clock } from '../../apps/server/src/lib/clock.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import { type Database, openDatabase, type Queryable } from '../../apps/server/src/platform/database/database.ts';
import { createLogger } from '../../apps/server/src/platform/telemetry/logger.ts';
import { createFakeClock } from '../../apps/server/src/testing/fake-clock.ts';
import { createTestDatabase } from '../../apps/server/src/testing/test-database.ts';
import type { RefTerms } from '../model/reference-ledger.ts';

export type Mode = RefTerms['mode'];
export type Prices = Record<Mode, PriceVersion>;

/** Prices that hardly ever come out even. Pico-dollars a token; the list prices are those that 30 % commission makes of the costs. */
const COST: UnitPrices = {
  input: 864_197n,
  cachedInput: 86_419n,
  cacheWrite: 1_080_247n,
  output: 3_456_789n,
  image: 0n,
};
const LIST: UnitPrices = {
  input: 1_234_568n,
  cachedInput: 123_456n,
  cacheWrite: 1_543_211n,
  output: 4_938_270n,
  image: 0n,
};
const COMMISSION_BPS = 3_333;
const FEE_BPS = 777;

const units = ({ input, cachedInput, cacheWrite, output }: UnitPrices) => ({
  input,
  cached: cachedInput,
  write: cacheWrite,
  output,
});

/** The same terms for the reference. */
export const TERMS: Record<Mode, RefTerms> = {
  resale: { mode: 'resale', list: units(LIST), cost: units(COST), bps: 0n },
  publisher: { mode: 'publisher', list: units(LIST), cost: units(COST), bps: BigInt(COMMISSION_BPS) },
  byok: { mode: 'byok', list: units(LIST), cost: units(COST), bps: BigInt(FEE_BPS) },
};

async function insertPrice(db: Queryable, mode: 'resale' | 'publisher'): Promise<PriceVersion> {
  const modelId = `proof/${mode}`;
  await db.query("INSERT INTO providers (id, name) VALUES ('proof', 'Proof') ON CONFLICT DO NOTHING");
  await db.query(
    `INSERT INTO models (id, provider, upstream_model, name, description, category, status, checked_at, endpoints, capabilities,
       input_modalities, output_modalities, free_tier, sources)
     VALUES ($1, 'proof', 'model', 'Proof', 'For proofs.', 'chat', 'active', now(), '{chat}', '{}', '{text}', '{text}', false, '[]')`,
    [modelId],
  );
  const flat = (prices: UnitPrices) => [prices.input, prices.cachedInput, prices.cacheWrite, prices.output];
  const [row] = await db.query<{ id: bigint; valid_from: Date }>(
    `INSERT INTO price_versions (model_id, mode, commission_bps, unit, cost_input, cost_cached_input, cost_cache_write, cost_output, cost_image,
       list_input, list_cached_input, list_cache_write, list_output, list_image, valid_from, source)
     VALUES ($1, $2, $3, 'token', $4, $5, $6, $7, 0, $8, $9, $10, $11, 0, clock_timestamp(), 'proof') RETURNING id, valid_from`,
    [modelId, mode, COMMISSION_BPS, ...flat(COST), ...flat(LIST)],
  );
  if (!row) throw new Error('no price version');
  const { id, valid_from: validFrom } = row;
  return { id, modelId, mode, commissionBps: COMMISSION_BPS, unit: 'token', cost: COST, list: LIST, validFrom };
}

/** Makes the models a proof sells. */
async function insertPrices(db: Queryable): Promise<Prices> {
  const resale = await insertPrice(db, 'resale');
  const publisher = await insertPrice(db, 'publisher');
  return { resale, publisher, byok: { ...resale, mode: 'byok', feeBps: FEE_BPS } };
}

/** Tops up as the wallet does: the order and its credit in one transaction. False when this top-up was booked before. */
export async function topUp(
  on: { database: Database; ledger: Ledger },
  userId: string,
  amount: bigint,
  id: string = newId('top'),
): Promise<boolean> {
  const credit = {
    idemKey: `topup:${id}`,
    kind: 'top_up' as const,
    userId,
    amount,
    from: 'asset:test_funds',
    details: {},
  };
  return on.database.transaction(async (tx) => {
    const booked = await on.ledger.credit(tx, credit);
    if (booked) await insertTopUp(tx, { id, userId, amount });
    return booked;
  });
}

/** Gives free tokens, which no part of the product grants yet. */
export async function grantTokens(db: Database, userId: string, id: string, tokens: bigint): Promise<void> {
  const code = `wallet:${userId}:tokens:${id}`;
  await db.query(
    `WITH system AS (
       INSERT INTO accounts (code, kind, asset) VALUES ('tokens:granted', 'expense', 'FREE_TOKEN'), ('tokens:used', 'revenue', 'FREE_TOKEN')
       ON CONFLICT DO NOTHING
     ) INSERT INTO accounts (code, kind, asset) VALUES ($1, 'liability', 'FREE_TOKEN')`,
    [code],
  );
  await db.query(
    `WITH own AS (SELECT id FROM accounts WHERE code = $1), from_where AS (SELECT id FROM accounts WHERE code = 'tokens:granted'),
     wallet AS (
       INSERT INTO wallets (account_id, user_id, bucket, expires_at, posted) SELECT id, $2, 'free_tokens', now() + interval '1 day', $3 FROM own
     ),
     journal AS (INSERT INTO journals (idem_key, kind, user_id) VALUES ('grant:' || $1, 'grant', $2) RETURNING id)
     INSERT INTO transfers (journal_id, debit_account, credit_account, amount)
     SELECT journal.id, from_where.id, own.id, $3 FROM journal, own, from_where`,
    [code, userId, tokens],
  );
}

/** Moves the leases of open holds into the past, as if their processes had been gone for a minute. */
export async function endLeases(db: Queryable, holdIds: readonly string[] | null): Promise<void> {
  await db.query(
    "UPDATE hold_progress SET lease_until = now() - interval '1 minute' WHERE $1::text[] IS NULL OR hold_id = ANY($1)",
    [holdIds],
  );
}

/** Every balance but zero, by account code; wallets have what is held too. */
export async function balancesOf(
  db: Queryable,
): Promise<{ wallets: Map<string, string>; platform: Map<string, bigint> }> {
  const wallets = await db.query<{ code: string; posted: bigint; held: bigint }>(
    'SELECT code, posted, held FROM wallets JOIN accounts ON id = account_id WHERE posted <> 0 OR held <> 0',
  );
  const platform = await db.query<{ code: string; balance: bigint }>(
    `SELECT code, sum(amount)::bigint AS balance FROM (
       SELECT credit_account AS id, amount FROM transfers UNION ALL SELECT debit_account, -amount FROM transfers
     ) legs JOIN accounts USING (id) WHERE code NOT LIKE 'wallet:%' GROUP BY 1`,
  );
  return {
    wallets: new Map(wallets.map(({ code, posted, held }) => [code, `${posted} held ${held}`])),
    platform: new Map(platform.map(({ code, balance }) => [code, balance])),
  };
}

/** What is wrong with the books; empty when nothing is. */
export async function breaches(ledger: Ledger): Promise<string[]> {
  const { invariants } = await ledger.check();
  return invariants.filter(({ ok }) => !ok).map(({ id, detail }) => `${id}: ${detail}`);
}

/** A database that knows when nothing is under way on it. */
function watch(database: Database) {
  let underWay = 0;
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
    }
  };
  return {
    database: {
      ...database,
      query: (text, values, name) => watched(database.query(text, values, name)),
      transaction: (work) => watched(database.transaction(work)),
    } satisfies Database,
    /** Resolves when what a timer has begun is done. */
    async idle(): Promise<void> {
      do await new Promise((resolve) => setImmediate(resolve));
      while (underWay > 0);
    },
  };
}

export type Process = ReturnType<Books['process']>;
export type Books = Awaited<ReturnType<typeof createBooks>>;

/**
 * A database of its own with prices, and as many ledgers on it as processes are wanted, each with connections of its own. `prepare` is
 * given its URL before anything connects to it.
 */
export async function createBooks(prepare: (url: string) => Promise<void> = async () => undefined) {
  const { url, drop } = await createTestDatabase();
  await prepare(url);
  const logger = createLogger('silent');
  const database = openDatabase(url, { poolMax: 4 });
  const prices = await insertPrices(database);
  const databases: Database[] = [database];
  const open: Ledger[] = [];
  const clock = createFakeClock();

  function ledgerOn(on: Database, withClock: Clock): Ledger {
    const ledger = createLedger({ database: on, clock: withClock, logger });
    open.push(ledger);
    return ledger;
  }
  return {
    url,
    database,
    prices,
    /** For checks, which take two connections. */
    ledger: ledgerOn(database, clock),
    /** One process: a ledger with its own connections, whose clock stands still. */
    process(poolMax: number) {
      const own = openDatabase(url, { poolMax });
      databases.push(own);
      const { database: watched, idle } = watch(own);
      const birth = () => {
        const ownClock = createFakeClock();
        return { clock: ownClock, ledger: ledgerOn(watched, ownClock) };
      };
      return {
        ...birth(),
        database: watched,
        idle,
        /** Forgets all it knew, as a process that is started again. */
        die(): void {
          this.ledger.close();
          Object.assign(this, birth());
        },
        async close(): Promise<void> {
          this.ledger.close();
          const at = databases.indexOf(own);
          if (at >= 0) await databases.splice(at, 1)[0]?.close();
        },
      };
    },
    expiry: createGrantExpiry({ database, clock, logger }),
    async close(): Promise<void> {
      for (const ledger of open) ledger.close();
      for (const each of databases.splice(0)) await each.close();
      await drop();
    },
  };
}
