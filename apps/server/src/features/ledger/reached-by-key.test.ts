import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';

const PEOPLE = 400;
const NANO = 1_000_000_000n;
const USAGE = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 50, reasoningTokens: 0 };
/** At least as many as the pool for prepared statements has. */
const CONNECTIONS = 6;
/** What a paid call reads and writes. */
const TABLES = ['wallets', 'holds', 'hold_progress', 'hold_resolutions', 'journals', 'transfers', 'receipts'];

/** What the ledger does by itself looks for leases in all of their table. */
const NOTHING_BESIDES: Clock = { ...systemClock, every: () => () => undefined };

let books: TestLedger;
beforeAll(async () => {
  books = await createTestLedger('resale', NOTHING_BESIDES);
  for (let n = 0; n < PEOPLE; n += 1) await books.fund(`usr_${n}`, NANO);
  // So PostgreSQL knows how few wallets there are, and how quickly all of them are read.
  await books.database.query('ANALYZE');
});
afterAll(() => books.close());

async function payFor(userId: string): Promise<void> {
  const { ledger, price } = books;
  const terms = { modelId: price.modelId, provider: 'test', payee: 'test', price, apiKey: null };
  const hold = await ledger.hold({ id: newId('req'), userId, ...terms, amount: 1_000_000n, tokensMax: 1_000n });
  await ledger.settle(hold, { usage: USAGE, usageSource: 'provider', reason: 'completed', attempts: [] });
}

/** How often each table was read whole. A connection tells its counts when it is asked to, and all that paid calls use are asked. */
async function readWhole(): Promise<Record<string, bigint>> {
  const tell = () => books.database.query('SELECT pg_stat_force_next_flush()', [], 'tell');
  await Promise.all(Array.from({ length: CONNECTIONS }, tell));
  const rows = await books.database.query<{ relname: string; seq_scan: bigint }>(
    'SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY($1::text[])',
    [TABLES],
  );
  return Object.fromEntries(rows.map(({ relname, seq_scan }) => [relname, seq_scan]));
}

test('a paid call reads no table whole, however small it is', async () => {
  const before = await readWhole();
  expect(Object.keys(before)).toHaveLength(TABLES.length);
  for (let n = 0; n < 5; n += 1) await payFor(`usr_${n}`);
  await Promise.all(Array.from({ length: 20 }, (_, n) => payFor(`usr_${n}`)));
  expect(await readWhole()).toEqual(before);
});
