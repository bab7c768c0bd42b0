import type { Random } from '../lib/random.ts';

/** Something that can happen next, and whose it is: what belongs to a dead process never happens. */
interface Action {
  label: string;
  owner: string;
  happen: () => Promise<void> | void;
  /** What is left of it when its owner dies; most things just never happen. */
  orphaned: (() => Promise<void>) | null;
}

/**
 * Lets one thing happen at a time, chosen by chance, and waits until everything that follows from it at once has followed. With one stream
 * of random numbers there is one order of events, whatever the machine does; `hinder` is waited for after each of them.
 */
export function createScheduler(random: Random, hinder?: () => Promise<void>) {
  let waiting: Action[] = [];
  let added = 0;
  let underWay = 0;
  const dead = new Set<string>();
  const trace: string[] = [];

  /** Promises, and the turns of the event loop that batches wait for, are followed to their end. */
  async function quiet(): Promise<void> {
    for (let calm = 0, before = added; calm < 3; calm = before === added && underWay === 0 ? calm + 1 : 0) {
      before = added;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    trace,
    /** Adds something that can happen from now on. */
    add(action: Pick<Action, 'label' | 'owner' | 'happen'> & Partial<Action>): void {
      if (dead.has(action.owner)) return;
      added += 1;
      waiting.push({ orphaned: null, ...action });
    },
    /** Resolves when this is chosen to happen. */
    gate(owner: string, label: string): Promise<void> {
      return new Promise((resolve) => this.add({ owner, label, happen: resolve }));
    },
    /** What happens outside the order of events, such as a look into the books, is waited for. */
    async follow<T>(work: Promise<T>): Promise<T> {
      underWay += 1;
      try {
        return await work;
      } finally {
        underWay -= 1;
      }
    },
    waiting: (): number => waiting.length,
    /** Lets one thing happen; false when nothing can. */
    async step(): Promise<boolean> {
      const action = waiting.length === 0 ? undefined : waiting.splice(random.below(waiting.length), 1)[0];
      if (!action) return false;
      trace.push(`${action.owner} ${action.label}`);
      await action.happen();
      await hinder?.();
      await quiet();
      return true;
    },
    /** Ends a process: of what it had sent, some has arrived, and it will never know. */
    async kill(owner: string): Promise<void> {
      trace.push(`${owner} dies`);
      dead.add(owner);
      const own = waiting.filter((action) => action.owner === owner);
      waiting = waiting.filter((action) => action.owner !== owner);
      for (const { orphaned } of own) if (orphaned && random.oneIn(2)) await orphaned();
      await quiet();
    },
    quiet,
  };
}

export type Scheduler = ReturnType<typeof createScheduler>;
