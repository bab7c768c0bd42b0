import { formatUsd, parseUsd } from '@q/contract/money';
import type { BalanceSummary, UsageRow } from '@q/contract/wallet';

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 30;

/** One day of spending; `day` as `2026-11-21` in UTC. */
export interface SpendDay {
  day: string;
  spent_usd: string;
  calls: number;
}

/** Every day of the last thirty up to today, those without a call too; the first is the day thirty times 24 hours ago. */
export function spendDays(summary: BalanceSummary, now: number): SpendDay[] {
  const known = new Map(summary.by_day.map((row) => [row.day, row]));
  return Array.from({ length: WINDOW_DAYS + 1 }, (_, index) => {
    const day = new Date(now - (WINDOW_DAYS - index) * DAY_MS).toISOString().slice(0, 10);
    const row = known.get(day);
    return { day, spent_usd: row?.spent_usd ?? '0.000000000', calls: row?.calls ?? 0 };
  });
}

/** All spending of the summary, as a decimal string. */
export function totalSpent(summary: BalanceSummary): string {
  return formatUsd(summary.by_day.reduce((sum, { spent_usd }) => sum + (parseUsd(spent_usd) ?? 0n), 0n));
}

/** Figures over calls. */
export interface CallFigures {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** Milliseconds; null when no call had a first token. */
  medianTtftMs: number | null;
  errors: number;
  /** True when there are more calls in the thirty days than were looked at. */
  partial: boolean;
}

const isError = ({ outcome, error_code }: UsageRow) => outcome === 'upstream_error' || error_code !== null;

/** The middle value; of two middle ones the mean, rounded. Null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  return high === undefined || low === undefined ? null : Math.round((low + high) / 2);
}

/** Sums up the calls of the last thirty days among the newest `rows` of `total`. */
export function callFigures({ rows, total }: { rows: readonly UsageRow[]; total: number }, now: number): CallFigures {
  const since = now - WINDOW_DAYS * DAY_MS;
  const recent = rows.filter(({ created_at }) => Date.parse(created_at) >= since);
  return {
    calls: recent.length,
    inputTokens: recent.reduce((sum, row) => sum + row.input_tokens, 0),
    outputTokens: recent.reduce((sum, row) => sum + row.output_tokens, 0),
    medianTtftMs: median(recent.flatMap(({ ttft_ms }) => ttft_ms ?? [])),
    errors: recent.filter(isError).length,
    partial: recent.length === rows.length && rows.length < total,
  };
}
