import { formatDate, formatPrice } from '../../lib/format.ts';
import type { PriceStep } from './price-steps.ts';
import { t } from './strings.ts';

const WIDTH = 600;
const HEIGHT = 96;
const TOP = 8;
const BASE = HEIGHT - 4;

type Unit = 'input' | 'output' | 'image';
const LINES: readonly { unit: Unit; label: string; colour: string; dash?: string }[] = [
  { unit: 'input', label: t('input'), colour: 'var(--data-1)' },
  { unit: 'output', label: t('output'), colour: 'var(--data-2)', dash: '5 3' },
  { unit: 'image', label: t('image'), colour: 'var(--data-1)' },
];

/** A price over time as a step line; the table below it holds the figures. */
export function PriceChart({ steps, now }: { steps: readonly PriceStep[]; now: number }) {
  const inOrder = steps.toReversed();
  const start = Date.parse(inOrder[0]?.version.valid_from ?? '');
  const last = Date.parse(inOrder.at(-1)?.version.valid_from ?? '');
  const end = Math.max(now, last + (last - start) * 0.1);
  const lines = LINES.map((line) => ({
    ...line,
    values: inOrder.map(({ version }) => Number(version.pricing[line.unit] ?? 0)),
  })).filter(({ values }) => values.some((value) => value > 0));
  const most = Math.max(...lines.flatMap(({ values }) => values));
  if (inOrder.length < 2 || most <= 0) return null;
  const x = (time: number) => ((time - start) / (end - start)) * WIDTH;
  const y = (value: number) => BASE - (value / most) * (BASE - TOP);
  const path = (values: readonly number[]) =>
    `${inOrder
      .map(({ version }, index) => {
        const at = x(Date.parse(version.valid_from)).toFixed(1);
        const height = y(values[index] ?? 0).toFixed(1);
        return index === 0 ? `M${at} ${height}` : `H${at}V${height}`;
      })
      .join('')}H${WIDTH}`;
  const today = x(now);
  return (
    <figure className="grid gap-1 pb-3">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-24 w-full border-line border-b"
      >
        {today < WIDTH ? <path d={`M${today} 0V${HEIGHT}`} stroke="var(--line-strong)" strokeDasharray="2 3" /> : null}
        {lines.map(({ unit, values, colour, dash }) => (
          <path
            key={unit}
            d={path(values)}
            fill="none"
            stroke={colour}
            strokeWidth="2"
            strokeDasharray={dash}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <figcaption className="flex flex-wrap justify-between gap-x-4 text-ink3 text-micro">
        <span>{formatDate(inOrder[0]?.version.valid_from)}</span>
        <span className="flex flex-wrap gap-x-3 max-sm:order-last max-sm:basis-full">
          {lines.map(({ unit, label, colour, dash }) => (
            <span key={unit} className="inline-flex items-center gap-1">
              <svg aria-hidden="true" width="18" height="6">
                <path d="M0 3h18" stroke={colour} strokeWidth="2" strokeDasharray={dash} />
              </svg>
              {label}
            </span>
          ))}
          <span>{t('highestPrice', { price: `$${formatPrice(most.toFixed(4))}` })}</span>
        </span>
        <span>{today < WIDTH - 1 ? formatDate(inOrder.at(-1)?.version.valid_from) : t('today')}</span>
      </figcaption>
    </figure>
  );
}
