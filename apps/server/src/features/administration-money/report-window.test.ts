import { describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { dailyWindow, reportWindow } from './report-window.ts';

const NOW = Date.parse('2026-03-31T12:00:00Z');

describe('the window of a report', () => {
  test('is the last thirty days unless it is named', () => {
    const { from, to, interval, groupBy } = reportWindow({}, NOW);
    expect([from.toISOString(), to.toISOString()]).toEqual(['2026-03-01T12:00:00.000Z', '2026-03-31T12:00:00.000Z']);
    expect([interval, groupBy]).toEqual([null, null]);
  });

  test('never begins before the year 0', () => {
    expect(reportWindow({ to: '0000-01-05' }, NOW).from.toISOString()).toBe('0000-01-01T00:00:00.000Z');
  });

  test('takes days as their beginning in UTC', () => {
    expect(reportWindow({ from: '2026-01-01', to: '2026-02-01' }, NOW).to.toISOString()).toBe(
      '2026-02-01T00:00:00.000Z',
    );
  });

  test.each([
    [{ from: '2026-02-01', to: '2026-01-01' }, 'from'],
    [{ from: '2026-02-01', to: '2026-02-01' }, 'from'],
    [{ from: '2026-01-01', to: '2026-02-12', interval: 'hour' }, 'interval'],
    [{ from: '2026-01-01', to: '2026-04-12', interval: 'day', group_by: 'model' }, 'interval'],
    [{ from: '2000-01-01', interval: 'day' }, 'interval'],
  ] as const)('%j is refused for its %s', (query, param) => {
    let error: unknown;
    try {
      reportWindow(query, NOW);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'invalid_request', param });
  });

  test('by day alone is refused for its `from`, never for an interval that nobody named', () => {
    const window = { from: '2000-01-01' };
    expect(() => dailyWindow(window, NOW)).toThrow(
      expect.objectContaining({ param: 'from', message: expect.not.stringContaining('interval') }),
    );
    expect(dailyWindow({ from: '2025-01-01' }, NOW).interval).toBe('day');
  });

  test.each([
    { from: '2026-01-01', to: '2026-02-11', interval: 'hour' },
    { from: '2026-01-01', to: '2026-04-11', interval: 'day', group_by: 'model' },
    { from: '2000-01-01', group_by: 'model' },
  ] as const)('%j is taken', (query) => {
    expect(reportWindow(query, NOW).from < reportWindow(query, NOW).to).toBe(true);
  });
});
