import { formatUsd } from '@q/contract/money';
import type { Usage, UsageSource } from '@q/providers/spec/usage';
import type { PriceVersion, UnitPrices } from '../catalog/price.ts';
import type { Attempt } from './end-holds-store.ts';
import type { SettlementPlan } from './settlement.ts';

/** What a receipt tells. Amounts in nano-dollars. */
export interface ReceiptFacts {
  callId: string;
  userId: string;
  apiKeyId: string | null;
  modelId: string;
  provider: string;
  price: PriceVersion;
  /** Nano-dollars, or tokens for a call on free tokens. */
  held: bigint;
  plan: SettlementPlan;
  /** What the provider is owed for it. */
  cost: bigint;
  usage: Usage;
  usageSource: UsageSource;
  outcome: string;
  attempts: readonly Attempt[];
  startedAt: Date;
  settledAt: Date;
}

/** The parts of a charged call's price that went to the platform and to who made or serves the model. */
function splitOf({ price, plan, cost }: ReceiptFacts): { platform_usd: string; payee_usd: string } {
  const total = plan.charged + plan.overrun + plan.subsidy;
  if (price.mode === 'resale') return { payee_usd: formatUsd(cost), platform_usd: formatUsd(total - cost) };
  const payee = plan.transfers
    .filter(({ credit }) => typeof credit === 'string' && credit.startsWith('payable:'))
    .reduce((sum, { amount }) => sum + amount, 0n);
  return { payee_usd: formatUsd(payee), platform_usd: formatUsd(plan.charged + plan.subsidy - payee) };
}

const toPrices = (prices: UnitPrices) => ({
  cache_write: prices.cacheWrite.toString(),
  cached_input: prices.cachedInput.toString(),
  image: prices.image.toString(),
  input: prices.input.toString(),
  output: prices.output.toString(),
});

/** Usage as it stands on a receipt. */
const usageOnReceipt = (usage: Usage) => ({
  cache_write_tokens: usage.cacheWriteTokens,
  cached_input_tokens: usage.cachedInputTokens,
  images: usage.images ?? 0,
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  reasoning_tokens: usage.reasoningTokens,
});

function writePrice(price: PriceVersion): string {
  return JSON.stringify({
    commission_bps: price.commissionBps,
    fee_bps: price.feeBps ?? null,
    list_pico: toPrices(price.list),
    unit: price.unit,
    version: price.id.toString(),
  });
}

/** The price as it stands on receipts, by price: a price never changes, and stands on many. */
const written = new WeakMap<PriceVersion, string>();

function priceOnReceipt(price: PriceVersion): string {
  let text = written.get(price);
  if (text === undefined) {
    text = writePrice(price);
    written.set(price, text);
  }
  return text;
}

const attemptsOnReceipt = (attempts: readonly Attempt[]) =>
  attempts.map(({ provider, outcome, upstreamRequestId }) => ({
    outcome,
    provider,
    upstream_request_id: upstreamRequestId,
  }));

const json = JSON.stringify;

/**
 * The body of a receipt, in canonical JSON: the keys below stand in order, so that the parts one after the other give the canonical bytes.
 * Unit prices are whole pico-dollars (1e-12 $) a token or an image.
 */
export function receiptBody(facts: ReceiptFacts, chain: { id: string; seq: bigint }): string {
  const { price, plan } = facts;
  return `{"api_key_id":${json(facts.apiKeyId)},"attempts":${json(attemptsOnReceipt(facts.attempts))},"call_id":${json(facts.callId)},\
"chain":{"id":${json(chain.id)},"seq":${Number(chain.seq)}},"charged_usd":"${formatUsd(plan.charged)}","free_tokens":${plan.subsidy > 0n},\
"held":"${facts.held}","mode":${json(price.mode)},"model":${json(facts.modelId)},"outcome":${json(facts.outcome)},\
"overrun_usd":"${formatUsd(plan.overrun)}","price":${priceOnReceipt(price)},"provider":${json(facts.provider)},\
"settled_at":"${facts.settledAt.toISOString()}","split":${json(splitOf(facts))},"started_at":"${facts.startedAt.toISOString()}",\
"subsidy_usd":"${formatUsd(plan.subsidy)}","usage":${json(usageOnReceipt(facts.usage))},"usage_source":${json(facts.usageSource)},\
"user_id":${json(facts.userId)},"v":1}`;
}
