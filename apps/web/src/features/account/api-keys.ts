import type { ApiKey, CreateApiKeyRequest } from '@q/contract/api-keys';
import { api } from '../../lib/api-client.ts';
import { t } from './strings.ts';

/** A key just made or replaced; `key` is its secret and comes this once. */
export type NewApiKey = ApiKey & { key: string };

/** Makes a key. Throws ApiError; 403 on `password` when the sign-in is old and the password has to confirm it. */
export function createApiKey(request: CreateApiKeyRequest): Promise<NewApiKey> {
  return api('/api/v1/keys', { method: 'POST', body: request });
}

/** Replaces a key's secret; the old one works for `graceSeconds` more. Throws ApiError as `createApiKey` does. */
export function rotateApiKey(id: string, change: { graceSeconds: number; password?: string }): Promise<NewApiKey> {
  const { graceSeconds, password } = change;
  const body = { grace_seconds: graceSeconds, ...(password ? { password } : {}) };
  return api(`/api/v1/keys/${encodeURIComponent(id)}/rotate`, { method: 'PUT', body });
}

/** Ends a key at once. */
export function deleteApiKey(id: string): Promise<void> {
  return api(`/api/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

const DAY_MS = 86_400_000;

/** How long a key can live, in days, as the form offers it; empty for ever. */
export const EXPIRY_CHOICES = [
  { value: '', label: t('never') },
  { value: '7', label: t('in7Days') },
  { value: '30', label: t('in30Days') },
  { value: '90', label: t('in90Days') },
  { value: '365', label: t('inAYear') },
] as const;

/** The end of a key that lives so many days from `now`, as an ISO time; null for ever. */
export function expiryOf(days: string, now: number): string | null {
  return days === '' ? null : new Date(now + Number(days) * DAY_MS).toISOString();
}

/** How long an old secret goes on working after it was replaced. */
export const GRACE_CHOICES = [
  { value: '0', label: t('stopAtOnce') },
  { value: '3600', label: t('keepForAnHour') },
  { value: '86400', label: t('keepForADay') },
  { value: '604800', label: t('keepForAWeek') },
] as const;

/** What a key may do, in words. `manage` lets a program change the account, so it is never given unasked. */
export const PERMISSION_CHOICES = [
  { value: 'inference', label: t('callModels'), note: t('spendsFromYourBalance'), preset: true },
  { value: 'read', label: t('readTheAccount'), note: t('balanceUsageChats'), preset: true },
  { value: 'manage', label: t('changeTheAccount'), note: t('topUpEditChats'), preset: false },
] as const;

/** What a key may do, as a part of a sentence: "call models, read the account". */
export function permissionWords(permissions: readonly string[]): string {
  const words = PERMISSION_CHOICES.filter(({ value }) => permissions.includes(value)).map(({ label }) =>
    label.toLowerCase(),
  );
  return words.length === 0 ? t('doNothing') : words.join(', ');
}
