import { parseUsd } from '@q/contract/money';
import { t } from './strings.ts';

/** One day of `GET /api/v1/balance/summary`: `day` as `2026-11-21`, `spent_usd` as a decimal string. */
interface SpendingDay {
  day: string;
  spent_usd: string;
}

const DAY_MS = 86_400_000;
/** A pace needs this many days since the first paid call; less would tell more about one afternoon than about a habit. */
const DAYS_MIN = 3;
const DAYS_MAX = 365n;

/**
 * How long the money lasts at the pace of the days given, in words: `"≈ 9 days at this pace"`. The pace is all that was spent,
 * over the days from the first paid call to `now`, so that days without a call count. Null when there is too little to tell.
 */
export function runwayText(availableUsd: string, days: readonly SpendingDay[], now: number): string | null {
  const paid = days.filter(({ spent_usd }) => (parseUsd(spent_usd) ?? 0n) > 0n);
  const first = paid.map(({ day }) => Date.parse(day)).sort((a, b) => a - b)[0];
  if (first === undefined || Number.isNaN(first)) return null;
  const elapsed = Math.floor((now - first) / DAY_MS) + 1;
  if (elapsed < DAYS_MIN) return null;
  const spent = paid.reduce((sum, { spent_usd }) => sum + (parseUsd(spent_usd) ?? 0n), 0n);
  const available = parseUsd(availableUsd);
  if (available === null || available <= 0n) return null;
  const left = (available * BigInt(elapsed)) / spent;
  if (left === 0n) return t('lessThanADay');
  if (left > DAYS_MAX) return t('moreThanAYear');
  return t('daysLeft', { count: Number(left) });
}
