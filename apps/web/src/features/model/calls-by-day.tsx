import { formatCount } from '../../lib/format.ts';
import { t } from './strings.ts';

const HEIGHT = 40;

/** Calls a day over two weeks as bars; today's is paler, since it goes on. Nothing without calls. */
export function CallsByDay({ days }: { days: readonly number[] }) {
  const most = Math.max(...days);
  if (most <= 0) return null;
  const total = days.reduce((sum, day) => sum + day, 0);
  return (
    <figure className="pt-2">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${days.length * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-10 w-full border-line border-b"
      >
        {days.map((day, index) => {
          const height = day === 0 ? 0 : Math.max(1.5, (day / most) * (HEIGHT - 2));
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a day is its place
              key={index}
              x={index * 10 + 1.5}
              y={HEIGHT - height}
              width="7"
              height={height}
              fill="var(--data-1)"
              opacity={index === days.length - 1 ? 0.5 : 1}
            />
          );
        })}
      </svg>
      <figcaption className="flex justify-between pt-0.5 text-ink3 text-micro">
        <span>{t('days14')}</span>
        <span>{t('callsInDays', { count: total, most: formatCount(most) })}</span>
        <span>{t('today')}</span>
      </figcaption>
    </figure>
  );
}
