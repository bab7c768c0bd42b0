import { NANO_PER_USD, parsePricePerMillion, parseUsd } from '@q/contract/money';

/** What stands where a figure is not known: missing is a gap, never a zero. */
export const UNKNOWN = '–';

/** Groups whole digits by thousands: `"1234567"` → `"1,234,567"`. */
function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Rounds nano-dollars half away from zero to `decimals` and writes them with grouping and a minus sign: `−$1,234.50`. */
function writeNano(nano: bigint, decimals: number): string {
  const unit = 10n ** BigInt(9 - decimals);
  const abs = nano < 0n ? -nano : nano;
  const rounded = (abs + unit / 2n) / unit;
  const scale = 10n ** BigInt(decimals);
  const whole = group((rounded / scale).toString());
  const fraction = decimals === 0 ? '' : `.${(rounded % scale).toString().padStart(decimals, '0')}`;
  return `${nano < 0n && rounded > 0n ? '−' : ''}$${whole}${fraction}`;
}

/** A bill, a limit or a top-up: two decimals. `"24.618200000"` → `"$24.62"`. Anything unreadable is a gap. */
export function formatBill(usd: string | null | undefined): string {
  const nano = usd == null ? null : parseUsd(usd);
  return nano === null ? UNKNOWN : writeNano(nano, 2);
}

/** A balance, the same on every page: four decimals, so that a call of a tenth of a cent is seen to be paid. */
export function formatBalance(usd: string | null | undefined): string {
  const nano = usd == null ? null : parseUsd(usd);
  return nano === null ? UNKNOWN : writeNano(nano, 4);
}

/** The cost of one call in nano-dollars: four decimals under a dollar, two above, `<$0.0001` for less than that. */
export function formatCostNano(nano: bigint): string {
  const abs = nano < 0n ? -nano : nano;
  if (abs > 0n && abs < 50_000n) return '<$0.0001';
  return writeNano(nano, abs < NANO_PER_USD ? 4 : 2);
}

/** The cost of one call from the wire's decimal string; see `formatCostNano`. */
export function formatCost(usd: string | null | undefined): string {
  const nano = usd == null ? null : parseUsd(usd);
  return nano === null ? UNKNOWN : formatCostNano(nano);
}

/** The most that calls can cost, in nano-dollars: as `formatCostNano`, but rounded up, so that nothing costs more than is said here. */
export function formatMostNano(nano: bigint): string {
  const unit = nano < NANO_PER_USD ? 100_000n : 10_000_000n;
  return formatCostNano(((nano + unit - 1n) / unit) * unit);
}

/** A unit price as the wire gives it, without the dollar sign (the unit is in the column head): at least two decimals. */
export function formatPrice(price: string | null | undefined): string {
  if (price == null) return UNKNOWN;
  const match = /^(\d+)(?:\.(\d+))?$/.exec(price);
  if (!match) return UNKNOWN;
  const fraction = (match[2] ?? '').replace(/0+$/, '').padEnd(2, '0');
  return `${group(match[1] ?? '0')}.${fraction}`;
}

/**
 * A unit price for a column of numbers, rounded half up: two decimals from a dollar, up to three under it, four under a cent.
 * The exact price is `formatPrice`.
 */
export function formatPriceShort(price: string | null | undefined): string {
  const match = price == null ? null : /^(\d{1,9})(?:\.(\d{1,12}))?$/.exec(price);
  if (!match) return UNKNOWN;
  const pico = BigInt(match[1] ?? '0') * 10n ** 12n + BigInt((match[2] ?? '').padEnd(12, '0'));
  const decimals = pico >= 10n ** 12n ? 2 : pico >= 10n ** 10n ? 3 : 4;
  const unit = 10n ** BigInt(12 - decimals);
  const rounded = (pico + unit / 2n) / unit;
  const scale = 10n ** BigInt(decimals);
  const fraction = (rounded % scale).toString().padStart(decimals, '0');
  return `${group((rounded / scale).toString())}.${fraction.slice(0, 2)}${fraction.slice(2).replace(/0+$/, '')}`;
}

