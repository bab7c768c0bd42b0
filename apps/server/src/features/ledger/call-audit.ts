import { inTurns } from '../../lib/in-turns.ts';
import type { Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';
import type { BooksPart } from './books-part-store.ts';
import { type AuditedCall, readCalls, readPayables } from './call-audit-store.ts';
import {
  bookedOnce,
  type CallRule,
  heldEnough,
  judged,
  owedBy,
  type PricedCall,
  publisherShare,
  ratedAgain,
  receiptAgrees,
  soldAboveCost,
} from './call-rules.ts';
import { priceVersions } from './price-store.ts';

/** What is wrong with calls, by invariant; null where nothing is. Of several faults the one whose words come first. */
export type CallFaults = Record<(typeof CALL_RULES)[number]['id'] | 'I13', string | null>;

/** The rules about each call, in one reading of all calls. */
export const CALL_RULES = [
  { id: 'I4', rule: 'a hold ends at most once and is charged at most what it held, from wallets of its owner' },
  { id: 'I5', rule: 'every charge has one journal, which takes exactly the charge from the wallets' },
  { id: 'I7', rule: 'a publisher gets the price less the commission, rounded down' },
  { id: 'I8', rule: 'what is resold is never sold below its cost, its overrun is booked, and the rest is earned' },
  { id: 'I9', rule: 'every charge has one receipt, and they say the same' },
  { id: 'I12', rule: 'every charge and its cost can be computed again from usage and price version' },
  { id: 'I13', rule: 'what providers and publishers are owed is what the charges say, less refunds' },
] as const;

const CHECKS: readonly [keyof CallFaults, CallRule][] = [
  ['I4', heldEnough],
  ['I5', bookedOnce],
  ['I7', publisherShare],
  ['I8', soldAboveCost],
  ['I9', receiptAgrees],
  ['I12', ratedAgain],
];

/** Prices by version, on the terms of each call. */
function createPriceList(tx: Queryable) {
  const versions = new Map<bigint, PriceVersion>();
  const onTerms = new Map<string, PriceVersion>();
  return {
    async load(calls: readonly AuditedCall[]): Promise<void> {
      const unknown = new Set<bigint>();
      for (const { hold } of calls)
        if (hold !== null && !versions.has(hold.priceVersionId)) unknown.add(hold.priceVersionId);
      if (unknown.size === 0) return;
      for (const [id, price] of await priceVersions(tx, [...unknown])) versions.set(id, price);
    },
    of({ hold }: AuditedCall): PriceVersion | null {
      if (hold === null) return null;
      const { priceVersionId, mode, feeBps } = hold;
      const key = `${priceVersionId} ${mode} ${feeBps}`;
      const known = onTerms.get(key);
      if (known !== undefined) return known;
      const version = versions.get(priceVersionId);
      if (version === undefined) return null;
      const price = { ...version, mode, ...(feeBps === null ? {} : { feeBps }) };
      onTerms.set(key, price);
      return price;
    },
  };
}

async function payablesFault(tx: Queryable, part: BooksPart, owed: Map<string, bigint>): Promise<string | null> {
  const booked = await readPayables(tx, part);
  for (const { code, credited, stranger } of booked) {
    if (stranger !== null) return `account ${code} was moved by journal ${stranger}`;
    if (credited !== (owed.get(code) ?? 0n))
      return `account ${code} was credited ${credited}, the charges say ${owed.get(code) ?? 0n}`;
  }
  const known = new Set(booked.map(({ code }) => code));
  for (const [code, amount] of owed)
    if (amount > 0n && !known.has(code)) return `account ${code} is owed ${amount} and was credited nothing`;
  return null;
}

/** Adds what a call owes; a call nobody can understand is named by the other rules. */
function addOwed(owed: Map<string, bigint>, call: PricedCall): void {
  try {
    const debt = owedBy(call);
    if (debt !== null) owed.set(debt.code, (owed.get(debt.code) ?? 0n) + debt.amount);
  } catch {
    // The account then misses this call's part, which breaks I13 as it should.
  }
}

function noteFaults(faults: CallFaults, call: PricedCall): void {
  for (const [id, rule] of CHECKS) {
    const fault = judged(rule, call);
    const before = faults[id];
    if (fault !== null && (before === null || fault < before)) faults[id] = fault;
  }
}

/** So many calls are looked at in one go: a millisecond or two, in which no other call is answered. */
const CALLS_IN_ONE_TURN = 50;

/** Reads every call of the part once and checks it by every rule, then what all of them owe. */
export async function auditCalls(tx: Queryable, part: BooksPart): Promise<CallFaults> {
  const faults: CallFaults = { I4: null, I5: null, I7: null, I8: null, I9: null, I12: null, I13: null };
  const owed = new Map<string, bigint>();
  const prices = createPriceList(tx);
  for await (const calls of readCalls(tx, part)) {
    await prices.load(calls);
    for await (const some of inTurns(calls, CALLS_IN_ONE_TURN)) {
      for (const each of some) {
        const call = { ...each, price: prices.of(each) };
        noteFaults(faults, call);
        addOwed(owed, call);
      }
    }
  }
  faults.I13 = await payablesFault(tx, part, owed);
  return faults;
}
