import { canonicalJson } from '../../lib/canonical-json.ts';
import type { PriceVersion } from '../catalog/price.ts';
import type { AuditedCall, AuditedEnd, AuditedHold, AuditedJournal, StoredReceipt } from './call-audit-store.ts';
import { commissionOf, costOf, grossOf } from './charge.ts';
import { receiptBody } from './receipt.ts';

/** A call with the price it was held at, on the terms of the call; null when the books know no such price. */
export interface PricedCall extends AuditedCall {
  price: PriceVersion | null;
}

/** What a call does wrong by one rule, or null. */
export type CallRule = (call: PricedCall) => string | null;

const NO_JOURNAL: AuditedJournal = {
  fromWallets: 0n,
  fromPlatform: 0n,
  overrun: 0n,
  cost: 0n,
  commission: 0n,
  resale: 0n,
  ownKeyFee: 0n,
  share: 0n,
  tokens: 0n,
  isProper: true,
};

/** I4: a hold is charged at most what it held, from wallets of its owner. */
export const heldEnough: CallRule = ({ id, hold, end }) => {
  if (end === null) return null;
  const held = hold?.money ?? 0n;
  if (end.amount > held) return `hold ${id}: charged ${end.amount} of ${held}`;
  return hold?.isOfOwner === false ? `hold ${id} draws on the wallet of somebody else than ${hold.userId}` : null;
};

/** I5: every charge has one journal, which takes exactly the charge from the wallets and the rest of the price from the platform. */
export const bookedOnce: CallRule = ({ id, end, journal }) => {
  const { amount, subsidy } = end ?? { amount: 0n, subsidy: 0n };
  if ((journal !== null) !== (end?.kind === 'settle'))
    return `hold ${id} was ${end === null ? 'not ended' : `ended by ${end.kind}`} and has ${journal === null ? 'no journal' : 'a journal'} of a charge`;
  const { fromWallets, fromPlatform, isProper } = journal ?? NO_JOURNAL;
  if (fromWallets !== amount || fromPlatform !== subsidy)
    return `hold ${id}: charged ${amount} (free tokens ${subsidy}), its journal takes ${fromWallets} (${fromPlatform})`;
  return isProper ? null : `hold ${id} has another journal than the one that was written at its end`;
};

/** I7: a publisher gets the price less the commission, rounded down. */
export const publisherShare: CallRule = ({ id, end, journal, price }) => {
  if (end?.kind !== 'settle' || price?.mode !== 'publisher') return null;
  const { commission, share } = journal ?? NO_JOURNAL;
  const paid = end.amount + end.subsidy;
  const ours = commissionOf(paid, price.commissionBps);
  if (commission === ours && share === paid - ours) return null;
  return `hold ${id}: commission ${commission} and share ${share} of ${paid} at ${price.commissionBps} bps`;
};

/** What each kind of call earns the platform, besides commission. */
function earned(mode: PriceVersion['mode'], end: AuditedEnd): { resale: bigint; ownKeyFee: bigint } {
  const paid = end.amount + end.subsidy;
  if (mode === 'resale') return { resale: paid + end.overrun, ownKeyFee: 0n };
  return { resale: 0n, ownKeyFee: mode === 'byok' ? paid : 0n };
}

/** I8: what is resold is never sold below its cost, its overrun is booked, and the platform earns what was paid. */
export const soldAboveCost: CallRule = ({ id, end, journal, price }) => {
  if (end?.kind !== 'settle' || price === null) return null;
  const booked = journal ?? NO_JOURNAL;
  const { resale, ownKeyFee } = earned(price.mode, end);
  if (booked.resale !== resale || booked.ownKeyFee !== ownKeyFee)
    return `hold ${id}: earned ${booked.resale} by resale and ${booked.ownKeyFee} in fees, ${resale} and ${ownKeyFee} were paid`;
  const overrun = price.mode === 'resale' ? end.overrun : 0n;
  if (booked.overrun !== overrun) return `hold ${id}: overrun ${overrun}, booked ${booked.overrun}`;
  return price.mode === 'resale' && resale < booked.cost ? `hold ${id}: sold for ${resale}, cost ${booked.cost}` : null;
};

