import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('how long a provider asks to wait', () => {
  it.each<[string, Record<string, string | string[]>, number | null]>([
    ['nothing', {}, null],
    ['seconds', { 'retry-after': '2' }, 2_000],
    ['a fraction of a second', { 'retry-after': '0.25' }, 250],
    ['milliseconds before seconds', { 'retry-after': '1', 'retry-after-ms': '0' }, 0],
    ['a date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date that has passed', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    ['a minute', { 'retry-after': '60' }, 60_000],
    ['more than a minute', { 'retry-after': '61' }, null],
    ['a date too far ahead', { 'retry-after': 'Sun, 22 Nov 2026 12:00:00 GMT' }, null],
    ['a negative number', { 'retry-after': '-5' }, null],
    ['nonsense', { 'retry-after': 'soon' }, null],
    ['the first of several', { 'retry-after': ['3', '9'] }, 3_000],
  ])('reads %s', (_what, headers, wanted) => {
    expect(retryAfterMs(headers, NOW)).toBe(wanted);
  });
});
