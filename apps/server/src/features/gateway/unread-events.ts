/** Events of a stream. Whoever goes no further with them says so by `return`, which for-await does by itself; at their end it does nothing. */
export type Events<T> = AsyncIterableIterator<T, void> & { return(): Promise<IteratorResult<T, void>> };

/**
 * The events of a generator, which `leave` ends in its stead when nobody has read of them: a generator that never began runs no `finally`, and a
 * call left so would hold its money for as long as the process lives.
 */
export function endedUnread<T>(events: AsyncGenerator<T, void>, leave: () => Promise<unknown>): Events<T> {
  let hasBegun = false;
  const all: Events<T> = {
    [Symbol.asyncIterator]: () => all,
    next() {
      hasBegun = true;
      return events.next();
    },
    async return() {
      const isUnread = !hasBegun;
      hasBegun = true;
      const over = await events.return();
      if (isUnread) await leave();
      return over;
    },
  };
  return all;
}
