import type { ApiKey } from '@q/contract/api-keys';
import type { Balance, TransactionList } from '@q/contract/wallet';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api-client.ts';

const TRANSACTIONS_PER_PAGE = 20;
const KEYS_PER_PAGE = 100;

/** A page of API keys. */
export interface ApiKeyList {
  data: ApiKey[];
  total: number;
}

/** Everything read for one person stands under their id, so that the next person of this browser never sees it. */
export const accountKeys = {
  all: (userId: string) => ['account', userId] as const,
  balance: (userId: string) => ['account', userId, 'balance'] as const,
  transactions: (userId: string) => ['account', userId, 'transactions'] as const,
  apiKeys: (userId: string) => ['account', userId, 'api-keys'] as const,
};

/** What a person has: total, spent, held and available. */
export function balanceQuery(userId: string) {
  return queryOptions({
    queryKey: accountKeys.balance(userId),
    queryFn: ({ signal }) => api<Balance>('/api/v1/balance', { signal }),
    staleTime: 0,
  });
}

/** A filter of the transaction list; empty texts filter nothing. */
export interface TransactionFilter {
  page: number;
  kind: string;
}

/** The query string that finds a page of transactions, or all of them for an export. */
export function transactionPath({ page, kind }: TransactionFilter): string {
  const search = new URLSearchParams({ page: String(page), per_page: String(TRANSACTIONS_PER_PAGE) });
  if (kind !== '') search.set('kind', kind);
  return `/api/v1/transactions?${search}`;
}

/** One page of the movements of a person's money, newest first. */
export function transactionsQuery(userId: string, filter: TransactionFilter) {
  return queryOptions({
    queryKey: [...accountKeys.transactions(userId), filter],
    queryFn: ({ signal }) => api<TransactionList>(transactionPath(filter), { signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** A person's API keys, newest first. There can be a hundred at most. */
export function apiKeysQuery(userId: string) {
  return queryOptions({
    queryKey: accountKeys.apiKeys(userId),
    queryFn: ({ signal }) => api<ApiKeyList>(`/api/v1/keys?per_page=${KEYS_PER_PAGE}`, { signal }),
    staleTime: 0,
  });
}
