import type { ApiKey } from '@q/contract/api-keys';
import type { Balance, TransactionList } from '@q/contract/wallet';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, api } from '../../lib/api-client.ts';

const TRANSACTIONS_PER_PAGE = 20;
const KEYS_PER_PAGE = 100;
const DEVICES_PER_PAGE = 100;

/** A page of API keys. */
export interface ApiKeyList {
  data: ApiKey[];
  total: number;
}

/** A device on which somebody is signed in. Times are ISO texts. */
export interface Device {
  id: string;
  /** True for the one that asks. */
  current: boolean;
  created_at: string;
  last_used_at: string;
  ip: string | null;
  user_agent: string | null;
}

/** Everything read for one person stands under their id, so that the next person of this browser never sees it. */
export const accountKeys = {
  all: (userId: string) => ['account', userId] as const,
  balance: (userId: string) => ['account', userId, 'balance'] as const,
  transactions: (userId: string) => ['account', userId, 'transactions'] as const,
  apiKeys: (userId: string) => ['account', userId, 'api-keys'] as const,
  providerKeys: (userId: string) => ['account', userId, 'provider-keys'] as const,
  preferences: (userId: string) => ['account', userId, 'preferences'] as const,
  devices: (userId: string) => ['account', userId, 'devices'] as const,
};

/** What a person has: total, spent, held and available. Read anew also when one comes back to the tab; see `useFreshBalance`. */
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

/** Where a person is signed in, the latest first. */
export function devicesQuery(userId: string) {
  return queryOptions({
    queryKey: accountKeys.devices(userId),
    queryFn: ({ signal }) => api<{ data: Device[] }>(`/api/v1/auth/sessions?per_page=${DEVICES_PER_PAGE}`, { signal }),
    staleTime: 0,
  });
}

/** Signs devices out, one after the other. Throws ApiError at the first that cannot be; one that is gone already is no fault. */
export async function endDevices(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    try {
      await api(`/api/v1/auth/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }
}

/** Signs every device out but this one. Throws ApiError as `endDevices` does. */
export async function endOtherDevices(): Promise<void> {
  const { data } = await api<{ data: Device[] }>(`/api/v1/auth/sessions?per_page=${DEVICES_PER_PAGE}`);
  await endDevices(data.filter(({ current }) => !current).map(({ id }) => id));
}
