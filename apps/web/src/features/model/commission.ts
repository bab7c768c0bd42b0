import type { Pricing } from '@q/contract/models';

/** Reads a decimal string of at most twelve decimals as a whole number of trillionths. */
function parseDecimal(text: string | null | undefined): bigint | null {
  const match = text == null ? null : /^(\d{1,9})(?:\.(\d{1,12}))?$/.exec(text);
  return match ? BigInt(match[1] ?? '0') * 10n ** 12n + BigInt((match[2] ?? '').padEnd(12, '0')) : null;
}

function writeDecimal(value: bigint): string {
  const fraction = (value % 10n ** 12n).toString().padStart(12, '0').replace(/0+$/, '').padEnd(2, '0');
  return `${value / 10n ** 12n}.${fraction}`;
}

/** What the marketplace keeps of one unit price: the buyer's price minus the provider's, null when one is missing. */
export function commissionOf(buyer: string | null | undefined, provider: string | null | undefined): string | null {
  const paid = parseDecimal(buyer);
  const cost = parseDecimal(provider);
  return paid === null || cost === null || paid < cost ? null : writeDecimal(paid - cost);
}

/**
 * The share of the buyer's price that is commission, in tenths of a percent rounded half up, from the first unit that is
 * sold: 300 is 30 %. Null when prices are missing or nothing is paid.
 */
export function commissionTenths(buyer: Pricing | null, provider: Pricing | null): bigint | null {
  if (!buyer || !provider) return null;
  for (const unit of ['input', 'output', 'image'] as const) {
    const paid = parseDecimal(buyer[unit]);
    const cost = parseDecimal(provider[unit]);
    if (paid !== null && cost !== null && paid > 0n && paid >= cost)
      return ((paid - cost) * 2000n + paid) / (2n * paid);
  }
  return null;
}

/** A share in tenths of a percent as `30 %` or `12.5 %`. */
export function formatTenths(tenths: bigint): string {
  const rest = tenths % 10n;
  return `${tenths / 10n}${rest === 0n ? '' : `.${rest}`} %`;
}
