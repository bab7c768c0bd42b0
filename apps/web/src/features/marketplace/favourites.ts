import type { Preferences } from '@q/contract/accounts';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { create } from 'zustand';
import { toast } from '../../components/toast-store.ts';
import { api, errorMessage } from '../../lib/api-client.ts';
import { useSession } from '../../lib/session-store.ts';
import { t } from './strings.ts';

/** The server keeps no more of a person. */
const FAVOURITES_MAX = 50;
const STORAGE_KEY = 'q.favourites';
const PATH = '/api/v1/preferences';

function readLocal(): string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').slice(0, FAVOURITES_MAX) : [];
  } catch {
    return [];
  }
}

/** What a visitor marked in this browser. */
const useLocal = create<{ ids: readonly string[] }>()(() => ({ ids: readLocal() }));

function setLocal(ids: readonly string[]): void {
  useLocal.setState({ ids });
  try {
    if (ids.length === 0) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, JSON.stringify(ids));
  } catch {
    // Without storage they last as long as the page.
  }
}

/** The list with a model added at its end or taken out; null when it is full. */
export function toggled(ids: readonly string[], id: string): string[] | null {
  if (ids.includes(id)) return ids.filter((other) => other !== id);
  return ids.length < FAVOURITES_MAX ? [...ids, id] : null;
}

async function save(ids: readonly string[]): Promise<string[]> {
  const saved = await api<Preferences>(PATH, { method: 'PUT', body: { preferred_models: ids } });
  return saved.preferred_models;
}

/** A member's favourites. What they marked before they signed in comes along, so that nothing is lost. */
async function load(signal: AbortSignal): Promise<string[]> {
  const { preferred_models: kept } = await api<Preferences>(PATH, { signal });
  const brought = useLocal.getState().ids.filter((id) => !kept.includes(id));
  const all = [...kept, ...brought].slice(0, FAVOURITES_MAX);
  const saved = all.length > kept.length ? await save(all) : kept;
  setLocal([]);
  return saved;
}

function favouritesQuery(userId: string) {
  return queryOptions({
    queryKey: ['account', userId, 'favourites'],
    queryFn: ({ signal }) => load(signal),
    staleTime: 60_000,
  });
}

/** The models somebody marked, and how to mark one. `ready` is false until it is known what a member has. */
export function useFavourites(): { ids: readonly string[]; ready: boolean; toggle: (id: string) => void } {
  const userId = useSession(({ user }) => user?.id ?? '');
  const known = useSession(({ status }) => status !== 'unknown');
  const local = useLocal(({ ids }) => ids);
  const client = useQueryClient();
  const isMember = userId !== '';
  const query = favouritesQuery(userId);
  const { data, isError } = useQuery({ ...query, enabled: isMember });
  const put = useMutation({
    // One after the other; each sends what stands on the page by then.
    scope: { id: 'favourites' },
    mutationFn: () => save(client.getQueryData(query.queryKey) ?? []),
    onError: (error) => {
      toast(errorMessage(error), { tone: 'bad' });
      void client.invalidateQueries({ queryKey: query.queryKey });
    },
  });
  const toggle = (id: string) => {
    const next = toggled(isMember ? (client.getQueryData(query.queryKey) ?? []) : local, id);
    if (next === null) toast(t('favouritesAreTheMost', { most: FAVOURITES_MAX }));
    else if (!isMember) setLocal(next);
    else if (data) {
      void client.cancelQueries({ queryKey: query.queryKey });
      client.setQueryData(query.queryKey, next);
      put.mutate();
    }
  };
  return { ids: isMember ? (data ?? []) : local, ready: known && (!isMember || data !== undefined || isError), toggle };
}
