import type { SignedReceiptBody, SigningKey } from '@q/contract/receipts';
import type { BalanceSummary, TransactionList, UsageList, UsageRow } from '@q/contract/wallet';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api-client.ts';
import { accountKeys } from '../account/queries.ts';
import { type TransactionFilter, transactionPath } from './transaction-filter.ts';

const CALLS_PER_PAGE = 20;
/** The figures of the strip are taken from at most so many calls: pages of a hundred, the most the server gives at once. */
const RECENT_PAGES_MAX = 5;
const RECENT_PER_PAGE = 100;

/** Movements of a person's money, newest first, page after page by cursor. */
export function transactionsQuery(userId: string, filter: TransactionFilter) {
  return infiniteQueryOptions({
    queryKey: [...accountKeys.transactions(userId), 'all', filter],
    queryFn: ({ pageParam, signal }) => api<TransactionList>(transactionPath(filter, pageParam), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last, pages) => {
      const rows = pages.reduce((count, page) => count + page.data.length, 0);
      return rows < last.total ? last.next_cursor : null;
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** What a person spent in the last thirty days, by day, model and kind. */
export function summaryQuery(userId: string) {
  return queryOptions({
    queryKey: [...accountKeys.all(userId), 'summary'],
    queryFn: ({ signal }) => api<BalanceSummary>('/api/v1/balance/summary', { signal }),
    staleTime: 0,
  });
}

function usagePage(page: number, perPage: number, signal: AbortSignal, model?: string): Promise<UsageList> {
  const query = new URLSearchParams({ page: String(page), per_page: String(perPage) });
  if (model !== undefined) query.set('model', model);
  return api<UsageList>(`/api/v1/usage?${query}`, { signal });
}

/** One page of a person's calls, newest first; of one model, or of all. */
export function callsQuery(userId: string, { model, page }: { model: string | undefined; page: number }) {
  return queryOptions({
    queryKey: [...accountKeys.all(userId), 'calls', { model, page }],
    queryFn: ({ signal }) => usagePage(page, CALLS_PER_PAGE, signal, model),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** The newest calls of a person, and how many there are in all. */
export interface RecentCalls {
  rows: UsageRow[];
  total: number;
}

async function readRecentCalls(signal: AbortSignal): Promise<RecentCalls> {
  const first = await usagePage(1, RECENT_PER_PAGE, signal);
  const pages = Math.min(Math.ceil(first.total / RECENT_PER_PAGE), RECENT_PAGES_MAX);
  const numbers = Array.from({ length: Math.max(pages - 1, 0) }, (_, index) => index + 2);
  const others = await Promise.all(numbers.map((page) => usagePage(page, RECENT_PER_PAGE, signal)));
  // A call that ends between two of the questions pushes the last row of a page on to the next.
  const byId = new Map([first, ...others].flatMap(({ data }) => data).map((row) => [row.id, row]));
  return { rows: [...byId.values()], total: first.total };
}

/** The newest calls, for figures over all of them. */
export function recentCallsQuery(userId: string) {
  return queryOptions({
    queryKey: [...accountKeys.all(userId), 'recent-calls'],
    queryFn: ({ signal }) => readRecentCalls(signal),
    staleTime: 0,
  });
}

/** The signed receipt of one call. It never changes. */
export function receiptQuery(userId: string, callId: string) {
  return queryOptions({
    queryKey: [...accountKeys.all(userId), 'receipt', callId],
    queryFn: ({ signal }) => api<SignedReceiptBody>(`/api/v1/receipts/${encodeURIComponent(callId)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The marketplace's own key, asked for apart from any receipt. */
export function signingKeyQuery() {
  return queryOptions({
    queryKey: ['signing-key'],
    queryFn: ({ signal }) => api<SigningKey>('/api/v1/receipts/key', { signal, auth: 'if-ready' }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
