import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CallSignal, watchCall } from './call-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reasonOf = (signal: CallSignal) => signal.reason?.kind ?? null;

describe('watching a call', () => {
  it('ends it when nothing comes in time', () => {
    const watch = watchCall(new AbortController().signal, 10_000);
    watch.expectWithin(1_000);
    vi.advanceTimersByTime(999);
    expect(reasonOf(watch.signal)).toBeNull();
    vi.advanceTimersByTime(2);
    expect(reasonOf(watch.signal)).toBe('timeout');
  });

  it('moves the deadline with each sign of life, later and earlier', () => {
    const watch = watchCall(new AbortController().signal, 100_000);
    watch.expectWithin(5_000);
    for (let step = 0; step < 20; step += 1) {
      watch.expectWithin(1_000);
      vi.advanceTimersByTime(900);
    }
    expect(reasonOf(watch.signal)).toBeNull();
    vi.advanceTimersByTime(200);
    expect(reasonOf(watch.signal)).toBe('timeout');
  });

  it('does not count the time in which the reader is busy', () => {
    const watch = watchCall(new AbortController().signal, 100_000);
    watch.expectWithin(1_000);
    watch.rest();
    vi.advanceTimersByTime(50_000);
    expect(reasonOf(watch.signal)).toBeNull();
    watch.expectWithin(1_000);
    vi.advanceTimersByTime(1_001);
    expect(reasonOf(watch.signal)).toBe('timeout');
  });

  it('ends it at the total deadline even while it rests', () => {
    const watch = watchCall(new AbortController().signal, 3_000);
    watch.rest();
    vi.advanceTimersByTime(3_001);
    expect(reasonOf(watch.signal)).toBe('timeout');
    expect(watch.failureOf(new Error('socket')).message).toBe('The answer took longer than 3 seconds.');
  });

  it('passes the caller’s wish on and forgets the caller afterwards', () => {
    const caller = new AbortController();
    const remove = vi.spyOn(caller.signal, 'removeEventListener');
    const watch = watchCall(caller.signal, 10_000);
    caller.abort();
    expect(reasonOf(watch.signal)).toBe('aborted');
    expect(remove).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind', () => {
    const watch = watchCall(new AbortController().signal, 10_000);
    watch.expectWithin(100);
    watch.end();
    watch.expectWithin(100);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(20_000);
    expect(watch.signal.aborted).toBe(false);
  });

  it('leaves a call alone that has ended well: its connection is still good', () => {
    const watch = watchCall(new AbortController().signal, 10_000);
    let aborts = 0;
    watch.signal.onAbort = () => {
      aborts += 1;
    };
    watch.end();
    watch.cancel();
    expect(aborts).toBe(0);
    expect(watch.signal.aborted).toBe(false);
  });
});
