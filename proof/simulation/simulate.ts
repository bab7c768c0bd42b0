import type { Usage } from '@q/providers/spec/usage';
import type { UnitPrices } from '../../apps/server/src/features/catalog/price.ts';
import type { Catalog } from '../../apps/server/src/features/catalog/service.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import type { Database } from '../../apps/server/src/platform/database/database.ts';
import { createRandom, type Random } from '../lib/random.ts';
import { toRefUsage } from '../lib/usage.ts';
import { grossOf, type RefTerms } from '../model/reference-ledger.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { passTime } from './virtual-time.ts';
import { createWorld, MODELS, type SimCall, type World } from './world.ts';

const CALLS = { min: 4, max: 12 };
const EVENTS_MAX = 20_000;
/** A lease of 30 seconds and 10 more. */
const SWEPT_NO_SOONER_MS = 40_000;
/** After this long nothing is left open, the pause after an outage included, and in such steps it passes. */
const ORPHANED_FOR_MS = 72_000;
const CALM_TICK_MS = 12_000;
/** Longer than an end is tried again. */
const OUTAGE_MS = 132_000;
const OUTAGE_TICK_MS = 11_000;
const OUTAGE_STEPS_MAX = 60;
/** What was left by one world is out of the reach of the next: the usage log looks back a day. */
const BETWEEN_WORLDS_MS = 2 * 24 * 60 * 60 * 1_000;
const TICKS = [250, 1_000, 1_000, 1_000, 1_000, 4_000, 11_000];

/** What a simulated world is left with. */
export interface Outcome {
  faults: string[];
  events: number;
  calls: number;
  trace: string[];
}

/** The database is away for all, so long that ends are given up. */
async function outage(world: World, scheduler: Scheduler): Promise<void> {
  for (const { weather } of world.processes) weather.cutOff = true;
  for (let passed = 0; passed < OUTAGE_MS; passed += OUTAGE_TICK_MS) {
    // Who tries again at once would never end.
    for (let steps = 0; steps < OUTAGE_STEPS_MAX && (await scheduler.step()); steps += 1);
    await world.pass(OUTAGE_TICK_MS);
  }
  for (const { weather } of world.processes) weather.cutOff = false;
}

/** One thing that chance makes happen besides what is waiting to. */
async function disturb(world: World, on: { random: Random; scheduler: Scheduler; wild: boolean }): Promise<void> {
  const { random, scheduler, wild } = on;
  const process = random.pick(world.processes);
  if (wild && random.oneIn(12)) await world.die(process);
  else if (wild && random.oneIn(24)) await outage(world, scheduler);
  else if (wild && random.oneIn(6)) process.weather.cutOff = !process.weather.cutOff;
  else await world.pass(random.pick(TICKS));
}

/** Lets everything end: no more faults, and time enough for leases to end and sweeps to come. */
async function calm(world: World, scheduler: Scheduler): Promise<void> {
  for (const { weather } of world.processes) Object.assign(weather, { faultOneIn: null, cutOff: false });
  const settle = async () => {
    for (let events = 0; await scheduler.step(); events += 1) if (events > EVENTS_MAX) throw new Error('it never ends');
  };
  await settle();
  for (let passed = 0; passed < ORPHANED_FOR_MS; passed += CALM_TICK_MS) {
    await world.pass(CALM_TICK_MS);
    await settle();
  }
}

/** The terms on which each simulated model is sold. */
export type Terms = Map<string, RefTerms>;

interface Booked {
  id: string;
  modelId: string;
  held: bigint;
  kind: 'settle' | 'void' | null;
  amount: bigint | null;
  usage: Usage | null;
  source: string | null;
  reason: string | null;
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);

/** So many bytes of an answer as tokens: four each, and no more than the ceiling that was named, or that the balance set. */
function tokensOf(bytes: number, { ceiling }: SimCall): bigint {
  const tokens = BigInt(Math.ceil(bytes / 4));
  return ceiling === null ? tokens : least(tokens, BigInt(ceiling));
}

