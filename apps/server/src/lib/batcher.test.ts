import { describe, expect, test } from 'vitest';
import { createBatcher } from './batcher.ts';

/** A batcher whose runs end when the test says so. */
function held(options: { itemsMax?: number; splits?: boolean } = {}) {
  const runs: { items: number[]; end(error?: Error): void }[] = [];
  const batcher = createBatcher<number, string>({
    run: (items) =>
      new Promise((resolve, reject) => {
        runs.push({ items, end: (error) => (error ? reject(error) : resolve(items.map((item) => `done ${item}`))) });
      }),
    gatherMs: 1,
    itemsMax: options.itemsMax ?? 100,
    splitAfter: (_, items) => (options.splits ? items.map((item) => [item]) : []),
  });
  /** Until everything that can begin has begun. */
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
  return { batcher, runs, turn };
}

describe('a batcher', () => {
  test('gathers what came in one turn, and what came while a run was under way', async () => {
    const { batcher, runs, turn } = held();
    const first = [batcher.add(1), batcher.add(2)];
    await turn();
    const second = [batcher.add(3), batcher.add(4)];
    await turn();
    expect(runs.map((run) => run.items)).toEqual([[1, 2]]);
    expect(batcher.size()).toBe(2);
    runs[0]?.end();
    expect(await Promise.all(first)).toEqual(['done 1', 'done 2']);
    await expect.poll(() => runs[1]?.items).toEqual([3, 4]);
    runs[1]?.end();
    expect(await Promise.all(second)).toEqual(['done 3', 'done 4']);
  });

  test('keeps to the size of a run, and to one run at a time', async () => {
    const { batcher, runs, turn } = held({ itemsMax: 2 });
    const all = [1, 2, 3, 4, 5].map((item) => batcher.add(item));
    for (const items of [[1, 2], [3, 4], [5]]) {
      await expect.poll(() => runs.at(-1)?.items).toEqual(items);
      const begun = runs.length;
      await turn();
      expect(runs).toHaveLength(begun);
      runs.at(-1)?.end();
    }
    expect(await Promise.all(all)).toHaveLength(5);
  });

  test('a failure that cannot be one item’s own fails them all', async () => {
    const { batcher, runs, turn } = held();
    const all = Promise.allSettled([batcher.add(1), batcher.add(2)]);
    await turn();
    runs[0]?.end(new Error('no connection'));
    expect((await all).map((each) => each.status)).toEqual(['rejected', 'rejected']);
    expect(runs).toHaveLength(1);
  });

  test('a failure that may be one item’s own is its alone', async () => {
    const batcher = createBatcher<number, number>({
      gatherMs: 1,
      run: async (items) => {
        if (items.includes(2)) throw new Error('two is bad');
        return items;
      },
      itemsMax: 10,
      splitAfter: (_, items) => items.map((item) => [item]),
    });
    const all = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(all.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
