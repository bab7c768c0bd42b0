import { beforeEach, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { type AttemptGate, createAttemptGate } from './attempt-gate.ts';

let clock: FakeClock;
let gate: AttemptGate;

beforeEach(() => {
  clock = createFakeClock();
  gate = createAttemptGate({
    clock,
    freeFailures: 3,
    firstDelayMs: 10_000,
    delayMaxMs: 60_000,
    forgetAfterMs: 3_600_000,
  });
});

async function fail(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) (await gate.start('a')).fail();
}

test('R3 delays begin after the free failures, double, and stop growing', async () => {
  await fail(3);
  const delays: number[] = [];
  for (let count = 0; count < 5; count += 1) {
    const error = await gate.start('a').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'rate_limited' });
    const { retryAfterSeconds } = error as { retryAfterSeconds: number };
    delays.push(retryAfterSeconds);
    clock.advance(retryAfterSeconds * 1_000);
    await fail(1);
  }
  expect(delays).toEqual([10, 20, 40, 60, 60]);
});

test('R3 refused attempts do not prolong the delay', async () => {
  await fail(3);
  for (let count = 0; count < 100; count += 1) {
    clock.advance(90);
    await gate.start('a').catch(() => undefined);
  }
  clock.advance(1_000);
  await expect(gate.start('a')).resolves.toBeDefined();
});

test('a success, being forgiven, and time make failures forgotten', async () => {
  await fail(2);
  (await gate.start('a')).succeed();
  await fail(3);
  expect(gate.isDelaying('a')).toBe(true);
  gate.forgive('a');
  expect(gate.isDelaying('a')).toBe(false);
  await fail(3);
  clock.advance(3_600_000);
  await fail(2);
  expect(gate.isDelaying('a')).toBe(false);
});

test('R3 a burst of guesses at the same moment is evaluated no more often than one after the other', async () => {
  let evaluated = 0;
  const guess = async () => {
    const attempt = await gate.start('a');
    evaluated += 1;
    await new Promise((resolve) => setImmediate(resolve));
    attempt.fail();
  };
  const results = await Promise.allSettled(Array.from({ length: 500 }, guess));
  expect(evaluated).toBe(3);
  expect(results.filter((result) => result.status === 'rejected').length).toBe(497);
});

test('a burst of right passwords all pass', async () => {
  const right = async () => {
    const attempt = await gate.start('a');
    await new Promise((resolve) => setImmediate(resolve));
    attempt.succeed();
  };
  await Promise.all(Array.from({ length: 60 }, right));
  expect(gate.size()).toBe(0);
});

test('an attempt that was not evaluated leaves no trace', async () => {
  await fail(2);
  for (let count = 0; count < 10; count += 1) (await gate.start('a')).cancel();
  expect(gate.isDelaying('a')).toBe(false);
});
