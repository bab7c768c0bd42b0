import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Database } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createTestLedger, type TestLedger } from '../../testing/test-ledger.ts';
import { bookGrant } from './grants.ts';
import { createLedger, type Ledger } from './service.ts';

const CALLS = 200;
const AMOUNT = 1_000n;

let books: TestLedger;
let ledger: Ledger;
let statements = 0;

beforeAll(async () => {
  books = await createTestLedger();
  const database: Database = {
    ...books.database,
    query(...query) {
      statements += 1;
      return books.database.query(...query);
    },
  };
  ledger = createLedger({ database, clock: systemClock, logger: createLogger('silent') });
});
afterAll(async () => {
  ledger?.close();
  await books?.close();
});
beforeEach(() => {
  statements = 0;
});
afterEach(async () => {
  const check = await books.ledger.check();
  expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
});

const request = (userId: string) => ({
  ...{ id: newId('req'), userId, apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test' },
  ...{ amount: AMOUNT, price: books.price },
});

describe('calls that are refused at the same moment', () => {
  test('are refused by few statements, each with what its own caller has', async () => {
    const [poor, poorer, unknown] = [newId('usr'), newId('usr'), newId('usr')];
    await books.fund(poor, AMOUNT + 999n);
    await books.fund(poorer, 7n);
    const running = await ledger.hold(request(poor));
    statements = 0;
    const refusals = Array.from({ length: CALLS }, (_, index) => [poor, poorer, unknown][index % 3] ?? '').map(
      (userId) => ledger.hold(request(userId)).catch((error: unknown) => [userId, error] as const),
    );
    for (const refusal of await Promise.all(refusals)) {
      const [userId, error] = refusal as [string, AppError];
      expect(error).toBeInstanceOf(AppError);
      expect([error.code, error.extra]).toEqual([
        'insufficient_balance',
        {
          available_usd: { [poor]: '0.000000999', [poorer]: '0.000000007' }[userId] ?? '0.000000000',
          held_usd: userId === poor ? '0.000001000' : '0.000000000',
          needed_usd: '0.000001000',
        },
      ]);
    }
    expect(statements).toBeLessThan(CALLS / 10);
    await ledger.void(running, { reason: 'test', attempts: [] });
  });

  test('do not count promotional money that has expired', async () => {
    const userId = newId('usr');
    const gift = { id: newId('gnt'), userId, amount: 5n * AMOUNT, reason: 'a gift', actorId: 'usr_admin' };
    const expiresAt = new Date(Date.now() + 60_000);
    await books.database.transaction((tx) => bookGrant(tx, { ...gift, expiresAt }));
    expect(await ledger.spendable({ userId, apiKey: null })).toEqual({ balance: 5n * AMOUNT, keyLimit: null });
    await books.database.query("UPDATE wallets SET expires_at = now() - interval '1 second' WHERE user_id = $1", [
      userId,
    ]);
    await expect(ledger.hold(request(userId))).rejects.toMatchObject({ extra: { available_usd: '0.000000000' } });
  });
});
