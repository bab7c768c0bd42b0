import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { createSigner } from './receipt-signature.ts';
import { createLedger, type Ledger } from './service.ts';
import { createSweepAfterOutage } from './sweep-after-outage.ts';
import { createBooksWatch } from './watch.ts';

/** A database that can be out of reach. */
function cuttable(database: Database) {
  const state = { cut: false };
  const reach = <T>(work: () => Promise<T>): Promise<T> =>
    state.cut ? Promise.reject(new AppError('service_unavailable')) : work();
  const cut: Database = {
    query: (text, values, name) => reach(() => database.query(text, values, name)),
    transaction: (work, options) => reach(() => database.transaction(work, options)),
    ping: () => reach(() => database.ping()),
    isDiskFull: () => false,
    close: () => database.close(),
  };
  return { database: cut, state };
}

/** A process with a clock of its own, so that a test decides who comes first. */
function createProcess(url: string) {
  const { database, state } = cuttable(openDatabase(url));
  const clock = createFakeClock();
  const ledger: Ledger = createLedger({ database, clock, logger: createLogger('silent') });
  return {
    ledger,
    state,
    /** Lets time pass second by second, with what its timers begin. */
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        await new Promise((resume) => setTimeout(resume, 5));
      }
    },
    async close(): Promise<void> {
      ledger.close();
      await database.close();
    },
  };
}

describe('after the database was out of reach for everybody', () => {
  let books: TestLedger;
  beforeAll(async () => {
    books = await createTestLedger();
  });
  afterAll(() => books?.close());

  /** A call of the living process whose lease has run out meanwhile. */
  async function callAfter(outageSeconds: number) {
    const userId = `usr_${outageSeconds}`;
    await books.fund(userId, 10_000_000n);
    const [living, other] = [createProcess(books.url), createProcess(books.url)];
    const { price } = books;
    const hold = await living.ledger.hold({
      id: `req_${outageSeconds}`,
      userId,
      apiKey: null,
      modelId: 'test/model',
      provider: 'test',
      price,
      payee: 'test',
      amount: 1_000_000n,
      tokensMax: null,
    });
    living.state.cut = true;
    other.state.cut = true;
    await other.pass(outageSeconds);
    await books.database.query("UPDATE hold_progress SET lease_until = now() - interval '41 seconds'");
    living.state.cut = false;
    other.state.cut = false;
    return { living, other, hold };
  }

  test('a call whose process lives is not taken for dead by the process that comes first', async () => {
    const { living, other, hold } = await callAfter(45);
    await other.pass(10);
    await living.pass(2);
    await other.pass(40);
    const usage = {
      inputTokens: 100,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 100,
      reasoningTokens: 0,
    };
    const end = { usage, usageSource: 'provider' as const, reason: 'completed', attempts: [] };
    expect((await living.ledger.settle(hold, end)).charged).toBe(300_000n);
    await Promise.all([living.close(), other.close()]);
  });

  test('a call that could not be ended for two minutes is left to the sweep, though its process lives', async () => {
    const { living, other, hold } = await callAfter(47);
    living.state.cut = true;
    const ended = living.ledger
      .void(hold, { reason: 'client_gone', attempts: [] })
      .catch((error: AppError) => error.code);
    await living.pass(125);
    expect(await ended).toBe('service_unavailable');
    living.state.cut = false;
    expect(living.ledger.openHolds()).toBe(0);
    const laterOn = async () => {
      await Promise.all([living.pass(1), other.pass(1)]);
      return books.database.query('SELECT hold_id FROM hold_progress');
    };
    await expect.poll(laterOn, { timeout: 30_000 }).toEqual([]);
    expect(await books.ledger.totals(hold.userId)).toMatchObject({ posted: 10_000_000n, held: 0n });
    await Promise.all([living.close(), other.close()]);
  });

  test('a call whose process died is ended all the same, a little later', async () => {
    const { living, other, hold } = await callAfter(46);
    living.ledger.abandon(hold);
    await other.pass(15);
    const open = () => books.database.query('SELECT hold_id FROM hold_progress');
    expect(await open()).toHaveLength(1);
    const laterOn = async () => {
      await other.pass(1);
      return open();
    };
    await expect.poll(laterOn, { timeout: 30_000 }).toEqual([]);
    await Promise.all([living.close(), other.close()]);
  });
});

describe('a sweep', () => {
  function createSweep() {
    const clock = createFakeClock();
    const state = { sweeps: 0, behind: false };
    const sweep = createSweepAfterOutage({
      clock,
      ping: async () => undefined,
      sweep: async () => (state.sweeps += 1),
      isBehind: () => state.behind,
    });
    return { clock, state, sweep };
  }

  test('that is not late is not put off', async () => {
    const { clock, state, sweep } = createSweep();
    for (let turn = 0; turn < 4; turn += 1) {
      clock.advance(30_000);
      await sweep();
    }
    expect(state.sweeps).toBe(4);
  });

  test('is put off by a process that does not get its own leases renewed', async () => {
    const { state, sweep } = createSweep();
    state.behind = true;
    expect(await sweep()).toBeNull();
    expect(state.sweeps).toBe(0);
  });
});

test('a check right after an outage does not take the holds of dead processes for a fault of the books', async () => {
  const books = await createTestLedger();
  const { database, state } = cuttable(openDatabase(books.url));
  const [clock, logger] = [createFakeClock(), createLogger('silent')];
  const ledger = createLedger({ database, clock, logger });
  const watch = createBooksWatch({
    database,
    clock,
    logger,
    ledger,
    signer: createSigner(randomBytes(32)),
    formerKeys: [],
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await new Promise((resume) => setTimeout(resume, 2));
    }
  };
  const { price } = books;
  await books.fund('usr_dead', 10_000_000n);
  const ids = { id: 'req_dead', userId: 'usr_dead', apiKey: null, modelId: 'test/model', provider: 'test' };
  const hold = await books.ledger.hold({ ...ids, price, payee: 'test', amount: 1_000_000n, tokensMax: null });
  books.ledger.abandon(hold);
  state.cut = true;
  await pass(100);
  await books.database.query("UPDATE hold_progress SET lease_until = now() - interval '70 seconds'");
  state.cut = false;
  expect((await watch.check()).ok).toBe(false);
  expect([ledger.guard.reason(), watch.last()]).toEqual([null, null]);
  const swept = async () => {
    await pass(1);
    return books.database.query('SELECT hold_id FROM hold_progress');
  };
  await expect.poll(swept, { timeout: 30_000 }).toEqual([]);
  expect((await watch.check()).ok).toBe(true);
  await watch.close();
  ledger.close();
  await database.close();
  await books.close();
});
