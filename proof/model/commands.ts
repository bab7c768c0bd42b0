import { formatUsd } from '@q/contract/money';
import fc from 'fast-check';
import { expect } from 'vitest';
import { bookAdjustment } from '../../apps/server/src/features/ledger/adjustments.ts';
import { bookGrant } from '../../apps/server/src/features/ledger/grants.ts';
import type { Hold } from '../../apps/server/src/features/ledger/hold.ts';
import { bookRefund } from '../../apps/server/src/features/ledger/refunds.ts';
import { AppError } from '../../apps/server/src/lib/app-error.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import { type Books, endLeases, grantTokens, type Mode, type Process, TERMS, topUp } from '../lib/books.ts';
import { toUsage } from '../lib/usage.ts';
import type { RefCall, ReferenceLedger, RefKey, RefUsage } from './reference-ledger.ts';

/** The real ledger under a sequence of commands, with names of its own for people and keys. */
export interface Real {
  books: Books;
  process: Process;
  /** Another process, which sweeps. */
  other: Process;
  users: readonly string[];
  holds: Map<string, Hold>;
  topUps: string[];
  grants: string[];
  /** How many commands have been run. */
  count: number;
}

/** The reference, and the keys of its people. */
export interface Model {
  ledger: ReferenceLedger;
  keys: Map<string, RefKey>;
}

type Command = fc.AsyncCommand<Model, Real>;

export const KEY_LIMIT = 12_000_000n;
const PEOPLE = 3;
const LATE = Date.now() + 86_400_000;

/** A command is never out of place: what it is about is chosen from what there is, and without anything it does nothing. */
function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      real.count += 1;
      await run(model, real);
    },
    toString: () => name,
  };
}

const show = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
const nth = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const callsIn = (model: Model, ...states: RefCall['state'][]) =>
  model.ledger.calls.filter(({ state }) => states.includes(state));

/** The error of the catalogue that `work` ends with; null when it ends well. */
async function refusalOf(work: Promise<unknown>): Promise<AppError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const END = { usageSource: 'provider' as const, reason: 'completed', attempts: [] };
const VOID = { reason: 'upstream_error', attempts: [] };

const person = fc.nat(PEOPLE - 1);
const some = fc.nat(1_000);
const nano = fc.oneof(fc.bigInt(1n, 9_000_000n), fc.bigInt(1n, 90_000_000n));
const tokens = fc.bigInt(1n, 3_000n);
const usage: fc.Arbitrary<RefUsage> = fc
  .record({
    plain: fc.bigInt(0n, 900n),
    cached: fc.bigInt(0n, 400n),
    write: fc.bigInt(0n, 200n),
    output: fc.bigInt(0n, 1_500n),
  })
  .map(({ plain, cached, write, output }) => ({ input: plain + cached + write, cached, write, output }));
const mode = fc.constantFrom<Mode>('resale', 'publisher', 'byok');

const userOf = (real: Real, n: number) => real.users[n] ?? '';

const topUps = fc.record({ who: person, nano, times: fc.integer({ min: 1, max: 3 }) }).map((it) =>
  command(`topUp(${show(it)})`, async (model, real) => {
    const id = newId('top');
    const user = userOf(real, it.who);
    const booked: boolean[] = [];
    for (let time = 0; time < it.times; time += 1) booked.push(await topUp(real.process, user, it.nano, id));
    expect(booked).toEqual([true, ...Array<boolean>(it.times - 1).fill(false)]);
    model.ledger.topUp(user, it.nano);
  }),
);

const grants = fc.record({ who: person, nano }).map((it) =>
  command(`grant(${show(it)})`, async (model, real) => {
    const id = newId('gnt');
    const user = userOf(real, it.who);
    const expiresAt = new Date(LATE + 60_000 * real.grants.length);
    const grant = { id, userId: user, amount: it.nano, expiresAt, reason: 'proof', actorId: 'usr_proof' };
    await real.process.database.transaction((tx) => bookGrant(tx, grant));
    model.ledger.grant(user, id, it.nano);
    real.grants.push(`wallet:${user}:promo:${id}`);
  }),
);

const tokenGrants = fc.record({ who: person, tokens }).map((it) =>
  command(`grantTokens(${show(it)})`, async (model, real) => {
    const id = newId('gnt');
    const user = userOf(real, it.who);
    await grantTokens(real.books.database, user, id, it.tokens);
    model.ledger.grantTokens(user, id, it.tokens);
    real.grants.push(`wallet:${user}:tokens:${id}`);
  }),
);

const adjustments = fc
  .record({ who: person, amount: fc.bigInt(-9_000_000n, 9_000_000n).filter((n) => n !== 0n) })
  .map((it) =>
    command(`adjust(${show(it)})`, async (model, real) => {
      const userId = userOf(real, it.who);
      const adjustment = { id: newId('adj'), userId, amount: it.amount, reason: 'proof', actorId: 'usr_proof' };
      const refusal = await refusalOf(real.process.database.transaction((tx) => bookAdjustment(tx, adjustment)));
      expect(refusal?.code).toBe(model.ledger.adjust(userId, it.amount) ? undefined : 'conflict');
    }),
  );

const expiries = some.map((n) =>
  command(`expire(${n})`, async (model, real) => {
    const code = nth(real.grants, n) ?? null;
    await real.books.database.query(
      "UPDATE wallets SET expires_at = now() - interval '1 second' WHERE account_id = (SELECT id FROM accounts WHERE code = $1)",
      [code],
    );
    model.ledger.expire(code);
    await real.books.expiry.run();
  }),
);

