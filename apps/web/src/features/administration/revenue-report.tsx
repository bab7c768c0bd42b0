import { useQuery } from '@tanstack/react-query';
import { DayField } from '../../components/day-field.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatUtcDateTime, formatUtcDay } from '../../lib/format.ts';
import { decimalsOf, Money } from '../money/money.tsx';
import { useLast } from '../money/use-last.ts';
import { type RevenueReport as Report, revenueQuery } from './queries.ts';
import { isBackwards, type ReportDays } from './report-days.ts';
import { ScrollTable, scrollCell, scrollHead } from './scroll-table.tsx';
import { t } from './strings.ts';

type Figures = Report['totals'];

/** All figures of the totals, in the order of a statement. */
const STATEMENT: [keyof Figures, string][] = [
  ['gross_usd', t('paidForCalls')],
  ['refunds_usd', t('refunds')],
  ['commission_usd', t('commission')],
  ['publisher_shares_usd', t('publishersShares')],
  ['resale_usd', t('resoldCalls')],
  ['provider_cost_usd', t('providerCost')],
  ['overruns_usd', t('overruns')],
  ['resale_margin_usd', t('resaleMargin')],
  ['byok_fees_usd', t('ownKeyFees')],
  ['free_tokens_usd', t('freeTokens')],
  ['promo_usd', t('grants')],
  ['breakage_usd', t('expiredGrants')],
  ['adjustments_given_usd', t('adjustmentsGiven')],
  ['adjustments_taken_usd', t('adjustmentsTaken')],
  ['top_ups_usd', t('topUps')],
  ['net_usd', t('netResult')],
];

/** The figures that fit into a line of a table. */
const LINE: (keyof Figures)[] = [
  'gross_usd',
  'net_usd',
  'refunds_usd',
  'commission_usd',
  'resale_margin_usd',
  'top_ups_usd',
];

const NAMES = Object.fromEntries(STATEMENT) as Record<keyof Figures, string>;

function Totals({ totals }: { totals: Figures }) {
  return (
    <dl className="grid gap-x-4 min-[22rem]:grid-cols-2 sm:grid-cols-3 sm:gap-x-8 lg:grid-cols-4">
      {STATEMENT.map(([name, label]) => (
        <div key={name} className="min-w-0 border-line border-b py-2">
          <dt className="text-ink2 text-meta">{label}</dt>
          <dd>
            <Money
              usd={totals[name]}
              className={cx('wrap-anywhere whitespace-normal!', name === 'net_usd' && 'font-semibold')}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ label, head, rows }: { label: string; head: string; rows: { name: string; figures: Figures }[] }) {
  const decimals = new Map(LINE.map((name) => [name, decimalsOf(rows.map(({ figures }) => figures[name]))]));
  return (
    <section aria-label={label} className="grid min-w-0 gap-2">
      <h3 className="font-semibold text-ui">{label}</h3>
      {rows.length === 0 ? (
        <p className="text-ink2 text-ui">{t('nothingWasBookedIn')}</p>
      ) : (
        <ScrollTable label={t('table', { label })}>
          <thead>
            <tr>
              <th scope="col" className={cx(scrollHead, 'text-left')}>
                {head}
              </th>
              {LINE.map((name) => (
                <th key={name} scope="col" className={cx(scrollHead, 'text-right')}>
                  {NAMES[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, figures }) => (
              <tr key={name} className="hover:bg-sunken">
                <th scope="row" className={cx(scrollCell, 'text-left font-normal')}>
                  {name}
                </th>
                {LINE.map((figure) => (
                  <td key={figure} className={cx(scrollCell, 'text-right')}>
                    <Money usd={figures[figure]} decimals={decimals.get(figure) ?? 0} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </section>
  );
}

function Body({ report }: { report: Report }) {
  return (
    <>
      <p className="text-ink2 text-meta">
        {t('fromToSummedUp', { from: formatUtcDateTime(report.from), to: formatUtcDateTime(report.to) })}
      </p>
      <Totals totals={report.totals} />
      {report.withheld > 0 ? (
        <p className="border-line-strong border-l-4 bg-surface px-4 py-2 text-ui">
          {t('linesWithheld', { count: report.withheld })}
        </p>
      ) : null}
      <Lines
        label={t('byDay')}
        head={t('day')}
        rows={[...report.by_day].reverse().map(({ period, figures }) => ({
          name: formatUtcDay(period),
          figures,
        }))}
      />
      <Lines
        label={t('byModel')}
        head={t('model')}
        rows={report.by_model.map(({ group, figures }) => ({ name: group ?? t('noModel'), figures }))}
      />
    </>
  );
}

/** Props of `RevenueReport`. */
export interface RevenueReportProps {
  userId: string;
  role: 'admin' | 'analyst';
  days: ReportDays;
  onChange: (name: keyof ReportDays, value: string) => void;
}

/** What came in and went out between two days: totals, by day and by model. */
export function RevenueReport({ userId, role, days, onChange }: RevenueReportProps) {
  const query = useQuery(revenueQuery(userId, role, days));
  const report = useLast(query.data);
  const stale = !query.data || query.isPlaceholderData;
  return (
    <section aria-labelledby="revenue" className="grid min-w-0 gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <h2 id="revenue" className="font-semibold text-h3">
          {t('revenue')}
        </h2>
        <search className="grid items-start gap-2 max-sm:w-full min-[22rem]:grid-cols-2">
          {(['from', 'to'] as const).map((name) => (
            <DayField
              key={name}
              label={name === 'from' ? t('from') : t('to')}
              name={name}
              value={days[name] ?? ''}
              onValueChange={(day) => onChange(name, day)}
              error={name === 'from' && isBackwards(days) ? t('theFirstDayIs') : null}
              className="min-w-0 sm:w-40"
            />
          ))}
        </search>
      </div>
      {query.error ? (
        <ErrorState
          title={t('theReportCouldNot')}
          error={query.error}
          onRetry={() => void query.refetch()}
          busy={query.isFetching}
        />
      ) : null}
      {report ? (
        <div className={cx('grid min-w-0 gap-6', stale && 'grayscale')} aria-busy={query.isFetching}>
          <Body report={report} />
        </div>
      ) : query.error || isBackwards(days) ? null : (
        <div aria-busy="true" className="grid gap-6">
          <Skeleton className="h-56" />
          <Skeleton className="h-48" />
        </div>
      )}
    </section>
  );
}
