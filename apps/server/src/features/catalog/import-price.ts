/** No model has ever cost this much; a higher figure is a unit mistaken for another. Dollars per million tokens. */
const USD_PER_MILLION_MAX = 10_000;

/** Decimals of a double below $10,000 that can be trusted: behind them stands float noise such as 0.49299999999999994. */
const TRUSTED_DECIMALS = 10;

/**
 * A foreign catalog's price in dollars per million tokens as a decimal string with at most six decimals, rounded up: it is our cost.
 * Null when it is no price: negative, not finite, or above $10,000.
 */
export function importPrice(usdPerMillion: number): string | null {
  if (!Number.isFinite(usdPerMillion) || usdPerMillion < 0 || usdPerMillion > USD_PER_MILLION_MAX) return null;
  const [whole = '0', fraction = ''] = usdPerMillion.toFixed(TRUSTED_DECIMALS).split('.');
  const finer = /[1-9]/.test(fraction.slice(6)) || (usdPerMillion > 0 && usdPerMillion < 1e-6);
  const micros = BigInt(whole + fraction.slice(0, 6)) + (finer ? 1n : 0n);
  return formatMicros(micros);
}

function formatMicros(micros: bigint): string {
  const digits = micros.toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -6)}.${fraction}`;
}