/** True when a price is given and is nothing at all. */
export function isZeroPrice(price: string | null | undefined): boolean {
  return price != null && /^0+(\.0+)?$/.test(price);
}

/** Tokens in and out of one typical call. */
export interface PromptVolume {
  input: number;
  output: number;
}

/**
 * What one call of this volume costs, in nano-dollars rounded up, from prices in dollars per million tokens.
 * Null when a price is missing or has more digits than the ledger keeps.
 */
export function estimateCostNano(
  volume: PromptVolume,
  pricing: { input?: string | null | undefined; output?: string | null | undefined },
): bigint | null {
  const input = pricing.input == null ? null : parsePricePerMillion(pricing.input);
  if (input === null) return null;
  const output = pricing.output == null ? 0n : parsePricePerMillion(pricing.output);
  if (output === null) return null;
  const pico = BigInt(volume.input) * input + BigInt(volume.output) * output;
  return (pico + 999n) / 1000n;
}

/** A whole number with thousands separated: `1,200`. */
export function formatCount(value: number): string {
  return group(Math.trunc(value).toString());
}

/** A count in little room: `950`, `12.4k`, `1.2M`. */
export function formatCompact(value: number): string {
  if (value < 1000) return String(value);
  const [divisor, suffix] = value < 999_500 ? [1000, 'k'] : value < 999_500_000 ? [1_000_000, 'M'] : [1e9, 'B'];
  const scaled = value / divisor;
  return `${scaled < 100 ? scaled.toFixed(1).replace(/\.0$/, '') : Math.round(scaled)}${suffix}`;
}

/** A context window: `128k`, `200k`, `1M`; powers of two read as their round name (131072 → `131k`). Null is a gap. */
export function formatContext(tokens: number | null | undefined): string {
  if (tokens == null || tokens <= 0) return UNKNOWN;
  if (tokens < 1000) return String(tokens);
  if (tokens < 1_000_000) return `${Math.round(tokens / 1000)}k`;
  return `${(tokens / 1_000_000).toFixed(1).replace(/\.0$/, '')}M`;
}

/** Milliseconds as seconds, two decimals under ten: `0.68 s`; under a hundredth as `4 ms`. */
export function formatSeconds(ms: number | null | undefined): string {
  if (ms == null) return UNKNOWN;
  if (ms < 10) return ms < 1 ? '<1 ms' : `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const TO_THE_MINUTE = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
} as const;
const DATE_TIME = new Intl.DateTimeFormat('en-GB', TO_THE_MINUTE);
const UTC_DATE_TIME = new Intl.DateTimeFormat('en-GB', { ...TO_THE_MINUTE, timeZone: 'UTC' });

function readDate(iso: string | null | undefined): Date | null {
  if (!iso) return null;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** An ISO time as a day in the reader's time zone: `21 Nov 2026`. */
export function formatDate(iso: string | null | undefined): string {
  const date = readDate(iso);
  return date ? DATE.format(date) : UNKNOWN;
}

const UTC_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A day of the books, which go by UTC wherever the reader is: `2026-11-21` or its beginning as `21 Nov 2026`. */
export function formatUtcDay(iso: string | null): string {
  const date = readDate(iso);
  return date ? UTC_DAY.format(date) : UNKNOWN;
}

/** An ISO time as day and minute in the reader's time zone: `21 Nov 2026, 06:28`. */
export function formatDateTime(iso: string | null | undefined): string {
  const date = readDate(iso);
  return date ? DATE_TIME.format(date) : UNKNOWN;
}

/** A moment of the books as day and minute in UTC: `21 Nov 2026, 06:28`. */
export function formatUtcDateTime(iso: string): string {
  const date = readDate(iso);
  return date ? UTC_DATE_TIME.format(date) : UNKNOWN;
}