const freezes = fc.record({ who: person, frozen: fc.boolean() }).map((it) =>
  command(`freeze(${show(it)})`, async (model, real) => {
    const user = userOf(real, it.who);
    const status = it.frozen ? 'frozen' : 'active';
    await real.books.database.query('UPDATE wallets SET status = $2 WHERE user_id = $1', [user, status]);
    model.ledger.freeze(user, it.frozen);
  }),
);

const holds = fc
  .record({ who: person, mode, nano, tokens: fc.option(tokens, { freq: 3 }), limited: fc.boolean() })
  .map((it) =>
    command(`hold(${show(it)})`, async (model, real) => {
      const id = newId('req');
      const user = userOf(real, it.who);
      const key = it.limited ? (model.keys.get(user) ?? null) : null;
      const price = real.books.prices[it.mode];
      const request = {
        ...{ id, userId: user, modelId: price.modelId, provider: 'proof', payee: 'proof', price },
        apiKey: key && { id: `key_${user}`, dailyLimitNano: key.limit },
        amount: it.nano,
        tokensMax: it.tokens,
      };
      const refusal = await refusalOf(real.process.ledger.hold(request).then((hold) => real.holds.set(id, hold)));
      const said = model.ledger.hold({ id, user, terms: TERMS[it.mode], key }, it.nano, it.tokens);
      if (!('refused' in said)) expect(refusal).toBeNull();
      else if (said.refused === 'limit') expect(refusal?.code).toBe('rate_limited');
      else {
        expect(refusal?.extra).toEqual({
          available_usd: formatUsd(said.available),
          held_usd: formatUsd(said.held),
          needed_usd: formatUsd(it.nano),
        });
      }
    }),
  );

const extensions = fc.record({ n: some, nano: fc.bigInt(1n, 5_000_000n), tokens }).map((it) =>
  command(`extend(${show(it)})`, async (model, real) => {
    const call = nth(callsIn(model, 'open'), it.n);
    const hold = call && real.holds.get(call.id);
    if (!call || !hold) return;
    const said = model.ledger.extend(call, it.nano, it.tokens);
    expect(await real.process.ledger.extend(hold, { nano: it.nano, tokens: it.tokens })).toBe(said);
  }),
);

/** A piece of the answer is relayed; a second later what was relayed is stored. */
const deliveries = fc.record({ n: some, usage }).map((it) =>
  command(`deliver(${show(it)})`, async (model, real) => {
    const call = nth(callsIn(model, 'open'), it.n);
    const hold = call && real.holds.get(call.id);
    if (!call || !hold) return;
    hold.delivered = toUsage(it.usage);
    call.delivered = it.usage;
  }),
);
const seconds = fc.constant(null).map(() =>
  command('second()', async (model, real) => {
    real.process.clock.advance(1_000);
    await real.process.idle();
    for (const call of callsIn(model, 'open')) call.checkpoint = call.delivered ?? call.checkpoint;
  }),
);

/** Ends a call, or tries to end one again that has ended: the charge stays what it was. */
const ends = fc.record({ n: some, usage: fc.option(usage, { freq: 5 }), again: fc.nat(5) }).map((it) =>
  command(`${it.usage === null ? 'void' : 'settle'}(${show(it)})`, async (model, real) => {
    const call = it.again === 0 ? nth(callsIn(model, 'settled', 'void'), it.n) : nth(callsIn(model, 'open'), it.n);
    const hold = call && real.holds.get(call.id);
    if (!call || !hold) return;
    const { ledger } = real.process;
    const settled =
      it.usage === null
        ? await ledger.void(hold, VOID)
        : await ledger.settle(hold, { ...END, usage: toUsage(it.usage) });
    expect(settled.charged).toBe(model.ledger.end(call, it.usage));
  }),
);

const refunds = fc.record({ n: some, nano: fc.option(fc.bigInt(1n, 4_000_000n)) }).map((it) =>
  command(`refund(${show(it)})`, async (model, real) => {
    const call = nth(callsIn(model, 'open', 'settled', 'void'), it.n);
    if (!call) return;
    const refund = { callId: call.id, amount: it.nano, reason: 'proof', actorId: 'usr_proof' };
    const refusal = await refusalOf(real.process.database.transaction((tx) => bookRefund(tx, refund)));
    expect(refusal?.code).toBe(model.ledger.refund(call, it.nano) ? undefined : 'conflict');
  }),
);

/** The process is gone, with all it knew of its calls. */
const deaths = fc.constant(null).map(() =>
  command('die()', async (model, real) => {
    real.process.die();
    for (const call of callsIn(model, 'open')) call.state = 'orphan';
  }),
);

/** Sweeps take what is orphaned, charge what is known to be delivered, and leave the living alone. */
export const sweep = command('sweep()', async (model, real) => {
  const orphans = callsIn(model, 'orphan');
  await endLeases(
    real.books.database,
    orphans.map(({ id }) => id),
  );
  expect(await real.other.ledger.sweep()).toBe(orphans.length);
  for (const call of orphans) model.ledger.end(call, call.checkpoint);
});

const weighted: [number, fc.Arbitrary<Command>][] = [
  [3, topUps],
  [1, grants],
  [1, tokenGrants],
  [1, adjustments],
  [1, expiries],
  [1, freezes],
  [9, holds],
  [2, extensions],
  [2, deliveries],
  [2, seconds],
  [8, ends],
  [2, refunds],
  [1, deaths],
  [1, fc.constant(sweep)],
];

/** All commands, the frequent ones more often. */
export const COMMANDS = weighted.flatMap(([weight, arbitrary]) => Array<typeof arbitrary>(weight).fill(arbitrary));
