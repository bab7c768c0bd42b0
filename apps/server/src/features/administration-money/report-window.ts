import type { AnalyticsRevenueQuery } from '@q/contract/revenue';
import { AppError } from '../../lib/app-error.ts';
import type { RevenueWindow } from '../ledger/revenue-store.ts';

const DAY_MS = 86_400_000;
/** Earlier moments are not written with a year of four digits. */
const FIRST_MOMENT = Date.parse('0000-01-01T00:00:00Z');
/** Without `from` a report covers this long. */
const WINDOW_MS = 30 * DAY_MS;
const INTERVAL_MS = { hour: DAY_MS / 24, day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS } as const;
/** Lines of time in one report; fewer when each is split again. */
const PERIODS_MAX = 1_000;
const GROUPED_PERIODS_MAX = 100;

/** The refusal of a window of too many lines, which names what the caller can change: a report by day alone has no interval to name. */
function tooMany(periodsMax: number, { interval, isByDay }: { interval: string; isByDay: boolean }): AppError {
  const param = isByDay ? 'from' : 'interval';
  const way = isByDay ? 'Ask for a shorter window.' : 'Ask for a longer interval or a shorter window.';
  const message = `${param}: this window has more than ${periodsMax} lines, one for each ${interval}. ${way}`;
  return new AppError('invalid_request', { message, param });
}

/** The window of the report by day; see `reportWindow`. */
export function dailyWindow(query: Pick<AnalyticsRevenueQuery, 'from' | 'to'>, now: number): RevenueWindow {
  return windowOf({ ...query, interval: 'day' }, now, true);
}

/** What a report is asked to cover. Throws AppError `invalid_request` for a window that ends before it begins or has too many lines. */
export function reportWindow(query: AnalyticsRevenueQuery, now: number): RevenueWindow {
  return windowOf(query, now, false);
}

/** The window grown to whole days (UTC): two windows then never differ by a single call. */
export function wholeDays(window: RevenueWindow): RevenueWindow {
  const from = new Date(Math.floor(window.from.getTime() / DAY_MS) * DAY_MS);
  const to = new Date(Math.ceil(window.to.getTime() / DAY_MS) * DAY_MS);
  return { ...window, from, to };
}

function windowOf(query: AnalyticsRevenueQuery, now: number, isByDay: boolean): RevenueWindow {
  const to = query.to === undefined ? new Date(now) : new Date(query.to);
  const from =
    query.from === undefined ? new Date(Math.max(to.getTime() - WINDOW_MS, FIRST_MOMENT)) : new Date(query.from);
  if (from >= to) throw new AppError('invalid_request', { message: 'from: must lie before to', param: 'from' });
  const { interval = null, group_by: groupBy = null } = query;
  const periodsMax = groupBy === null ? PERIODS_MAX : GROUPED_PERIODS_MAX;
  if (interval !== null && (to.getTime() - from.getTime()) / INTERVAL_MS[interval] > periodsMax)
    throw tooMany(periodsMax, { interval, isByDay });
  return { from, to, interval, groupBy };
}
