/** The one source of time and timers for features, so that tests can drive it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `callback` every `ms` milliseconds; never keeps the process alive. Returns the function that ends it. */
  every(ms: number, callback: () => void): () => void;
  /** Calls `callback` once after `ms` milliseconds; never keeps the process alive. Returns the function that cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
