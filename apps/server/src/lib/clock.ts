/** The one source of time and timers for features, so that tests can drive it. */
export interface Clock {
  /** Milliseconds since 1970. Whoever sets the clock moves it: for dates, not for how long something takes. */
  now(): number;
  /** Whole milliseconds since some moment, which nobody sets: for durations, pauses, and how long something is believed. */
  elapsed(): number;
  /** Calls `callback` every `ms` milliseconds; never keeps the process alive. Returns the function that ends it. */
  every(ms: number, callback: () => void): () => void;
  /** Calls `callback` once after `ms` milliseconds; never keeps the process alive. Returns the function that cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => Math.floor(performance.now()),
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
