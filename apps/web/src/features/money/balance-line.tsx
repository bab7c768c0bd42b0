import type { Balance, BalanceSummary } from '@q/contract/wallet';
import { BalanceFigure } from '../../components/balance-figure.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { runwayText } from './runway.ts';
import { t } from './strings.ts';

const FIGURES: { field: 'available_usd' | 'held_usd' | 'spent_usd' | 'total_usd'; name: string; note: string }[] = [
  { field: 'available_usd', name: t('available'), note: t('forNewCalls') },
  { field: 'held_usd', name: t('held'), note: t('forRunningCalls') },
  { field: 'spent_usd', name: t('spent'), note: t('byAllCallsSo') },
  { field: 'total_usd', name: t('added'), note: t('inAll') },
];

/** From a million dollars on figures are written smaller where there is little room: one would not stay on its line. */
const isLarge = (balance: Balance): boolean =>
  FIGURES.some(({ field }) => balance[field].length > '999999.000000000'.length);

/** Props of `BalanceLine`; what is undefined is still on its way. */
export interface BalanceLineProps {
  balance: Balance | undefined;
  summary: BalanceSummary | undefined;
}

/** What a person has, and how long it lasts. */
export function BalanceLine({ balance, summary }: BalanceLineProps) {
  const runway = balance && summary ? runwayText(balance.available_usd, summary.by_day, Date.now()) : null;
  return (
    <dl className="grid border-line border-y min-[22rem]:grid-cols-2 md:grid-cols-4" aria-busy={balance === undefined}>
      {FIGURES.map(({ field, name, note }) => (
        <div
          key={field}
          className="min-w-0 border-line py-2.5 max-[22rem]:not-first:border-t min-[22rem]:px-4 min-[22rem]:first:pl-0 min-[22rem]:max-md:odd:pl-0 min-[22rem]:max-md:even:border-l min-[22rem]:max-md:nth-[n+3]:border-t md:not-first:border-l"
        >
          <dt className="text-ink2 text-meta">{name}</dt>
          <dd>
            {balance ? (
              <BalanceFigure
                usd={balance[field]}
                className={cx(
                  'wrap-anywhere block whitespace-normal! lg:text-h2',
                  isLarge(balance) ? 'text-ui' : 'text-h3',
                )}
              />
            ) : (
              <Skeleton className="my-1 h-4 w-24 md:h-5" />
            )}
            <span className="block text-ink3 text-meta">
              {field === 'available_usd' && runway !== null ? runway : note}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
