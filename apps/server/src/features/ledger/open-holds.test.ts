import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { createLedger } from './service.ts';

const HOUR_MS = 3_600_000;
const FUNDS = 10_000_000n;

let books: TestLedger;
beforeAll(async () => {
  books = await createTestLedger();
});
afterAll(() => books?.close());

const waits = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

test('a clock that is set forward makes no hold older than its call', async () => {
  await books.fund('usr_2', FUNDS);
  const database = openDatabase(books.url);
  const clock = createFakeClock();
  const ledger = createLedger({ database, clock, logger: createLogger('silent') });
  const { price } = books;
  const call = { id: 'req_2', userId: 'usr_2', apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test' };
  const hold = await ledger.hold({ ...call, price, amount: 1_000_000n });
  clock.set(24 * HOUR_MS);
  clock.advance(1_000);
  await waits(50);
  expect(ledger.openHolds()).toBe(1);
  await ledger.void(hold, { reason: 'test', attempts: [] });
  ledger.close();
  await database.close();
});

test('a hold that nobody ends is left to the sweep once it is older than any call', async () => {
  await books.fund('usr_1', FUNDS);
  const database = openDatabase(books.url);
  const clock = createFakeClock();
  const forgetful = createLedger({ database, clock, logger: createLogger('silent') });
  const { price } = books;
  const call = { id: 'req_1', userId: 'usr_1', apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test' };
  await forgetful.hold({ ...call, price, amount: 1_000_000n });
  /** Holds after so many hours: the renewal under way ends, and the next one looks. */
  const openAfter = async (hours: number) => {
    clock.advance(hours * HOUR_MS);
    await waits(50);
    clock.advance(1_000);
    return forgetful.openHolds();
  };
  expect(await openAfter(5)).toBe(1);
  expect(await openAfter(2)).toBe(0);
  await books.database.query("UPDATE hold_progress SET lease_until = now() - interval '41 seconds'");
  await expect.poll(() => books.second().sweep()).toBe(1);
  expect(await books.ledger.totals('usr_1')).toMatchObject({ posted: FUNDS, held: 0n });
  forgetful.close();
  await database.close();
});
