import { parseUsd } from '@q/contract/money';
import { cx } from '../../lib/cx.ts';
import { formatCost, formatCount, formatUtcDay } from '../../lib/format.ts';
import { decimalsOf, Money } from './money.tsx';
import { t } from './strings.ts';
import type { SpendDay } from './usage-figures.ts';

const HEIGHT = 100;
const STEP = 10;
const GAP = 2;

const nanoOf = ({ spent_usd }: SpendDay): number => Number(parseUsd(spent_usd) ?? 0n);

/** The bars stretch with the page; what is drawn is a picture of the table under it. */
function Bars({ days }: { days: readonly SpendDay[] }) {
  const most = Math.max(...days.map(nanoOf), 1);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-32 w-full border-line border-b"
    >
      {days.map((day, index) => {
        const share = nanoOf(day) / most;
        // A day with any spending can be seen.
        const height = share === 0 ? 0 : Math.max(share * HEIGHT, 1.5);
        return (
          <rect
            key={day.day}
            x={index * STEP + GAP / 2}
            y={HEIGHT - height}
            width={STEP - GAP}
            height={height}
            className={index === days.length - 1 ? 'fill-data-1/60' : 'fill-data-1'}
          >
            <title>{`${formatUtcDay(day.day)}: ${formatCost(day.spent_usd)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

function DaysTable({ days }: { days: readonly SpendDay[] }) {
  const paid = days.filter(({ calls }) => calls > 0).reverse();
  const decimals = decimalsOf(paid.map(({ spent_usd }) => spent_usd));
  const head = 'border-line border-b py-1 font-medium text-ink2 text-meta';
  return (
    <details className="text-ui">
      <summary className="link w-fit py-1.5 touch:py-3">{t('spendByDayAs')}</summary>
      <table className="w-full max-w-md">
        <caption className="sr-only">{t('daysWithPaidCalls')}</caption>
        <thead>
          <tr>
            <th scope="col" className={cx(head, 'text-left')}>
              {t('day')}
            </th>
            <th scope="col" className={cx(head, 'text-right')}>
              {t('paidCalls')}
            </th>
            <th scope="col" className={cx(head, 'text-right')}>
              {t('spent')}
            </th>
          </tr>
        </thead>
        <tbody>
          {paid.map((day) => (
            <tr key={day.day}>
              <th scope="row" className="border-line border-b py-1.5 text-left font-normal">
                {formatUtcDay(day.day)}
              </th>
              <td className="border-line border-b py-1.5 text-right font-mono">{formatCount(day.calls)}</td>
              <td className="border-line border-b py-1.5 text-right">
                <Money usd={day.spent_usd} decimals={decimals} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Spending of every day as bars, today's paler because it is not over, and the same as a table. */
export function SpendChart({ days }: { days: readonly SpendDay[] }) {
  const top = [...days].sort((a, b) => nanoOf(b) - nanoOf(a))[0];
  return (
    <figure className="grid gap-1">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="font-semibold text-h3">{t('spendByDay')}</h2>
        {top && nanoOf(top) > 0 ? (
          <span className="text-ink3 text-meta">
            {t.nodes('mostOn', {
              amount: <span className="font-mono">{formatCost(top.spent_usd)}</span>,
              day: formatUtcDay(top.day),
            })}
          </span>
        ) : null}
      </figcaption>
      <Bars days={days} />
      <div aria-hidden="true" className="flex justify-between text-ink3 text-meta">
        <span>{formatUtcDay(days[0]?.day ?? null)}</span>
        <span>{t('todaySoFarUtc')}</span>
      </div>
      <DaysTable days={days} />
    </figure>
  );
}
