import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { createCallLog } from './call-log.ts';
import { type CallRow, listCalls } from './call-store.ts';
import { createMissingCalls } from './missing-calls.ts';

const USAGE = { inputTokens: 100, cachedInputTokens: 40, cacheWriteTokens: 0, outputTokens: 50, reasoningTokens: 20 };
const FUNDS = 1_000_000_000n;

let books: TestLedger;
let userId: string;

beforeAll(async () => {
  books = await createTestLedger();
});
afterAll(() => books.close());
beforeEach(async () => {
  userId = newId('usr');
  await books.fund(userId, FUNDS);
});

const holdOf = (user: string) =>
  books.ledger.hold({
    id: newId('req'),
    userId: user,
    apiKey: null,
    modelId: 'test/model',
    provider: 'test',
    price: books.price,
    payee: 'provider:test',
    amount: 1_000_000n,
  });

/** A call whose process dies, with so much delivered; it is swept at once. */
async function died(usage: object | null): Promise<string> {
  const hold = await holdOf(userId);
  books.ledger.abandon(hold);
  await books.database.query(
    "UPDATE hold_progress SET usage = $2, lease_until = now() - interval '41 seconds' WHERE hold_id = $1",
    [hold.id, usage && JSON.stringify(usage)],
  );
  await books.ledger.sweep();
  return hold.id;
}

/** A call that ended in the books so many seconds ago, whose process died before its line was written. */
async function unwritten(outcome: 'completed' | 'upstream_error', secondsAgo: number): Promise<string> {
  const hold = await holdOf(userId);
  const attempts = [{ provider: 'test', outcome: 'upstream_timeout', upstreamRequestId: null }];
  await books.ledger.settle(hold, { usage: USAGE, usageSource: 'provider', reason: outcome, attempts });
  await books.database.transaction(async (tx) => {
    // Rows of the books do not change but for who passes over their triggers.
    await tx.query('SET LOCAL session_replication_role = replica');
    const then = `now() - ${secondsAgo} * interval '1 s'`;
    await tx.query(`UPDATE hold_resolutions SET resolved_at = ${then} WHERE hold_id = $1`, [hold.id]);
    await tx.query(
      `WITH moved AS (UPDATE journals SET created_at = ${then} WHERE hold_id = $1 RETURNING id)
       UPDATE transfers t SET created_at = ${then} FROM moved WHERE t.journal_id = moved.id`,
      [hold.id],
    );
  });
  return hold.id;
}

async function lines(): Promise<CallRow[]> {
  return (await listCalls(books.database, { userId, model: null, limit: 10, offset: 0 })).rows;
}

/** A process that starts now and has ended calls of dead ones as `recovered` says. */
function start(recovered: () => number) {
  const clock = createFakeClock();
  const { database } = books;
  const log = createMissingCalls({ database, clock, logger: createLogger('silent'), recovered });
  return { clock, log };
}

describe('calls whose process died', () => {
  test('have a line once the sweep has ended them, made from the books', async () => {
    let recovered = 0;
    const { clock, log } = start(() => recovered);
    const [charged, freed] = [await died(USAGE), await died(null)];
    clock.advance(4_000);
    expect(await lines()).toEqual([]);
    recovered = 2;
    clock.advance(2_000);
    await vi.waitFor(async () => expect(await lines()).toHaveLength(2));
    const byId = new Map((await lines()).map((line) => [line.id, line]));
    expect(byId.get(charged)).toMatchObject({
      model_id: 'test/model',
      provider: 'test',
      streamed: true,
      outcome: 'process_died',
      error_code: null,
      input_tokens: 100n,
      cached_input_tokens: 40n,
      output_tokens: 50n,
      reasoning_tokens: 20n,
      usage_source: 'checkpoint',
      ttft_ms: null,
    });
    const [booked] = await books.database.query<{ amount: bigint }>(
      'SELECT amount FROM hold_resolutions WHERE hold_id = $1',
      [charged],
    );
    expect(byId.get(charged)?.cost_nano).toBe(booked?.amount);
    expect(booked?.amount).toBeGreaterThan(0n);
    expect(byId.get(freed)).toMatchObject({
      outcome: 'process_died',
      streamed: null,
      cost_nano: 0n,
      output_tokens: 0n,
    });
    await log.close();
  });

  test('have a line after a restart, if they ended before it was written', async () => {
    const [lost, failed] = [await unwritten('completed', 60), await unwritten('upstream_error', 3_600)];
    const { clock, log } = start(() => 0);
    clock.advance(15_000);
    await log.close();
    const byId = new Map((await lines()).map((line) => [line.id, line]));
    expect(byId.get(lost)).toMatchObject({
      outcome: 'completed',
      error_code: null,
      streamed: null,
      usage_source: 'provider',
    });
    expect(byId.get(failed)).toMatchObject({ outcome: 'upstream_error', error_code: 'upstream_timeout' });
    expect(Date.now() - (byId.get(failed)?.created_at.getTime() ?? 0)).toBeGreaterThan(3_500_000);
  });
});

test('a call of a living process is left to it, and a line that is there stays as it is', async () => {
  const [justEnded, written] = [await unwritten('completed', 1), await unwritten('completed', 60)];
  await books.database.query(
    `INSERT INTO calls (id, user_id, model_id, provider, streamed, outcome, duration_ms)
     VALUES ($1, $2, 'test/model', 'test', false, 'completed', 7)`,
    [written, userId],
  );
  const { clock, log } = start(() => 0);
  clock.advance(15_000);
  await log.close();
  expect(await lines()).toMatchObject([{ id: written, duration_ms: 7, streamed: false }]);
  expect(justEnded).not.toBe(written);
});

test('lines that the database did not take are written when it does', async () => {
  const clock = createFakeClock();
  const line = {
    id: newId('req'),
    userId,
    apiKeyId: null,
    modelId: 'test/model',
    provider: 'test',
    streamed: true,
    outcome: 'completed',
    errorCode: null,
    usage: USAGE,
    usageSource: 'provider' as const,
    costNano: 5n,
    ttftMs: 3,
    durationMs: 9,
    endedAt: clock.now(),
  };
  let fault: Error | null = new AppError('service_unavailable');
  const query: typeof books.database.query = (...given) =>
    fault === null ? books.database.query(...given) : Promise.reject(fault);
  const log = createCallLog({ database: { ...books.database, query }, clock, logger: createLogger('silent') });
  log.add(line);
  await log.flush();
  expect(await lines()).toEqual([]);
  fault = null;
  clock.advance(1_000);
  await log.flush();
  expect(await lines()).toMatchObject([{ id: line.id, cost_nano: 5n }]);
  // One that cannot be written at all is given up.
  fault = new Error('no such number');
  log.add({ ...line, id: newId('req') });
  await log.flush();
  fault = null;
  log.add({ ...line, id: newId('req') });
  await log.close();
  expect(await lines()).toHaveLength(2);
});
