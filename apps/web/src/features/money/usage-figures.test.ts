import type { BalanceSummary, UsageRow } from '@q/contract/wallet';
import { describe, expect, it } from 'vitest';
import { callFigures, median, spendDays, totalSpent } from './usage-figures.ts';

const NOW = Date.parse('2026-11-21T15:00:00Z');
const day = (date: string, spent_usd: string, calls: number) => ({
  day: date,
  spent_usd,
  credited_usd: '0.000000000',
  calls,
});
const SUMMARY: BalanceSummary = {
  by_day: [day('2026-10-22', '0.000000001', 1), day('2026-11-20', '1.200000000', 3)],
  by_model: [],
  by_kind: [],
};

function call(values: Partial<UsageRow>): UsageRow {
  return {
    id: 'call_1',
    model: 'sandbox/guide',
    provider: 'sandbox',
    api_key_id: null,
    streamed: true,
    outcome: 'completed',
    error_code: null,
    input_tokens: 10,
    cached_input_tokens: 0,
    output_tokens: 5,
    reasoning_tokens: 0,
    cost_usd: '0.000001000',
    usage_source: 'provider',
    ttft_ms: 100,
    duration_ms: 200,
    created_at: '2026-11-20T00:00:00Z',
    ...values,
  };
}

describe('spending by day', () => {
  it('has every day of the window, so that the bars add up to the total', () => {
    const days = spendDays(SUMMARY, NOW);
    expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([31, '2026-10-22', '2026-11-21']);
    expect(days.filter(({ calls }) => calls > 0).map(({ spent_usd }) => spent_usd)).toEqual([
      '0.000000001',
      '1.200000000',
    ]);
    expect(totalSpent(SUMMARY)).toBe('1.200000001');
  });
});

describe('figures over calls', () => {
  it('count tokens and errors of the last thirty days only', () => {
    const rows = [
      call({}),
      call({ outcome: 'upstream_error', error_code: 'upstream_timeout', output_tokens: 0, ttft_ms: null }),
      call({ outcome: 'stopped', ttft_ms: 301 }),
      call({ created_at: '2026-10-01T00:00:00Z', ttft_ms: 9_000 }),
    ];
    expect(callFigures({ rows, total: 4 }, NOW)).toEqual({
      calls: 3,
      inputTokens: 30,
      outputTokens: 10,
      medianTtftMs: 201,
      errors: 1,
      partial: false,
    });
  });

  it('say when there are more calls than were looked at', () => {
    expect(callFigures({ rows: [call({})], total: 2 }, NOW).partial).toBe(true);
    expect(callFigures({ rows: [call({}), call({ created_at: '2026-01-01T00:00:00Z' })], total: 9 }, NOW).partial).toBe(
      false,
    );
  });

  it('have no median of nothing', () => {
    expect([median([]), median([7]), median([9, 1, 4]), median([1, 4])]).toEqual([null, 7, 4, 3]);
  });
});
