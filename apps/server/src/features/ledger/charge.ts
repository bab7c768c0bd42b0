import type { Usage } from '@q/providers/spec/usage';
import type { PriceVersion, UnitPrices } from '../catalog/price.ts';

/** Pico-dollars in a nano-dollar. */
const PICO_PER_NANO = 1_000n;

const BPS_WHOLE = 10_000n;

/** Σ units · price in pico-dollars. Cached and cache-write tokens are parts of the input and are priced once, each at its own price. */
function totalPico(usage: Usage, prices: UnitPrices): bigint {
  const cached = BigInt(Math.min(usage.cachedInputTokens, usage.inputTokens));
  const cacheWrite = BigInt(Math.min(usage.cacheWriteTokens, usage.inputTokens - Number(cached)));
  const plain = BigInt(usage.inputTokens) - cached - cacheWrite;
  return (
    plain * prices.input +
    cached * prices.cachedInput +
    cacheWrite * prices.cacheWrite +
    BigInt(usage.outputTokens) * prices.output +
    BigInt(usage.images ?? 0) * prices.image
  );
}

/** The one rounding of a call: up to the next whole. */
function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

/**
 * What the buyer pays for `usage`, in nano-dollars: ⌈Σ units · list price⌉; on the buyer's own key ⌈Σ units · list price · fee⌉;
 * nothing for what is free.
 */
export function grossOf(usage: Usage, price: PriceVersion): bigint {
  if (price.mode === 'free') return 0n;
  const pico = totalPico(usage, price.list);
  if (price.mode === 'byok') return divideUp(pico * BigInt(price.feeBps ?? 0), PICO_PER_NANO * BPS_WHOLE);
  return divideUp(pico, PICO_PER_NANO);
}

/** What the provider asks of the platform for `usage`, in nano-dollars: ⌈Σ units · cost price⌉. */
export function costOf(usage: Usage, price: PriceVersion): bigint {
  return divideUp(totalPico(usage, price.cost), PICO_PER_NANO);
}

/** The platform's share of a publisher's sale: ⌊gross · bps / 10000⌋, so that the publisher never gets less than the rest. */
export function commissionOf(gross: bigint, commissionBps: number): bigint {
  return (gross * BigInt(commissionBps)) / BPS_WHOLE;
}
