import { setImmediate as nextTurn } from 'node:timers/promises';

/** Slices of a long list, in order, each in a turn of the event loop of its own: whatever else waits is done between them. */
export async function* inTurns<T>(items: readonly T[], sliceLength: number): AsyncGenerator<T[], void> {
  for (let start = 0; start < items.length; start += sliceLength) {
    if (start > 0) await nextTurn();
    yield items.slice(start, start + sliceLength);
  }
}
