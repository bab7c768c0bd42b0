import type { Clock } from '../lib/clock.ts';

interface Timer {
  at: number;
  everyMs: number | null;
  callback: () => void;
}

/** A clock that stands still until a test moves it, and then runs the timers that have come due, in order. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)) {
  let nowMs = startMs;
  let setByMs = 0;
  const timers = new Set<Timer>();

  function add(timer: Timer): () => void {
    timers.add(timer);
    return () => void timers.delete(timer);
  }

  function nextDue(untilMs: number): Timer | undefined {
    return [...timers].filter((timer) => timer.at <= untilMs).sort((a, b) => a.at - b.at)[0];
  }

  const clock: Clock = {
    now: () => nowMs + setByMs,
    elapsed: () => nowMs,
    every: (ms, callback) => add({ at: nowMs + ms, everyMs: ms, callback }),
    after: (ms, callback) => add({ at: nowMs + ms, everyMs: null, callback }),
  };

  return {
    ...clock,
    /** Sets it forward, or back, as an operator would: no timer notices. */
    set(byMs: number): void {
      setByMs += byMs;
    },
    /** Moves time forward. */
    advance(ms: number): void {
      const target = nowMs + ms;
      for (let timer = nextDue(target); timer; timer = nextDue(target)) {
        nowMs = timer.at;
        if (timer.everyMs === null) timers.delete(timer);
        else timer.at += timer.everyMs;
        timer.callback();
      }
      nowMs = target;
    },
  };
}

export type FakeClock = ReturnType<typeof createFakeClock>;
