import { fork } from 'node:child_process';
import type { Usage } from '@q/providers/spec/usage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../apps/server/src/lib/id.ts';
import { type Books, balancesOf, breaches, createBooks, endLeases, type Process, TERMS, topUp } from '../lib/books.ts';
import { report } from '../lib/figures.ts';
import { bySize, SEED } from '../lib/settings.ts';
import { toRefUsage } from '../lib/usage.ts';
import { type CallLog, doWork, keyOf, type WorkLog, type WorkPlan } from './concurrent-work.ts';
import type { Order } from './ledger-process.ts';
import { grossOf, postingsOf } from './reference-ledger.ts';

const CONNECTIONS = 8;
const PEOPLE = 4;
const TYPESCRIPT = new URL('../../scripts/lib/register-typescript.mjs', import.meta.url).href;
const LEDGER_PROCESS = new URL('./ledger-process.ts', import.meta.url);
const ROUNDS = bySize({ small: 3, ordinary: 15, full: 200 });
const STEPS = 30;
const PROCESSES = 2;
const PROCESS_STEPS = bySize({ small: 20, ordinary: 150, full: 3_000 });

let books: Books;
let eight: Process[];
/** A sweep that meets an account for the first time asks for it on a second connection. */
let sweepers: Process[];
beforeAll(async () => {
  books = await createBooks();
  eight = Array.from({ length: CONNECTIONS }, () => books.process(1));
  sweepers = [books.process(2), books.process(2)];
});
afterAll(() => books.close());

interface Resolution {
  hold_id: string;
  kind: 'settle' | 'void';
  amount: bigint;
  usage: Usage | null;
}

async function people(): Promise<string[]> {
  const users = Array.from({ length: PEOPLE }, () => newId('usr'));
  for (const user of users) if (eight[0]) await topUp(eight[0], user, 30_000_000n);
  return users;
}

/** Two processes sweep at once; whatever was left over has ended then. */
async function sweepAll(): Promise<void> {
  await endLeases(books.database, null);
  await Promise.all(sweepers.map(({ ledger }) => ledger.sweep()));
  expect(await books.database.query('SELECT 1 FROM hold_progress')).toEqual([]);
}

/** The charge is what the reference makes of the usage in the books, which somebody has to have measured, and everybody was told the same. */
function chargeOf(call: CallLog, end: Resolution): bigint {
  const usage = end.usage && toRefUsage(end.usage);
  if (usage) expect(call.usages).toContainEqual(usage);
  const gross = usage === null ? 0n : grossOf(usage, TERMS[call.mode]);
  const expected = call.asset === 'FREE_TOKEN' ? 0n : gross < call.held ? gross : call.held;
  expect(end.amount).toBe(expected);
  expect(new Set([expected, ...call.told]).size).toBe(1);
  return expected;
}

interface Fold {
  money: Map<string, bigint>;
  tokens: Map<string, bigint>;
  keys: Map<string, bigint>;
  platform: Map<string, bigint>;
}

const add = (sums: Map<string, bigint>, name: string, amount: bigint) =>
  sums.set(name, (sums.get(name) ?? 0n) + amount);

function foldCall(sums: Fold, call: CallLog, end: Resolution, refunded: bigint): void {
  const charged = chargeOf(call, end);
  add(sums.money, call.user, refunded - charged);
  if (call.limited) add(sums.keys, keyOf(call.user), charged);
  const usage = end.usage && toRefUsage(end.usage);
  if (call.asset === 'FREE_TOKEN' && usage) {
    const used = usage.input + usage.output < call.held ? usage.input + usage.output : call.held;
    add(sums.tokens, call.user, -used);
    add(sums.platform, 'tokens:used', used);
  }
  const asset = call.asset === 'USD' ? 'money' : 'tokens';
  const postings = postingsOf({ terms: TERMS[call.mode], asset, usage, charged, refunded });
  for (const [code, amount] of postings) add(sums.platform, code, amount);
}

/** Adds everything up, in no order: whatever the order was, the sums are the same. */
function fold(log: WorkLog, ends: Map<string, Resolution>): Fold {
  const sums: Fold = { money: new Map(), tokens: new Map(), keys: new Map(), platform: new Map() };
  for (const { user, amount, from } of log.credits) {
    add(sums.money, user, amount);
    add(sums.platform, from, -amount);
  }
  for (const { user, tokens } of log.tokenGrants) {
    add(sums.tokens, user, tokens);
    add(sums.platform, 'tokens:granted', -tokens);
  }
  const refunded = new Map<string, bigint>();
  for (const { callId, amount } of log.refunds) add(refunded, callId, amount);
  for (const call of log.calls) {
    const end = ends.get(call.id);
    if (!end) throw new Error(`call ${call.id} has not ended`);
    foldCall(sums, call, end, refunded.get(call.id) ?? 0n);
  }
  return sums;
}

