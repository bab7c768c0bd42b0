import type { Transaction } from '@q/contract/wallet';
import { t } from './strings.ts';

const PER_PAGE = 50;

/** What each kind of movement is called. */
export const KIND_LABELS: Record<Transaction['kind'], string> = {
  charge: t('call'),
  top_up: t('topUp'),
  refund: t('refund'),
  adjustment: t('adjustment'),
  grant: t('grant'),
  expiry: t('expired'),
};

/** The filters of the transactions as they stand in the address; days as `2026-11-21`, both included, in the reader's time zone. */
export interface TransactionFilter {
  kind?: string;
  model?: string;
  from?: string;
  to?: string;
}

/** Midnight at the reader's place, `days` after the day given; null for what is no day. */
function midnight(day: string, days: number): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const date = new Date(`${day}T00:00`);
  if (Number.isNaN(date.getTime())) return null;
  date.setDate(date.getDate() + days);
  return date.toISOString();
}

/** A filter as the API takes it: kinds and days it would refuse are left out, and the last day counts whole. */
function searchOf({ kind, model, from, to }: TransactionFilter): URLSearchParams {
  const search = new URLSearchParams();
  if (kind !== undefined && Object.hasOwn(KIND_LABELS, kind)) search.set('kind', kind);
  if (model !== undefined) search.set('model', model);
  const begin = from === undefined ? null : midnight(from, 0);
  const end = to === undefined ? null : midnight(to, 1);
  // The API refuses a window that ends before it begins; its end alone, in which nothing lies either, it takes.
  if (begin !== null) search.set('from', end !== null && begin > end ? end : begin);
  if (end !== null) search.set('to', end);
  return search;
}

/** The path of one page of transactions; a null cursor is the first. */
export function transactionPath(filter: TransactionFilter, cursor: string | null): string {
  const search = searchOf(filter);
  search.set('per_page', String(PER_PAGE));
  if (cursor !== null) search.set('cursor', cursor);
  return `/api/v1/transactions?${search}`;
}

/** The path of the export: everything that fits the filter. */
export function exportPath(filter: TransactionFilter): string {
  return `/api/v1/transactions?${searchOf(filter)}`;
}

/** True when anything is filtered. */
export function isFiltered(filter: TransactionFilter): boolean {
  return searchOf(filter).size > 0;
}
