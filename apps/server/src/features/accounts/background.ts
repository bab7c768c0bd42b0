import type { Logger } from '../../platform/telemetry/logger.ts';

/** Work whose end nobody waits for, so that the time of an answer does not tell whether there was any. */
export function createBackground(logger: Logger) {
  const running = new Set<Promise<void>>();
  return {
    /** Starts `work`; a failure is logged. */
    run(what: string, work: () => Promise<void>): void {
      const job = work()
        .catch((error: unknown) => logger.error({ err: error }, `${what} failed`))
        .finally(() => running.delete(job));
      running.add(job);
    },
    /** Resolves when everything has ended, what it started itself included. */
    async settled(): Promise<void> {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

export type Background = ReturnType<typeof createBackground>;
