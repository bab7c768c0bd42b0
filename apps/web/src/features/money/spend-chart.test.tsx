import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';

// Before anything writes a day: where it is still the day before when a day of the books begins.
vi.hoisted(() => {
  process.env['TZ'] = 'America/Los_Angeles';
});

import { SpendChart } from './spend-chart.tsx';

afterEach(cleanup);

describe('SpendChart', () => {
  it('names the days of the books, which are those of UTC, wherever the reader is', () => {
    expect(new Date('2026-11-21').getDate()).toBe(20);
    const day = (date: string, spent_usd: string) => ({ day: date, spent_usd, calls: 1 });
    const { container } = render(
      <SpendChart days={[day('2026-11-20', '0.500000000'), day('2026-11-21', '1.000000000')]} />,
    );
    expect(container.textContent).toContain('most: $1.00 on 21 Nov 2026');
    expect([...container.querySelectorAll('tbody th')].map(({ textContent }) => textContent)).toEqual([
      '21 Nov 2026',
      '20 Nov 2026',
    ]);
  });
});
