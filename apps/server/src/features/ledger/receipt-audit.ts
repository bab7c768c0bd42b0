import { formatUsd } from '@q/contract/money';
import { receiptBodySchema } from '@q/contract/receipts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';
import { commissionOf, costOf, grossOf } from './charge.ts';
import { priceVersions } from './price-store.ts';
import { usageOnReceipt } from './receipt.ts';
import { type AuditedReceipt, chargeWithoutReceipt, readPayables, readReceipts } from './receipt-audit-store.ts';
import { genesisHash, receiptHash } from './receipt-chain.ts';

/** What is wrong with the receipts, by invariant; null where nothing is. */
export interface ReceiptFaults {
  /** I9: every charge has its receipt, and they say the same. */
  receipts: string | null;
  /** I12: pricing the usage again gives the charge and the cost. */
  rating: string | null;
  /** I13: what is owed is what the charges say. */
  payables: string | null;
  /** I14: the chains are unbroken. */
  chains: string | null;
}

/** The ends of the chains that were read: what stands before the next receipt. */
type ChainEnds = Map<string, { seq: bigint; hash: string }>;

function chainFault(receipt: AuditedReceipt, ends: ChainEnds): string | null {
  const { chain_id, seq, prev_hash, hash, body } = receipt;
  const before = ends.get(chain_id) ?? { seq: 0n, hash: genesisHash(chain_id) };
  ends.set(chain_id, { seq, hash });
  const where = `receipt ${seq} of chain ${chain_id}`;
  if (seq !== before.seq + 1n) return `${where} does not follow ${before.seq}`;
  if (prev_hash !== before.hash) return `${where} does not bear the hash of the one before it`;
  if (receiptHash(prev_hash, body) !== hash) return `${where} was altered: its hash is another one`;
  return null;
}

const canonicalEquals = (left: object, right: object): boolean => canonicalJson(left) === canonicalJson(right);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Compares what the receipt says with the end of the hold and the chain it stands in. */
function contentFault(receipt: AuditedReceipt): string | null {
  const where = `receipt of ${receipt.hold_id}`;
  if (receipt.kind !== 'settle') return `${where} belongs to no charge`;
  const parsed = receiptBodySchema.safeParse(parseJson(receipt.body));
  if (!parsed.success) return `${where} is not a receipt`;
  const body = parsed.data;
  const said = [body.call_id, body.user_id, body.charged_usd, body.overrun_usd, body.subsidy_usd, body.usage_source];
  const booked = [
    receipt.hold_id,
    receipt.user_id,
    formatUsd(receipt.amount),
    formatUsd(receipt.overrun),
    formatUsd(receipt.subsidy),
    receipt.usage_source,
  ];
  for (const [index, value] of said.entries()) {
    if (value !== booked[index]) return `${where} says ${value}, the books say ${booked[index]}`;
  }
  if (!canonicalEquals(body.usage, usageOnReceipt(receipt.usage))) return `${where} tells another usage than the books`;
  const { id, seq } = body.chain;
  return id === receipt.chain_id && BigInt(seq) === receipt.seq ? null : `${where} names another place in the chain`;
}

/** The price a call was held at, on the terms of the call. */
function termsOf(receipt: AuditedReceipt, prices: Map<bigint, PriceVersion>): PriceVersion | null {
  const price = prices.get(receipt.price_version_id);
  if (!price) return null;
  return { ...price, mode: receipt.mode, ...(receipt.fee_bps === null ? {} : { feeBps: receipt.fee_bps }) };
}

function ratingFault(receipt: AuditedReceipt, price: PriceVersion | null): string | null {
  if (price === null) return `hold ${receipt.hold_id} names an unknown price version`;
  const gross = receipt.amount + receipt.overrun + receipt.subsidy;
  const again = grossOf(receipt.usage, price);
  if (again !== gross) return `hold ${receipt.hold_id}: charged ${gross}, its usage is worth ${again}`;
  const cost = price.mode === 'resale' ? costOf(receipt.usage, price) : 0n;
  return cost === receipt.cost ? null : `hold ${receipt.hold_id}: cost booked ${receipt.cost}, its usage costs ${cost}`;
}

/** What a charge owes to whom, by the rules. */
function owedBy(receipt: AuditedReceipt, price: PriceVersion): { code: string; amount: bigint } | null {
  const paid = receipt.amount + receipt.subsidy;
  if (price.mode === 'resale')
    return { code: `payable:provider:${receipt.payee}`, amount: costOf(receipt.usage, price) };
  if (price.mode !== 'publisher') return null;
  return { code: `payable:publisher:${receipt.payee}`, amount: paid - commissionOf(paid, price.commissionBps) };
}

async function payablesFault(tx: Queryable, owed: Map<string, bigint>): Promise<string | null> {
  const booked = await readPayables(tx);
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

/** Reads every receipt once and compares it with the books, its price and its chain. Stops at the first fault of each kind. */
export async function auditReceipts(tx: Queryable): Promise<ReceiptFaults> {
  const faults: ReceiptFaults = { receipts: null, rating: null, payables: null, chains: null };
  const ends: ChainEnds = new Map();
  const owed = new Map<string, bigint>();
  const prices = new Map<bigint, PriceVersion>();
  for await (const batch of readReceipts(tx)) {
    const unknown = batch.map((receipt) => receipt.price_version_id).filter((id) => !prices.has(id));
    if (unknown.length > 0) for (const [id, price] of await priceVersions(tx, unknown)) prices.set(id, price);
    for (const receipt of batch) {
      faults.chains ??= chainFault(receipt, ends);
      const content = contentFault(receipt);
      faults.receipts ??= content;
      if (receipt.kind !== 'settle') continue;
      const price = termsOf(receipt, prices);
      faults.rating ??= ratingFault(receipt, price);
      const debt = price && owedBy(receipt, price);
      if (debt) owed.set(debt.code, (owed.get(debt.code) ?? 0n) + debt.amount);
    }
  }
  const missing = await chargeWithoutReceipt(tx);
  if (missing !== undefined) faults.receipts ??= `charge ${missing} has no receipt`;
  faults.payables = await payablesFault(tx, owed);
  return faults;
}