/** I12: pricing the usage again gives the charge, the cost, and the free tokens that were used. */
export const ratedAgain: CallRule = ({ id, hold, end, journal, price }) => {
  if (end?.kind !== 'settle') return null;
  if (hold === null || price === null) return `hold ${id} names an unknown price version`;
  const gross = end.amount + end.overrun + end.subsidy;
  const again = grossOf(end.usage, price);
  if (again !== gross) return `hold ${id}: charged ${gross}, its usage is worth ${again}`;
  const booked = journal ?? NO_JOURNAL;
  const cost = price.mode === 'resale' ? costOf(end.usage, price) : 0n;
  if (cost !== booked.cost) return `hold ${id}: cost booked ${booked.cost}, its usage costs ${cost}`;
  const used = BigInt(end.usage.inputTokens + end.usage.outputTokens);
  const tokens = used < hold.tokens ? used : hold.tokens;
  return tokens === booked.tokens ? null : `hold ${id}: ${booked.tokens} free tokens booked, it used ${tokens}`;
};

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

interface Charged {
  call: PricedCall;
  hold: AuditedHold;
  end: AuditedEnd;
  price: PriceVersion;
  receipt: StoredReceipt;
}

/** The receipt as the books would write it again; the process's own clock is known from nowhere else than the receipt. */
function writeAgain({ call, hold, end, price, receipt }: Charged, times: { startedAt: Date; settledAt: Date }): string {
  const { cost, share } = call.journal ?? NO_JOURNAL;
  const transfers = [{ debit: '', credit: 'payable:', amount: share }];
  const plan = { charged: end.amount, overrun: end.overrun, subsidy: end.subsidy, wallets: [], transfers };
  const { userId, apiKeyId, modelId, provider } = hold;
  const { usage, usageSource, reason: outcome, attempts } = end;
  const held = hold.tokens > 0n ? hold.tokens : hold.money;
  const who = { callId: call.id, userId, apiKeyId, modelId, provider };
  const facts = { ...who, price, held, plan, cost, usage, usageSource, outcome, attempts, ...times };
  return receiptBody(facts, { id: receipt.chainId, seq: receipt.seq });
}

/** Names the first field in which two receipts differ. */
function firstDifference(where: string, said: Record<string, unknown>, booked: string): string {
  const known = parseObject(booked) ?? {};
  for (const field of new Set([...Object.keys(known), ...Object.keys(said)])) {
    const [left, right] = [said[field], known[field]].map((value) => canonicalJson({ value: value ?? null }));
    if (left !== right) return `${where} says ${field} ${left}, the books say ${right}`;
  }
  return `${where} is not written as receipts are`;
}

/** A moment that stands in the text of a receipt; null when there is none. Quotes within its strings are escaped, so that no string holds one. */
function timeIn(body: string, field: string): Date | null {
  const begin = body.indexOf(`"${field}":"`);
  if (begin < 0) return null;
  const from = begin + field.length + 4;
  const time = new Date(body.slice(from, body.indexOf('"', from)));
  return Number.isNaN(time.getTime()) ? null : time;
}

function receiptFault(charged: Charged): string | null {
  const { body } = charged.receipt;
  const where = `receipt of ${charged.call.id}`;
  const startedAt = timeIn(body, 'started_at');
  const settledAt = timeIn(body, 'settled_at');
  if (startedAt === null || settledAt === null) return `${where} is not a receipt`;
  const booked = writeAgain(charged, { startedAt, settledAt });
  if (booked === body) return null;
  const said = parseObject(body);
  return said === null ? `${where} is not a receipt` : firstDifference(where, said, booked);
}

/** I9: every charge has a receipt, and it says what the books say; nothing else has one. */
export const receiptAgrees: CallRule = (call) => {
  const { id, hold, end, price, receipt } = call;
  if (end?.kind !== 'settle') return receipt === null ? null : `receipt of ${id} belongs to no charge`;
  if (receipt === null) return end.isOlderThanReceipts ? null : `charge ${id} has no receipt`;
  if (hold === null) return `receipt of ${id} belongs to no hold`;
  if (price === null) return `receipt of ${id} names a price that is not there`;
  return receiptFault({ call, hold, end, price, receipt });
};

/** What a charge owes to whom, by the rules; null when nobody is owed anything. Amount in nano-dollars. */
export function owedBy({ hold, end, price }: PricedCall): { code: string; amount: bigint } | null {
  if (hold === null || end?.kind !== 'settle' || price === null) return null;
  const paid = end.amount + end.subsidy;
  if (price.mode === 'resale') return { code: `payable:provider:${hold.payee}`, amount: costOf(end.usage, price) };
  if (price.mode !== 'publisher') return null;
  return { code: `payable:publisher:${hold.payee}`, amount: paid - commissionOf(paid, price.commissionBps) };
}

/** `${where} …` of a rule, or that the row cannot be understood at all: altered rows may hold anything. */
export function judged(rule: CallRule, call: PricedCall): string | null {
  try {
    return rule(call);
  } catch {
    return `hold ${call.id} cannot be understood: its usage, attempts or price are not what they should be`;
  }
}