const shown = (sums: Map<string, bigint>) =>
  Object.fromEntries([...sums].filter(([, amount]) => amount !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)));

async function check(users: readonly string[], logs: readonly WorkLog[], before: Map<string, bigint>): Promise<void> {
  await sweepAll();
  const log: WorkLog = {
    credits: [
      ...users.map((user) => ({ user, amount: 30_000_000n, from: 'asset:test_funds' })),
      ...logs.flatMap(({ credits }) => credits),
    ],
    tokenGrants: logs.flatMap(({ tokenGrants }) => tokenGrants),
    calls: logs.flatMap(({ calls }) => calls),
    refunds: logs.flatMap(({ refunds }) => refunds),
    refusals: 0,
  };
  const rows = await books.database.query<Resolution>(
    'SELECT hold_id, kind, amount, usage FROM hold_resolutions JOIN holds ON id = hold_id WHERE user_id = ANY($1)',
    [users],
  );
  expect(rows).toHaveLength(log.calls.length);
  const expected = fold(log, new Map(rows.map((row) => [row.hold_id, row])));
  const wallets = await books.database.query<{ user_id: string; free: boolean; posted: bigint; held: bigint }>(
    `SELECT user_id, bucket = 'free_tokens' AS free, sum(posted)::bigint AS posted, sum(held)::bigint AS held
     FROM wallets WHERE user_id = ANY($1) GROUP BY 1, 2`,
    [users],
  );
  const sumsOf = (free: boolean) =>
    new Map(wallets.filter((row) => row.free === free).map((row) => [row.user_id, row.posted]));
  expect(wallets.every(({ held }) => held === 0n)).toBe(true);
  expect(shown(sumsOf(false))).toEqual(shown(expected.money));
  expect(shown(sumsOf(true))).toEqual(shown(expected.tokens));
  const days = await books.database.query<{ id: string; spent: bigint }>(
    'SELECT api_key_id AS id, sum(spent + held)::bigint AS spent FROM api_key_days WHERE api_key_id = ANY($1) GROUP BY 1',
    [users.map(keyOf)],
  );
  expect(shown(new Map(days.map(({ id, spent }) => [id, spent])))).toEqual(shown(expected.keys));
  const { platform } = await balancesOf(books.database);
  const gains = new Map([...platform].map(([code, sum]): [string, bigint] => [code, sum - (before.get(code) ?? 0n)]));
  expect(shown(gains)).toEqual(shown(expected.platform));
}

const planOf = (users: readonly string[], seed: number, lanes: number, steps: number): WorkPlan => ({
  ...{ seed, users, lanes, steps },
  prices: books.prices,
});

test('on 8 connections at once, the books hold what the sums of all that was done say', async () => {
  let calls = 0;
  let refusals = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { platform: before } = await balancesOf(books.database);
    const users = await people();
    const logs = await Promise.all(
      eight.map((process, index) => {
        const second = async () => {
          process.clock.advance(1_000);
          await process.idle();
        };
        return doWork({ ...process, second }, planOf(users, SEED + round * CONNECTIONS + index, 1, STEPS));
      }),
    );
    await check(users, logs, before);
    calls += logs.reduce((sum, log) => sum + log.calls.length, 0);
    refusals += logs.reduce((sum, log) => sum + log.refusals, 0);
  }
  expect(await breaches(books.ledger)).toEqual([]);
  report('concurrent, 8 connections', { rounds: ROUNDS, calls, refusals });
  expect(calls).toBeGreaterThan(ROUNDS * 50);
  expect(refusals).toBeGreaterThan(0);
});

function inProcess(order: Order): Promise<WorkLog> {
  return new Promise((resolve, reject) => {
    const child = fork(LEDGER_PROCESS, { execArgv: ['--import', TYPESCRIPT], serialization: 'advanced' });
    child.once('message', (log) => resolve(log as WorkLog));
    child.once('exit', (code) => reject(new Error(`the process ended with ${code} before it had answered`)));
    child.send(order);
  });
}

test('in two processes with 8 connections each, too', async () => {
  const { platform: before } = await balancesOf(books.database);
  const users = await people();
  const orders = Array.from({ length: PROCESSES }, (_, index) => ({
    url: books.url,
    plan: planOf(users, SEED + 77_777 * (index + 1), CONNECTIONS, PROCESS_STEPS),
  }));
  const logs = await Promise.all(orders.map(inProcess));
  await check(users, logs, before);
  const calls = logs.reduce((sum, log) => sum + log.calls.length, 0);
  const refusals = logs.reduce((sum, log) => sum + log.refusals, 0);
  expect(await breaches(books.ledger)).toEqual([]);
  report('concurrent, 2 processes', { calls, refusals });
});
