import type { StopSignal } from '@q/providers/spec/stop-signal';

/** Who can stop a call, and the signal that the call is given. */
export interface Stopper {
  signal: StopSignal;
  /** Stops the call; whoever listens is told at once, in the order they came. Does nothing the second time. */
  stop(reason?: unknown): void;
}

/** What an AbortController does for one call, without being an event target: that alone would cost more than the rest of the request. */
export function createStopper(): Stopper {
  let listeners: (() => void)[] = [];
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener(_type: 'abort', listener: () => void): void {
      if (!listeners.includes(listener)) listeners.push(listener);
    },
    removeEventListener(_type: 'abort', listener: () => void): void {
      // Replaced rather than changed: listeners are removed while they are told.
      listeners =
        listeners.length === 1 && listeners[0] === listener ? [] : listeners.filter((each) => each !== listener);
    },
  };
  return {
    signal,
    stop(reason) {
      if (signal.aborted) return;
      signal.aborted = true;
      signal.reason = reason ?? new Error('stopped');
      for (const listener of listeners) listener();
    },
  };
}
