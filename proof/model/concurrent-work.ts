import { bookAdjustment } from '../../apps/server/src/features/ledger/adjustments.ts';
import { bookGrant } from '../../apps/server/src/features/ledger/grants.ts';
import type { Hold } from '../../apps/server/src/features/ledger/hold.ts';
import { bookRefund } from '../../apps/server/src/features/ledger/refunds.ts';
import type { Ledger } from '../../apps/server/src/features/ledger/service.ts';
import { AppError } from '../../apps/server/src/lib/app-error.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import type { Database } from '../../apps/server/src/platform/database/database.ts';
import { grantTokens, type Mode, type Prices, topUp } from '../lib/books.ts';
import { createRandom, type Random } from '../lib/random.ts';
import { toUsage } from '../lib/usage.ts';
import type { RefUsage } from './reference-ledger.ts';

/** What one process did: enough to say what the books have to hold, whatever the order in which it came about. */
export interface WorkLog {
  /** Money put in (or taken out, below zero), by the account on the other side. */
  credits: { user: string; amount: bigint; from: string }[];
  tokenGrants: { user: string; tokens: bigint }[];
  calls: CallLog[];
  refunds: { callId: string; amount: bigint }[];
  /** Requests that were refused, as they may be. */
  refusals: number;
}

/** One call whose money was held. */
export interface CallLog {
  id: string;
  user: string;
  mode: Mode;
  asset: 'USD' | 'FREE_TOKEN';
  limited: boolean;
  held: bigint;
  /** What each attempt to end it was told it cost; none for a call that was left to the sweep. */
  told: bigint[];
  /** Every usage that somebody tried to charge or to store. */
  usages: RefUsage[];
}

/** What a process is asked to do. */
export interface WorkPlan {
  seed: number;
  users: readonly string[];
  prices: Prices;
  /** How many threads of work run at once, and how many things each does. */
  lanes: number;
  steps: number;
}

interface Worker {
  ledger: Ledger;
  database: Database;
  /** Lets a second pass, after which what was delivered is stored. */
  second(): Promise<void>;
}

/** The limit of the key that some calls are made with. */
const KEY_LIMIT = 60_000_000n;
export const keyOf = (user: string) => `key_${user}`;

const END = { usageSource: 'provider' as const, reason: 'completed', attempts: [] };

function randomUsage(random: Random): RefUsage {
  const cached = BigInt(random.below(300));
  const write = BigInt(random.below(100));
  return { cached, write, input: cached + write + BigInt(random.below(600)), output: BigInt(random.below(1_200)) };
}

async function refused(log: WorkLog, work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (!(error instanceof AppError) || !['insufficient_balance', 'rate_limited', 'conflict'].includes(error.code))
      throw error;
    log.refusals += 1;
    return true;
  }
}

async function putIn(worker: Worker, plan: WorkPlan, random: Random, log: WorkLog): Promise<void> {
  const user = random.pick(plan.users);
  const amount = BigInt(random.between(1, 20_000_000));
  const { database } = worker;
  const kind = random.below(4);
  if (kind === 0) {
    const tokens = BigInt(random.between(100, 3_000));
    await grantTokens(database, user, newId('gnt'), tokens);
    log.tokenGrants.push({ user, tokens });
  } else if (kind === 1) {
    const expiresAt = new Date(Date.now() + 3_600_000 + random.below(1_000_000));
    const grant = { id: newId('gnt'), userId: user, amount, expiresAt, reason: 'proof', actorId: 'usr_proof' };
    await database.transaction((tx) => bookGrant(tx, grant));
    log.credits.push({ user, amount, from: 'expense:promo' });
  } else if (kind === 2) {
    const signed = random.oneIn(2) ? amount : -amount;
    const adjustment = { id: newId('adj'), userId: user, amount: signed, reason: 'proof', actorId: 'usr_proof' };
    if (
      await refused(
        log,
        database.transaction((tx) => bookAdjustment(tx, adjustment)),
      )
    )
      return;
    log.credits.push({ user, amount: signed, from: signed > 0n ? 'expense:adjustment' : 'revenue:adjustment' });
  } else {
    await topUp(worker, user, amount);
    log.credits.push({ user, amount, from: 'asset:test_funds' });
  }
}

