import { AppError } from '../../lib/app-error.ts';

const RETRY_AFTER_SECONDS = 60;

/**
 * Stops everything that moves money once the books are found wrong, until somebody has looked at them: what is wrong must not grow.
 * Calls that run already are still ended and charged.
 */
export function createMoneyGuard() {
  let reason: string | null = null;
  return {
    /** Why money does not move; null when it does. */
    reason: (): string | null => reason,
    /** Stops money with a reason, or lets it move again with null. */
    set(why: string | null): void {
      reason = why;
    },
    /** Throws AppError `service_unavailable` (503) while money does not move. */
    assertOpen(): void {
      if (reason === null) return;
      throw new AppError('service_unavailable', {
        message:
          'The books of this marketplace are being checked, and no money moves until that is done. Nothing was charged.',
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    },
  };
}

export type MoneyGuard = ReturnType<typeof createMoneyGuard>;