/** Our own count, for answers whose provider told none: four bytes a token, and four tokens for the message. */
const counted = (call: SimCall) => ({
  input: BigInt(Math.ceil(call.text.length / 4) + 4),
  cached: 0n,
  write: 0n,
  output: tokensOf(call.seen.bytes, call),
});

/** The provider's figures; with what came after them of an answer that was cut off, as far as our count of all of it goes. */
function told(call: SimCall, usage: Usage): ReturnType<typeof toRefUsage> {
  const { stream, seen } = call;
  const figures = toRefUsage(usage);
  if (!stream || seen.finish !== null) return figures;
  const since = BigInt(Math.ceil((seen.bytes - seen.usageAtBytes) / 4));
  const all = BigInt(Math.ceil(seen.bytes / 4));
  if (since === 0n || figures.output >= all) return figures;
  return { ...figures, output: tokensOf(Number(least(figures.output + since, all)) * 4, call) };
}

/** What a call that was ended by its own process may cost, in nano-dollars, before it is cut to what was held. */
function dueFor(call: SimCall, reason: string, terms: RefTerms): bigint {
  // Nobody has read of it: what the provider began is the platform's loss.
  if (call.stream && call.leavesAfter === 0) return 0n;
  const { bytes, usage, finish } = call.seen;
  const completed = reason === 'completed' || reason === 'zero_completion';
  const nothing = bytes === 0 && (!completed || finish === null || (usage?.outputTokens ?? 0) === 0);
  return nothing ? 0n : grossOf(usage === null ? counted(call) : told(call, usage), terms);
}

/** What is wrong with a call that a sweep has ended. */
function faultsOfSwept(call: SimCall, end: Booked, terms: RefTerms): string[] {
  const faults: string[] = [];
  const usage = end.usage && toRefUsage(end.usage);
  const most = counted(call);
  if (usage && (usage.output > most.output || usage.input !== most.input))
    faults.push('it was charged more than was delivered');
  const due = usage === null ? 0n : least(grossOf(usage, terms), end.held);
  if (end.amount !== due) faults.push(`its checkpoint costs ${due}, it was charged ${end.amount}`);
  const lease = (call.sweptAt ?? 0) - call.leasedAt;
  if (!call.lost && lease < SWEPT_NO_SOONER_MS) faults.push(`it was swept ${lease} ms after its lease was renewed`);
  return faults;
}

/** What is wrong with a call that its own process has ended. */
function faultsOfEnded(call: SimCall, end: Booked, terms: RefTerms): string[] {
  const due = least(dueFor(call, end.reason ?? '', terms), end.held);
  return end.amount === due ? [] : [`it may cost ${due}, it was charged ${end.amount} (${end.reason}, ${end.source})`];
}

/** What is wrong with how one call ended. */
function faultsOf(call: SimCall, end: Booked | undefined, sold: Terms): string[] {
  if (!end) return call.reachedUpstream || call.told !== null ? ['it has no hold'] : [];
  if (end.kind === null) return ['it has not ended'];
  const terms = sold.get(end.modelId);
  if (!terms || !call.models.includes(end.modelId)) return [`it was sold as ${end.modelId}`];
  const isSwept = end.reason?.startsWith('process_died') ?? false;
  const faults = isSwept ? faultsOfSwept(call, end, terms) : faultsOfEnded(call, end, terms);
  if (call.told === null || call.told === end.amount) return faults;
  return [...faults, `it was charged ${end.amount}, its caller was told ${call.told}`];
}

