import { ProviderError } from '@q/providers/spec/provider-error';
import { beforeEach, describe, expect, test } from 'vitest';
import { readKeyPool } from '../../lib/key-pool.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { createProviderHealth, type ProviderHealth } from './provider-health.ts';

const POOL = { id: 'openai', keys: ['a', 'b', 'c'] };
const busy = (retryAfterMs: number | null = null) => new ProviderError('rate_limited', 'busy', { retryAfterMs });
const broken = new ProviderError('upstream', 'broken');

let clock: FakeClock;
let health: ProviderHealth;
beforeEach(() => {
  clock = createFakeClock();
  health = createProviderHealth(clock);
});
const keys = (count: number) => Array.from({ length: count }, () => health.nextKey(POOL));
const fail = (times: number, error = broken) => {
  for (let n = 0; n < times; n += 1) health.failed(POOL, 'a', error);
};

describe('the keys of a pool', () => {
  test('are taken in turn', () => {
    expect(keys(4)).toEqual(['a', 'b', 'c', 'a']);
    expect(health.nextKey({ id: 'sandbox', keys: [] })).toBeUndefined();
  });

  test('with weights are taken as often as they say, and the others take the turns of one that rests', () => {
    const weighted = {
      id: 'openai',
      keys: ['a', 'b', 'c'],
      turns: readKeyPool('a;weight=6,b;weight=3,c')?.turns ?? [],
    };
    const counts = () => {
      const taken: Record<string, number> = {};
      for (let n = 0; n < 1_000; n += 1) {
        const key = health.nextKey(weighted) ?? '';
        taken[key] = (taken[key] ?? 0) + 1;
      }
      return taken;
    };
    expect(counts()).toEqual({ a: 600, b: 300, c: 100 });
    health.failed(weighted, 'a', busy());
    expect(counts()['a']).toBeUndefined();
    clock.advance(30_000);
    expect(counts()).toEqual({ a: 600, b: 300, c: 100 });
  });

  test('rest as long as the provider says, and are passed over meanwhile', () => {
    health.failed(POOL, 'b', busy(4_000));
    expect(new Set(keys(6))).toEqual(new Set(['a', 'c']));
    clock.advance(4_000);
    expect(new Set(keys(6))).toEqual(new Set(['a', 'b', 'c']));
  });

  test('that were refused rest longer than those that were busy', () => {
    health.failed(POOL, 'a', busy());
    health.failed(POOL, 'b', new ProviderError('auth', 'refused'));
    clock.advance(30_000);
    expect(new Set(keys(6))).toEqual(new Set(['a', 'c']));
    clock.advance(270_000);
    expect(new Set(keys(6))).toEqual(new Set(['a', 'b', 'c']));
  });

  test('all at rest: the one that is ready first is taken', () => {
    for (const [key, ms] of [
      ['a', 9_000],
      ['b', 3_000],
      ['c', 6_000],
    ] as const)
      health.failed(POOL, key, busy(ms));
    expect(health.hasReadyKey(POOL)).toBe(false);
    expect(keys(3)).toEqual(['b', 'b', 'b']);
  });

  test('rest no longer once one has done its work', () => {
    health.failed(POOL, 'b', busy());
    health.succeeded(POOL, 'b');
    expect(new Set(keys(3))).toEqual(new Set(['a', 'b', 'c']));
  });
});

describe('the circuit of a provider', () => {
  test('opens after five failures in a row, not before', () => {
    fail(4);
    expect(health.isTroubled(POOL)).toBe(false);
    fail(1);
    expect([health.isTroubled(POOL), health.isOpen(POOL)]).toEqual([true, true]);
  });

  test('counts only failures in a row, and only the provider’s own', () => {
    fail(4);
    health.succeeded(POOL, 'a');
    fail(4);
    health.failed(POOL, 'a', new ProviderError('invalid_request', 'no such parameter'));
    fail(4);
    fail(9, busy());
    fail(9, new ProviderError('aborted', 'gone'));
    expect(health.isTroubled(POOL)).toBe(false);
  });

  test('lets one call try after a pause; when it fails, the pause is longer', () => {
    fail(5);
    clock.advance(15_000);
    expect([health.isTroubled(POOL), health.isTroubled(POOL)]).toEqual([false, true]);
    fail(1);
    clock.advance(15_000);
    expect(health.isTroubled(POOL)).toBe(true);
    clock.advance(15_000);
    expect(health.isTroubled(POOL)).toBe(false);
    health.succeeded(POOL, 'a');
    expect([health.isTroubled(POOL), health.isOpen(POOL)]).toEqual([false, false]);
  });

  test('lets another try when nothing is heard of the one that was to: it may have gone elsewhere, or found the key busy', () => {
    fail(5);
    clock.advance(15_000);
    expect([health.isTroubled(POOL), health.isTroubled(POOL)]).toEqual([false, true]);
    health.failed(POOL, 'a', busy());
    clock.advance(15_000);
    expect(health.isTroubled(POOL)).toBe(false);
  });

  test('lets another try when the one that tried was ended by its caller', () => {
    fail(5);
    clock.advance(15_000);
    expect(health.isTroubled(POOL)).toBe(false);
    health.failed(POOL, 'a', new ProviderError('aborted', 'gone'));
    expect(health.isTroubled(POOL)).toBe(false);
  });
});

test('speeds are running averages', () => {
  expect(health.speedOf(POOL, 'm')).toBeUndefined();
  health.noteSpeed(POOL, 'm', { ttftMs: 100, tokensPerSecond: 50 });
  health.noteSpeed(POOL, 'm', { ttftMs: 200, tokensPerSecond: 100 });
  expect(health.speedOf(POOL, 'm')).toEqual({ ttftMs: 120, tokensPerSecond: 60 });
});
