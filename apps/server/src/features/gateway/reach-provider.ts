import { ProviderError } from '@q/providers/spec/provider-error';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { Clock } from '../../lib/clock.ts';
import type { Attempt } from '../ledger/end-holds-store.ts';
import type { ProviderEntry, ProviderRegistry } from './providers.ts';
import { fromProviderError } from './upstream-error.ts';

/** A provider that nobody can stand in for is asked so many times more. */
const RETRIES_MAX = 2;
/** Longer than this nobody is kept waiting for a provider to be ready again. */
const PAUSE_MS_MAX = 5_000;
const FIRST_PAUSE_MS = 250;
const JITTER_MS = 100;

interface Deps {
  providers: ProviderRegistry;
  clock: Clock;
}

/** A call that is open: who serves it now, and the tries that failed before. */
interface Reaching {
  call: { signal: StopSignal };
  entry: ProviderEntry;
  attempts: Attempt[];
}

/** Resolves after so many milliseconds, or at once when the caller is gone. */
function pause(clock: Clock, ms: number, signal: StopSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

/** How long to wait before the same provider is asked again: as long as it says, else twice as long each time; null: not at all. */
function pauseBefore(error: ProviderError, retry: number, now: number): number | null {
  if (retry >= RETRIES_MAX || !error.retryable || error.kind === 'timeout') return null;
  const ms = error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** retry + (now % JITTER_MS);
  return ms > PAUSE_MS_MAX ? null : ms;
}

/** A failure of the key rather than of the provider: another key may do. */
const isOfTheKey = ({ kind }: ProviderError): boolean => kind === 'rate_limited' || kind === 'auth';

/**
 * Asks the providers of a call, one after the other, until `ask` succeeds: with the other keys of the pool, then at the next candidate, and
 * where there is none again after a pause. `passOn` gives the call to the next candidate; false when there is none. What failed is noted in `open.attempts`, except for the last failure, which is thrown.
 */
export async function reachProvider<T>(
  deps: Deps,
  open: Reaching,
  passOn: () => Promise<boolean>,
  ask: (apiKey: string | undefined) => Promise<T>,
): Promise<T> {
  const { providers, clock } = deps;
  const { health } = providers;
  const { signal } = open.call;
  let keysTried = 0;
  let retries = 0;

  /** What can be done about a failure; false: nothing. */
  async function isMended(error: ProviderError): Promise<boolean> {
    const { entry } = open;
    if (isOfTheKey(error) && keysTried < entry.keys.length && health.hasReadyKey(entry)) return true;
    if (await passOn()) {
      keysTried = 0;
      retries = 0;
      return true;
    }
    const ms = health.isOpen(entry) ? null : pauseBefore(error, retries, clock.elapsed());
    if (ms === null) return false;
    retries += 1;
    keysTried = 0;
    await pause(clock, ms, signal);
    return !signal.aborted;
  }

  for (;;) {
    const { entry } = open;
    const key = health.nextKey(entry);
    try {
      const answer = await ask(key);
      health.succeeded(entry, key);
      return answer;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      health.failed(entry, key, error);
      keysTried += 1;
      const failed = {
        provider: entry.id,
        outcome: fromProviderError(error, entry.name).code,
        upstreamRequestId: null,
      };
      if (signal.aborted || error.kind === 'aborted' || !(await isMended(error))) throw error;
      open.attempts.push(failed);
    }
  }
}
