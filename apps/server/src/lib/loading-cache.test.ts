import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLoadingCache } from './loading-cache.ts';

function setUp(entriesMax = 100) {
  const clock = createFakeClock();
  const store = new Map<string, string>();
  let loads = 0;
  let hold: Promise<void> = Promise.resolve();
  const cache = createLoadingCache<string>({
    clock,
    ttlMs: 5_000,
    missTtlMs: 1_000,
    entriesMax,
    async load(key) {
      loads += 1;
      const value = store.get(key) ?? null;
      await hold;
      return value;
    },
  });
  const pause = () => {
    let resume = () => {};
    hold = new Promise((resolve) => {
      resume = resolve;
    });
    return resume;
  };
  return { clock, store, cache, loads: () => loads, pause };
}

test('a clock that is set back prolongs no belief', async () => {
  const { clock, store, cache } = setUp();
  store.set('a', 'one');
  await cache.get('a');
  store.set('a', 'two');
  clock.set(-3_600_000);
  clock.advance(5_000);
  expect(await cache.get('a')).toBe('two');
});

test('a value is loaded once and believed for its time', async () => {
  const { clock, store, cache, loads } = setUp();
  store.set('a', 'one');
  expect(await cache.get('a')).toBe('one');
  store.set('a', 'two');
  clock.advance(4_999);
  expect(await cache.get('a')).toBe('one');
  expect(loads()).toBe(1);
  clock.advance(1);
  expect(await cache.get('a')).toBe('two');
});

test('a miss is believed for a shorter time', async () => {
  const { clock, store, cache, loads } = setUp();
  expect(await cache.get('a')).toBeNull();
  store.set('a', 'one');
  expect(await cache.get('a')).toBeNull();
  expect(loads()).toBe(1);
  clock.advance(1_000);
  expect(await cache.get('a')).toBe('one');
});

test('callers at the same moment share one look-up, and a failed one is not remembered', async () => {
  const { store, cache, loads } = setUp();
  store.set('a', 'one');
  await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')]);
  expect(loads()).toBe(1);
  let fails = true;
  const failing = createLoadingCache<string>({
    clock: createFakeClock(),
    ttlMs: 5_000,
    missTtlMs: 5_000,
    entriesMax: 10,
    load: async () => {
      if (fails) throw new Error('down');
      return 'up';
    },
  });
  await expect(failing.get('a')).rejects.toThrow('down');
  fails = false;
  expect(await failing.get('a')).toBe('up');
});

test('what was read before it was forgotten does not come back', async () => {
  const { store, cache, pause } = setUp();
  store.set('a', 'alive');
  const resume = pause();
  const before = cache.get('a');
  store.delete('a');
  cache.forget('a');
  const after = cache.get('a');
  resume();
  expect(await before).toBe('alive');
  expect(await after).toBeNull();
  expect(await cache.get('a')).toBeNull();
});

test('forgetting by value, and a bound that guesses cannot use to push out values', async () => {
  const { store, cache, loads } = setUp(10);
  store.set('a', 'mine');
  store.set('b', 'yours');
  await Promise.all([cache.get('a'), cache.get('b')]);
  for (let count = 0; count < 500; count += 1) await cache.get(`guess ${count}`);
  expect(cache.size()).toBeLessThanOrEqual(20);
  const before = loads();
  await cache.get('a');
  expect(loads()).toBe(before);
  cache.forgetWhere((value) => value === 'mine');
  store.set('a', 'changed');
  expect(await cache.get('a')).toBe('changed');
  await cache.get('b');
  expect(loads()).toBe(before + 1);
});
