import { isServiceUnavailable } from './app-error.ts';
import type { Clock } from './clock.ts';

/** How long work is tried again while the database does not answer. */
const RETRY_MS_MAX = 120_000;
const PAUSE_FIRST_MS = 50;
const PAUSE_MS_MAX = 1_000;

/** Repeats `work` while the database does not answer, for two minutes at most; other errors pass through. */
export async function untilAnswered<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const deadline = clock.elapsed() + RETRY_MS_MAX;
  for (let pause = PAUSE_FIRST_MS; ; pause = Math.min(pause * 2, PAUSE_MS_MAX)) {
    try {
      return await work();
    } catch (error) {
      if (!isServiceUnavailable(error) || clock.elapsed() > deadline) throw error;
      await new Promise<void>((resume) => clock.after(pause, resume));
    }
  }
}
