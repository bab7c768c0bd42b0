import { expect, test } from 'vitest';
import { inTurns } from './in-turns.ts';

test('gives every item once, in order, and lets other work run between the slices', async () => {
  const seen: (number | string)[] = [];
  for await (const slice of inTurns([1, 2, 3, 4, 5], 2)) {
    seen.push(...slice);
    setImmediate(() => seen.push('other'));
  }
  expect(seen).toEqual([1, 2, 'other', 3, 4, 'other', 5]);
});

test('a list without items has no slices', async () => {
  for await (const slice of inTurns([], 2)) expect(slice).toBe('none');
});
