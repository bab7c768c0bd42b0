import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createRateLimiter } from './rate-limiter.ts';

test('R20 of a burst ten times the limit, the limit passes and not one more', () => {
  const limiter = createRateLimiter({ clock: createFakeClock(), limit: 600, windowMs: 60_000 });
  const passed = Array.from({ length: 6_000 }, () => limiter.take('key')).filter((waitMs) => waitMs === 0);
  expect(passed.length).toBe(600);
});

test('a clock that is set back or forward changes nothing', () => {
  const clock = createFakeClock();
  const limiter = createRateLimiter({ clock, limit: 1, windowMs: 60_000 });
  expect(limiter.take('key')).toBe(0);
  clock.set(-3_600_000);
  expect(limiter.take('key')).toBe(60_000);
  clock.set(7_200_000);
  expect(limiter.take('key')).toBe(60_000);
});

test('whatever the rhythm, a window of any start never lets through more than the burst and what flowed back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 }), (pauses) => {
      const clock = createFakeClock();
      const limiter = createRateLimiter({ clock, limit: 10, windowMs: 1_000 });
      const passedAt: number[] = [];
      for (const pause of pauses) {
        clock.advance(pause);
        if (limiter.take('key') === 0) passedAt.push(clock.now());
      }
      for (const [first, from] of passedAt.entries()) {
        for (const [last, to] of passedAt.entries()) {
          if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(10 + (to - from) / 100 + 1e-6);
        }
      }
    }),
    { numRuns: 300, seed: 20 },
  );
});

test('after the time it names, a refused request passes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 90_000 }), (limit, windowMs) => {
      const clock = createFakeClock();
      const limiter = createRateLimiter({ clock, limit, windowMs });
      let waitMs = 0;
      while (waitMs === 0) waitMs = limiter.take('key');
      clock.advance(waitMs);
      expect(limiter.take('key')).toBe(0);
    }),
    { seed: 20 },
  );
});

test('keys do not touch each other, looking does not count, and memory is bounded', () => {
  const limiter = createRateLimiter({ clock: createFakeClock(), limit: 1, windowMs: 1_000, keysMax: 100 });
  expect(limiter.take('a')).toBe(0);
  expect(limiter.peek('b')).toBe(0);
  expect(limiter.take('b')).toBe(0);
  expect(limiter.take('a')).toBeGreaterThan(0);
  for (let count = 0; count < 1_000; count += 1) limiter.take(`key ${count}`);
  expect(limiter.size()).toBe(100);
});
