/** A stream of random numbers that depends on its seed only. */
export function createRandom(seed: number) {
  let state = seed | 0;

  /** A number from 0 (inclusive) to 1: mulberry32, which is small, fast and good enough to choose schedules. */
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const below = (end: number): number => Math.floor(next() * end);
  return {
    /** A whole number from 0 to `end` - 1. */
    below,
    /** A whole number from `min` to `max`, both included. */
    between: (min: number, max: number): number => min + below(max - min + 1),
    /** True once in `n` times. */
    oneIn: (n: number): boolean => below(n) === 0,
    /** One of the list. */
    pick<T>(list: readonly T[]): T {
      const item = list[below(list.length)];
      if (item === undefined) throw new RangeError('nothing to choose from');
      return item;
    },
    /** The list in another order. */
    shuffle<T>(list: readonly T[]): T[] {
      const left = [...list];
      return list.map(() => left.splice(below(left.length), 1)[0] as T);
    },
  };
}

export type Random = ReturnType<typeof createRandom>;
