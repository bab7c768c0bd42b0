import { isServiceUnavailable } from '../../lib/app-error.ts';
import { isBusy } from '../../platform/database/database.ts';

/**
 * Into what parts a batch of the ledger is split that failed: those of each person, then each for itself. A wallet that somebody else keeps locked
 * delays its owner alone, once for all that they ask. None when the database is away.
 */
export function splitBatch<I>(error: unknown, items: readonly I[], userIdOf: (item: I) => string): I[][] {
  const isWaiting = isBusy(error);
  if (isServiceUnavailable(error) && !isWaiting) return [];
  const people = new Map<string, I[]>();
  for (const item of items) {
    const theirs = people.get(userIdOf(item));
    if (theirs) theirs.push(item);
    else people.set(userIdOf(item), [item]);
  }
  if (people.size > 1) return [...people.values()];
  return isWaiting ? [] : items.map((item) => [item]);
}
