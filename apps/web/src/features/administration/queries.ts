import type { AdminUserList } from '@q/contract/accounts';
import type { CommissionRateList } from '@q/contract/administration-money';
import type { AnalyticsRevenue, LedgerAccountList, Revenue } from '@q/contract/revenue';
import type { LedgerCheck } from '@q/contract/wallet';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api-client.ts';
import { isBackwards, type ReportDays, reportSearch } from './report-days.ts';

const RATES_PER_PAGE = 20;
const PEOPLE_SHOWN = 6;

/** What administrators read stands under their id, apart from what the next person of this browser sees. */
export const adminKeys = {
  rates: (userId: string) => ['admin', userId, 'rates'] as const,
  books: (userId: string) => ['admin', userId, 'books'] as const,
};

/**
 * A fresh check of every invariant, on the days that are not closed yet or on all. It costs the server work (all of large books: minutes), so that it
 * is never repeated by itself.
 */
export function ledgerCheckQuery(userId: string, days: 'open' | 'all') {
  return queryOptions({
    queryKey: [...adminKeys.books(userId), 'check', days],
    queryFn: ({ signal }) => api<LedgerCheck>(`/api/v1/admin/ledger/check?days=${days}`, { signal }),
    staleTime: 0,
    refetchOnReconnect: false,
    retry: false,
  });
}

/** The trial balance. */
export function trialBalanceQuery(userId: string) {
  return queryOptions({
    queryKey: [...adminKeys.books(userId), 'accounts'],
    queryFn: ({ signal }) => api<LedgerAccountList>('/api/v1/admin/ledger/accounts', { signal }),
    staleTime: 0,
  });
}

/** Revenue by day and model, as administrators and analysts see it alike. `withheld` is how much analysts' figures leave out, in cells. */
export type RevenueReport = Pick<Revenue, 'from' | 'to' | 'totals' | 'by_day' | 'by_model'> & { withheld: number };

async function readRevenue(days: ReportDays, role: 'admin' | 'analyst', signal: AbortSignal): Promise<RevenueReport> {
  if (role === 'admin') {
    const report = await api<Revenue>(`/api/v1/admin/revenue?${reportSearch(days)}`, { signal });
    return { ...report, withheld: 0 };
  }
  const ask = (split: string) =>
    api<AnalyticsRevenue>(
      `/api/v1/analytics/revenue?${new URLSearchParams([...reportSearch(days), ...new URLSearchParams(split)])}`,
      { signal },
    );
  const [byDay, byModel] = await Promise.all([ask('interval=day'), ask('group_by=model')]);
  const { from, to, totals, data } = byDay;
  return { from, to, totals, by_day: data, by_model: byModel.data, withheld: byDay.withheld };
}

/** Revenue between two days. */
export function revenueQuery(userId: string, role: 'admin' | 'analyst', days: ReportDays) {
  return queryOptions({
    queryKey: [...adminKeys.books(userId), 'revenue', role, days],
    queryFn: ({ signal }) => readRevenue(days, role, signal),
    enabled: !isBackwards(days),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** Commission rates, newest first. */
export function ratesQuery(userId: string, page: number) {
  return queryOptions({
    queryKey: [...adminKeys.rates(userId), page],
    queryFn: ({ signal }) =>
      api<CommissionRateList>(`/api/v1/admin/commission-rates?page=${page}&per_page=${RATES_PER_PAGE}`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** People whose address or name has this text; none for an empty text. */
export function peopleQuery(userId: string, text: string) {
  return queryOptions({
    queryKey: ['admin', userId, 'people', text],
    queryFn: ({ signal }) =>
      api<AdminUserList>(`/api/v1/admin/users?${new URLSearchParams({ q: text, per_page: String(PEOPLE_SHOWN) })}`, {
        signal,
      }),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  });
}
