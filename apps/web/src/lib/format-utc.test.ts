import { expect, it, vi } from 'vitest';

// Before anything writes a day: where it is still the day before when a day of the books begins.
vi.hoisted(() => {
  process.env['TZ'] = 'America/New_York';
});

import { formatDateTime, formatUtcDateTime, formatUtcDay } from './format.ts';

it('days and moments of the books are those of UTC wherever the reader is', () => {
  expect(formatDateTime('2026-11-21T00:00:00.000Z')).toBe('20 Nov 2026, 19:00');
  expect(formatUtcDateTime('2026-11-21T00:00:00.000Z')).toBe('21 Nov 2026, 00:00');
  expect(formatUtcDay('2026-11-21')).toBe('21 Nov 2026');
});
