/** Nano-dollars in one US dollar: the unit of every amount inside (1e-9 $). */
export const NANO_PER_USD = 1_000_000_000n;

const DECIMALS = 9;

/** Pico-dollars per token equal micro-dollars per million tokens: a price of $1 per million tokens is 1,000,000 pico. */
export const PICO_PER_USD_PER_MILLION = 1_000_000n;

/** Writes nano-dollars as a decimal string of dollars with nine digits: `4960000000n` → `"4.960000000"`. */
export function formatUsd(nano: bigint): string {
  const sign = nano < 0n ? '-' : '';
  const digits = (nano < 0n ? -nano : nano).toString().padStart(DECIMALS + 1, '0');
  return `${sign}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}

/**
 * Reads a decimal string of dollars with at most nine decimals into nano-dollars.
 * Returns null for anything else: no floats, exponents, signs other than one leading minus, or more digits than a nano-dollar holds.
 */
export function parseUsd(text: string): bigint | null {
  const match = /^(-?)(\d{1,10})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) return null;
  const nano = BigInt(match[2] ?? '0') * NANO_PER_USD + BigInt((match[3] ?? '').padEnd(9, '0'));
  return match[1] === '-' ? -nano : nano;
}

/** Writes a unit price (pico-dollars per token) as dollars per million tokens, at least two and at most six decimals: `21428572n` → `"21.428572"`. */
export function formatPricePerMillion(pico: bigint): string {
  const whole = pico / PICO_PER_USD_PER_MILLION;
  const fraction = (pico % PICO_PER_USD_PER_MILLION)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${whole}.${fraction}`;
}

/** Reads dollars per million tokens (at most six decimals) into pico-dollars per token; null when it is not such a number. */
export function parsePricePerMillion(text: string): bigint | null {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return null;
  return BigInt(match[1] ?? '0') * PICO_PER_USD_PER_MILLION + BigInt((match[2] ?? '').padEnd(6, '0'));
}
