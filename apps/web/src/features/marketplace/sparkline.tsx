import { formatCount, UNKNOWN } from '../../lib/format.ts';
import { t } from './strings.ts';

const WIDTH = 60;
const HEIGHT = 16;

/** Calls a day over two weeks as a small line; a gap when there were none. */
export function Sparkline({ days }: { days: readonly number[] }) {
  const total = days.reduce((sum, day) => sum + day, 0);
  if (total === 0) {
    return (
      <span className="text-ink3">
        <span aria-hidden="true">{UNKNOWN}</span>
        <span className="sr-only">{t('noCallsYet')}</span>
      </span>
    );
  }
  const most = Math.max(...days);
  const points = days
    .map(
      (day, index) =>
        `${((index * WIDTH) / (days.length - 1)).toFixed(1)},${(HEIGHT - 1 - (day / most) * (HEIGHT - 2)).toFixed(1)}`,
    )
    .join(' ');
  return (
    <>
      <svg aria-hidden="true" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="inline-block">
        <polyline points={points} fill="none" stroke="var(--accent)" strokeWidth="1.25" strokeLinejoin="round" />
      </svg>
      <span className="sr-only">{t('callsIn14Days', { calls: formatCount(total) })}</span>
    </>
  );
}
