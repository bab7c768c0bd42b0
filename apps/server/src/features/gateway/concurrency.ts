import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';

/** Counts the running calls of each key (or person) and refuses more than `limit` at once. */
export function createConcurrency(limit: number) {
  const running = new Map<string, number>();
  return {
    /** Counts one more call; returns the function that ends it. Throws AppError `rate_limited` (429) at the limit. */
    enter(caller: Pick<Caller, 'userId' | 'apiKey'>): () => void {
      const who = caller.apiKey?.id ?? caller.userId;
      const count = running.get(who) ?? 0;
      if (count >= limit) {
        throw new AppError('rate_limited', {
          message: `${limit} calls of this key are running already. Wait for one to end.`,
          retryAfterSeconds: 1,
        });
      }
      running.set(who, count + 1);
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        const left = (running.get(who) ?? 1) - 1;
        if (left > 0) running.set(who, left);
        else running.delete(who);
      };
    },
  };
}

export type Concurrency = ReturnType<typeof createConcurrency>;