async function audit(real: Database, world: World, users: readonly string[], terms: Terms): Promise<string[]> {
  const rows = await real.query<Booked>(
    `SELECT h.id, h.model_id AS "modelId", r.kind, r.amount, r.usage, r.usage_source AS source, r.reason,
       COALESCE((SELECT sum(amount) FROM hold_lines l WHERE l.hold_id = h.id), 0)::bigint AS held
     FROM holds h LEFT JOIN hold_resolutions r ON r.hold_id = h.id WHERE h.user_id = ANY($1)`,
    [users],
  );
  const ends = new Map(rows.map((row) => [row.id, row]));
  const faults = world.calls.flatMap((call) =>
    [...call.faults, ...faultsOf(call, ends.get(call.id), terms)].map((fault) => `call ${call.number}: ${fault}`),
  );
  for (const call of world.calls) ends.delete(call.id);
  if (ends.size > 0) faults.push(`${ends.size} holds belong to no call`);
  for (const call of world.calls) if (!call.done) faults.push(`call ${call.number} never ended for its caller`);
  for (const user of users) {
    const [wallet] = await real.query<{ posted: bigint; held: bigint }>(
      'SELECT posted, held FROM wallets WHERE user_id = $1',
      [user],
    );
    const spent = rows
      .filter((row) => world.calls.some((call) => call.id === row.id && call.user === user))
      .reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
    const expected = (world.credited.get(user) ?? 0n) - spent;
    if ((wallet?.posted ?? 0n) !== expected || (wallet?.held ?? 0n) !== 0n)
      faults.push(`a wallet has ${wallet?.posted} (held ${wallet?.held}) instead of ${expected}`);
  }
  return faults;
}

/** Where worlds are simulated: on a database whose time stands still (`stopTime`). */
interface Ground {
  real: Database;
  catalog: Catalog;
  terms: Terms;
  /** Waited for after each event: how slow the machine is must not matter. */
  hinder?: () => Promise<void>;
}

/** Runs one world from one seed to its end, and tells what is wrong with what is left. Books themselves are checked by the caller. */
export async function simulate(seed: number, on: Ground): Promise<Outcome> {
  await passTime(on.real, BETWEEN_WORLDS_MS);
  const random = createRandom(seed);
  const scheduler = createScheduler(random, on.hinder);
  const users = [newId('usr'), newId('usr')];
  const faultOneIn = random.pick([null, 60, 20, 8]);
  const wild = !random.oneIn(4);
  const world = createWorld({ real: on.real, catalog: on.catalog, scheduler, random, users, faultOneIn });
  for (let count = random.between(1, 3); count > 0; count -= 1) world.bear();
  const paying = users.map((user) => world.pay(user, BigInt(random.between(1, 900)) * 1_000_000n));
  let left = random.between(CALLS.min, CALLS.max);
  const total = left;
  let events = 0;
  while (events < EVENTS_MAX && (left > 0 || scheduler.waiting() > 0 || world.calls.some(({ done }) => !done))) {
    events += 1;
    if (left > 0 && random.oneIn(6)) {
      left -= 1;
      world.call();
      await scheduler.quiet();
    } else if (random.oneIn(12) || !(await scheduler.step()))
      await disturb(world, { random, scheduler, wild: wild && events < 600 });
    if (events > 900) break;
  }
  await calm(world, scheduler);
  await Promise.all(paying);
  const faults = await audit(on.real, world, users, on.terms);
  for (const { ledger, gateway } of world.processes) {
    ledger.close();
    void gateway.close();
  }
  return { faults, events, calls: total, trace: scheduler.trace };
}

/** The terms on which the simulated models are sold. */
export function termsOf(catalog: Catalog): Terms {
  const flat = ({ input, cachedInput, cacheWrite, output }: UnitPrices) => ({
    input,
    cached: cachedInput,
    write: cacheWrite,
    output,
  });
  return new Map(
    MODELS.map((id) => {
      const price = catalog.get(id)?.price;
      if (!price) throw new Error(`there is no price of ${id}`);
      return [id, { mode: 'resale', list: flat(price.list), cost: flat(price.cost), bps: 0n }];
    }),
  );
}