/** Ends a call once, or several times at once in several ways, or leaves it to the sweep. */
async function endCall(worker: Worker, hold: Hold, random: Random, call: CallLog): Promise<void> {
  if (random.oneIn(12)) {
    hold.delivered = null;
    if (random.oneIn(2)) {
      const usage = randomUsage(random);
      call.usages.push(usage);
      hold.delivered = toUsage(usage);
      await worker.second();
    }
    worker.ledger.abandon(hold);
    return;
  }
  const ends = Array.from({ length: random.oneIn(6) ? 3 : 1 }, async () => {
    if (random.oneIn(5)) return worker.ledger.void(hold, { reason: 'upstream_error', attempts: [] });
    const usage = randomUsage(random);
    call.usages.push(usage);
    return worker.ledger.settle(hold, { ...END, usage: toUsage(usage) });
  });
  call.told = (await Promise.all(ends)).map(({ charged }) => charged);
}

async function oneCall(worker: Worker, plan: WorkPlan, random: Random, log: WorkLog): Promise<void> {
  const user = random.pick(plan.users);
  const mode = random.pick<Mode>(['resale', 'publisher', 'byok']);
  const price = plan.prices[mode];
  const limited = random.oneIn(4);
  const amount = BigInt(random.between(0, 8_000_000));
  const request = {
    ...{ id: newId('req'), userId: user, modelId: price.modelId, provider: 'proof', payee: 'proof', price, amount },
    apiKey: limited ? { id: keyOf(user), dailyLimitNano: KEY_LIMIT } : null,
    tokensMax: random.oneIn(4) ? BigInt(random.between(1, 1_500)) : null,
  };
  let hold: Hold | undefined;
  if (
    await refused(
      log,
      worker.ledger.hold(request).then((opened) => (hold = opened)),
    )
  )
    return;
  if (!hold) return;
  const opened = hold;
  if (random.oneIn(3)) await worker.ledger.extend(opened, { nano: BigInt(random.between(1, 2_000_000)), tokens: 100n });
  const held = opened.lines.reduce((sum, line) => sum + line.amount, 0n);
  const { id, asset } = opened;
  const call: CallLog = { id, user, mode, asset, limited: opened.apiKeyDay !== null, held, told: [], usages: [] };
  log.calls.push(call);
  await endCall(worker, opened, random, call);
}

async function refundOne(worker: Worker, random: Random, log: WorkLog): Promise<void> {
  const charged = log.calls.filter(({ told }) => (told[0] ?? 0n) > 0n);
  if (charged.length === 0) return;
  const { id: callId } = random.pick(charged);
  const amount = random.oneIn(3) ? null : BigInt(random.between(1, 2_000_000));
  const refund = { callId, amount, reason: 'proof', actorId: 'usr_proof' };
  const booking = worker.database
    .transaction((tx) => bookRefund(tx, refund))
    .then((done) => log.refunds.push({ callId, amount: done.amount }));
  await refused(log, booking);
}

/** Does `steps` random things in each of `lanes` threads at once, and tells what came of them. */
export async function doWork(worker: Worker, plan: WorkPlan): Promise<WorkLog> {
  const log: WorkLog = { credits: [], tokenGrants: [], calls: [], refunds: [], refusals: 0 };
  const lane = async (_: unknown, index: number) => {
    const random = createRandom(plan.seed * 1_000 + index);
    for (let step = 0; step < plan.steps; step += 1) {
      const dice = random.below(10);
      if (dice === 0) await putIn(worker, plan, random, log);
      else if (dice === 1) await refundOne(worker, random, log);
      else await oneCall(worker, plan, random, log);
    }
  };
  await Promise.all(Array.from({ length: plan.lanes }, lane));
  return log;
}
