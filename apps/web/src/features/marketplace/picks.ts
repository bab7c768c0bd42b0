import { create } from 'zustand';
import { toast } from '../../components/toast-store.ts';
import { t } from './strings.ts';

/** As many models fit side by side. */
export const PICKS_MAX = 4;

const STORAGE_KEY = 'q.compare';

function readPicks(): string[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').slice(0, PICKS_MAX) : [];
  } catch {
    return [];
  }
}

/** The models picked for a comparison, in the order they were picked. They stay for the visit, over pages and reloads. */
export const usePicks = create<{ ids: readonly string[] }>()(() => ({ ids: readPicks() }));

function setPicks(ids: readonly string[]): void {
  usePicks.setState({ ids });
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(ids));
  } catch {
    // Without storage the picks last as long as the page.
  }
}

/** Picks a model or lets it go. A fifth one is refused with a message. */
export function togglePick(id: string): void {
  const { ids } = usePicks.getState();
  if (ids.includes(id)) setPicks(ids.filter((other) => other !== id));
  else if (ids.length < PICKS_MAX) setPicks([...ids, id]);
  else toast(t('modelsFitSideBy', { most: PICKS_MAX }));
}

/** Lets all picks go. */
export function clearPicks(): void {
  setPicks([]);
}
