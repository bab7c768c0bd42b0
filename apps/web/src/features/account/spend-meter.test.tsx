import type { ApiKey } from '@q/contract/api-keys';
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SpendMeter } from './spend-meter.tsx';

afterEach(cleanup);

function written(spent_today_usd: string, daily_limit_usd: string | null): string | null | undefined {
  const apiKey = { spent_today_usd, daily_limit_usd } as ApiKey;
  return render(<SpendMeter apiKey={apiKey} />).container.querySelector('p')?.textContent;
}

describe('SpendMeter', () => {
  it.each([
    ['0.001000000', '5.000000000', '$0.0010 of $5.00 spent today (UTC)'],
    ['0.001000000', '0.004000000', '$0.0010 of $0.004 spent today (UTC)'],
    ['0.000000000', '0.000000100', '$0.0000 of $0.0000001 spent today (UTC)'],
    ['1.000000000', '2.499000000', '$1.00 of $2.499 spent today (UTC)'],
  ])('writes %s of %s to the last digit of the limit', (spent, limit, text) => {
    expect(written(spent, limit)).toBe(text);
  });

  it('writes what a key without a limit has spent', () => {
    expect(written('0.001000000', null)).toBe('$0.0010 spent today (UTC)');
  });
});
