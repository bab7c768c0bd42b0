import type { BalanceSummary } from '@q/contract/wallet';
import type { ReactNode } from 'react';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCompact, formatCount } from '../../lib/format.ts';
import { formatMilliseconds } from './milliseconds.ts';
import { Money } from './money.tsx';
import type { RecentCalls } from './queries.ts';
import { t } from './strings.ts';
import { callFigures, totalSpent } from './usage-figures.ts';

/** Props of `UsageStrip`; what is undefined is still on its way. */
export interface UsageStripProps {
  summary: BalanceSummary | undefined;
  calls: RecentCalls | undefined;
}

/** On a phone the first figure has a line of its own, the others two each. */
const PLACES = [
  'max-md:col-span-2 max-md:border-b',
  'max-md:border-b',
  'max-md:border-b max-md:border-l max-md:pl-4',
  '',
  'max-md:border-l max-md:pl-4',
] as const;

function Figure({ name, place, children }: { name: string; place: 0 | 1 | 2 | 3 | 4; children: ReactNode }) {
  return (
    <div className={cx('min-w-0 border-line py-2.5 pr-4 md:pl-4 md:first:pl-0 md:not-first:border-l', PLACES[place])}>
      <dt className="text-ink2 text-meta">{name}</dt>
      <dd className="min-h-6 truncate font-mono text-h3">{children}</dd>
    </div>
  );
}

const Waiting = () => <Skeleton className="mt-1.5 h-4 w-20" />;

/** Five figures of the last thirty days. */
export function UsageStrip({ summary, calls }: UsageStripProps) {
  const figures = calls ? callFigures(calls, Date.now()) : null;
  const rate =
    figures && figures.errors > 0 ? t('ofCalls', { share: ((100 * figures.errors) / figures.calls).toFixed(1) }) : '';
  return (
    <section aria-labelledby="last-thirty-days">
      <h2 id="last-thirty-days" className="pb-1 font-semibold text-h3">
        {t('last30Days')}
      </h2>
      <dl className="grid grid-cols-2 border-line border-y md:grid-cols-[1.3fr_1fr_1.3fr_1.3fr_1fr]">
        <Figure name={t('spent')} place={0}>
          {summary ? <Money usd={totalSpent(summary)} /> : <Waiting />}
        </Figure>
        <Figure name={t('calls')} place={1}>
          {figures ? `${formatCount(figures.calls)}${figures.partial ? '+' : ''}` : <Waiting />}
        </Figure>
        <Figure name={t('tokensInOut')} place={2}>
          {figures ? (
            <span title={`${formatCount(figures.inputTokens)} / ${formatCount(figures.outputTokens)}`}>
              {formatCompact(figures.inputTokens)} / {formatCompact(figures.outputTokens)}
            </span>
          ) : (
            <Waiting />
          )}
        </Figure>
        <Figure name={t('firstTokenMedian')} place={3}>
          {figures ? formatMilliseconds(figures.medianTtftMs) : <Waiting />}
        </Figure>
        <Figure name={t('errors')} place={4}>
          {figures ? (
            <>
              {formatCount(figures.errors)} <span className="font-sans text-ink3 text-meta">{rate}</span>
            </>
          ) : (
            <Waiting />
          )}
        </Figure>
      </dl>
      {figures?.partial ? (
        <p className="pt-1 text-ink3 text-meta">{t('callsTokensFirstToken', { calls: formatCount(figures.calls) })}</p>
      ) : null}
    </section>
  );
}
