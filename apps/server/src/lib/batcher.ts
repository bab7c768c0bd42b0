interface Options<I, O> {
  /** While items come in company, a run waits so many milliseconds for more; 0: only to the end of the turn of the event loop. */
  gatherMs: number;
  /** Does the work of many items at once; answers in the order of the items, or rejects for all of them. */
  run(items: I[]): Promise<O[]>;
  itemsMax: number;
  /** Into what parts items are split that failed together, so that only the culprits fail; none, or one part: all of them fail. */
  splitAfter(error: unknown, items: readonly I[]): I[][];
}

interface Waiting<I, O> {
  item: I;
  resolve(answer: O): void;
  reject(error: unknown): void;
}

/**
 * Gathers items that arrive together into one run, and runs one at a time. An item alone is run at once (at the end of the current turn of the event loop).
 * Once a run had more than one item, the next waits `gatherMs` for company, and takes everything that came while the one before it
 * was under way: the batch grows with the load.
 */
export function createBatcher<I, O>(options: Options<I, O>) {
  const { gatherMs, run, itemsMax, splitAfter } = options;
  let waiting: Waiting<I, O>[] = [];
  let isRunning = false;
  let scheduled = false;
  let lastSize = 0;

  async function runAll(batch: Waiting<I, O>[]): Promise<void> {
    try {
      const answers = await run(batch.map((each) => each.item));
      for (const [index, each] of batch.entries()) each.resolve(answers[index] as O);
    } catch (error) {
      const items = batch.map((each) => each.item);
      const parts = splitAfter(error, items).filter((part) => part.length < items.length);
      if (parts.length === 0) for (const each of batch) each.reject(error);
      for (const part of parts) await runAll(batch.filter((each) => part.includes(each.item)));
    }
  }

  function start(): void {
    scheduled = false;
    const batch = waiting.slice(0, itemsMax);
    waiting = waiting.slice(itemsMax);
    lastSize = batch.length;
    isRunning = true;
    void runAll(batch).finally(() => {
      isRunning = false;
      if (waiting.length > 0) schedule();
    });
  }

  function schedule(): void {
    if (scheduled || isRunning) return;
    scheduled = true;
    if (lastSize > 1 && gatherMs > 0) setTimeout(start, gatherMs);
    else setImmediate(start);
  }

  return {
    /** Resolves with the answer to this item. */
    add(item: I): Promise<O> {
      return new Promise<O>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      });
    },
    /** Items that wait for a run. */
    size: (): number => waiting.length,
  };
}
