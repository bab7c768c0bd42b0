import { describe, expect, it } from 'vitest';
import { groupByDay } from './session-groups.ts';

const session = (id: string, updated: Date) => ({
  id,
  title: id,
  model_id: null,
  parameters: {},
  head_id: null,
  message_count: 1,
  cost_usd: '0.000000000',
  running: [],
  calls_running: false,
  created_at: updated.toISOString(),
  updated_at: updated.toISOString(),
});

describe('groupByDay', () => {
  it('goes by the reader’s calendar, not by 24 hours', () => {
    const now = new Date(2026, 10, 21, 0, 30);
    const groups = groupByDay(
      [
        session('now', new Date(2026, 10, 21, 0, 10)),
        session('an hour ago', new Date(2026, 10, 20, 23, 30)),
        session('last week', new Date(2026, 10, 16, 12)),
        session('long ago', new Date(2026, 5, 1)),
      ],
      now,
    );
    expect(groups.map(({ name, sessions }) => [name, sessions.map(({ id }) => id)])).toEqual([
      ['Today', ['now']],
      ['Yesterday', ['an hour ago']],
      ['Last 7 days', ['last week']],
      ['Earlier', ['long ago']],
    ]);
  });
});
