import type { AnalyticsRevenueQuery } from '@q/contract/revenue';
import { AppError } from '../../lib/app-error.ts';
import type { RevenueWindow } from '../ledger/revenue-store.ts';

const DAY_MS = 86_400_000;
/** Without `from` a report covers this long. */
const WINDOW_MS = 30 * DAY_MS;
const INTERVAL_MS = { hour: DAY_MS / 24, day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS } as const;
/** Lines of time in one report; fewer when each is split again. */
const PERIODS_MAX = 1_000;
const GROUPED_PERIODS_MAX = 100;

/** What a report is asked to cover. Throws AppError `invalid_request` for a window that ends before it begins or has too many lines. */
export function reportWindow(query: AnalyticsRevenueQuery, now: number): RevenueWindow {
  const to = query.to === undefined ? new Date(now) : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - WINDOW_MS) : new Date(query.from);
  if (from >= to) throw new AppError('invalid_request', { message: 'from: must lie before to', param: 'from' });
  const { interval = null, group_by: groupBy = null } = query;
  const periodsMax = groupBy === null ? PERIODS_MAX : GROUPED_PERIODS_MAX;
  if (interval !== null && (to.getTime() - from.getTime()) / INTERVAL_MS[interval] > periodsMax) {
    throw new AppError('invalid_request', {
      message: `interval: this window has more than ${periodsMax} of them. Ask for a longer interval or a shorter window.`,
      param: 'interval',
    });
  }
  return { from, to, interval, groupBy };
}
