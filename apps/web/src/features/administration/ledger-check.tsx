import type { LedgerCheck as Check } from '@q/contract/wallet';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCount, formatUtcDay } from '../../lib/format.ts';
import { ledgerCheckQuery } from './queries.ts';
import { t } from './strings.ts';

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function Verdict({ check, at }: { check: Check; at: number }) {
  const wrong = check.invariants.filter(({ ok }) => !ok).length;
  return (
    <div className={cx('border-l-4 bg-surface px-4 py-2.5', check.ok ? 'border-pos' : 'border-neg')}>
      <p className="font-semibold text-ui">
        {check.ok ? t('theBooksAreRight') : t('theBooksAreWrong', { wrong, count: check.invariants.length })}
      </p>
      <p className="text-ink2 text-meta">
        {t.nodes(check.since === null ? 'transfersCheckedAgainstRules' : 'transfersSinceCheckedAgainstRules', {
          checked: <span className="font-mono">{formatCount(check.checked)}</span>,
          since: formatUtcDay(check.since),
          count: check.invariants.length,
          at: TIME.format(at),
        })}
      </p>
    </div>
  );
}

function Invariants({ check }: { check: Check | undefined }) {
  const cell = 'border-line border-b px-2 py-1.5 text-ui first:pl-3 last:pr-3';
  const head =
    'border-line border-y bg-sunken px-2 py-1.5 text-left font-medium text-ink2 text-meta first:pl-3 last:pr-3';
  return (
    <table className="w-full border-separate border-spacing-0">
      <caption className="sr-only">{t('theRulesOfThe')}</caption>
      <thead>
        <tr>
          <th scope="col" className={head}>
            {t('rule')}
          </th>
          <th scope="col" className={head}>
            {t('state')}
          </th>
          <th scope="col" className={head}>
            {t('detail')}
          </th>
        </tr>
      </thead>
      <tbody>
        {check
          ? check.invariants.map(({ id, ok, detail }) => (
              <tr key={id}>
                <th scope="row" className={cx(cell, 'text-left font-mono font-normal')}>
                  {id}
                </th>
                <td className={cell}>
                  <Badge tone={ok ? 'good' : 'bad'}>{ok ? t('ok') : t('wrong')}</Badge>
                </td>
                <td className={cx(cell, 'wrap-anywhere w-full', !ok && 'text-neg')}>{detail}</td>
              </tr>
            ))
          : Array.from({ length: 14 }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
              <tr key={index} className="h-9">
                <td className={cell}>
                  <Skeleton className="h-3.5 w-6" />
                </td>
                <td className={cell}>
                  <Skeleton className="h-3.5 w-8" />
                </td>
                <td className={cx(cell, 'w-full')}>
                  <Skeleton className="h-3.5 w-3/5" />
                </td>
              </tr>
            ))}
      </tbody>
    </table>
  );
}

/** The check that was asked for last. While all days are read, what is known of the open ones stays. */
function useLedgerCheck(userId: string) {
  const [days, setDays] = useState<'open' | 'all'>('open');
  const open = useQuery(ledgerCheckQuery(userId, 'open'));
  const all = useQuery({ ...ledgerCheckQuery(userId, 'all'), enabled: false });
  const asked = days === 'all' ? all : open;
  const run = (which: 'open' | 'all') => {
    setDays(which);
    void (which === 'all' ? all : open).refetch();
  };
  const { data, dataUpdatedAt } = asked.data === undefined ? open : asked;
  return { data, dataUpdatedAt, error: asked.error, isFetching: asked.isFetching, days, run };
}

/** Every rule of the books, checked when the page is opened and when asked: since the last closed day, or from the beginning. */
export function LedgerCheck({ userId }: { userId: string }) {
  const { data, error, isFetching, dataUpdatedAt, days, run } = useLedgerCheck(userId);
  const offersAll = data !== undefined && (data.since !== null || days === 'all');
  return (
    <section aria-labelledby="check" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="check" className="font-semibold text-h3">
          {t('checkOfTheBooks')}
        </h2>
        <div className="flex flex-wrap gap-2">
          {offersAll ? (
            <Button onClick={() => run('all')} busy={isFetching}>
              {t('checkClosedDaysToo')}
            </Button>
          ) : null}
          <Button onClick={() => run('open')} busy={isFetching}>
            {isFetching ? t('checking') : t('checkAgain')}
          </Button>
        </div>
      </div>
      {error ? (
        <ErrorState title={t('theBooksCouldNot')} error={error} onRetry={() => run(days)} busy={isFetching} />
      ) : null}
      <div role="status">{data ? <Verdict check={data} at={dataUpdatedAt} /> : null}</div>
      {error && !data ? null : (
        <div aria-busy={isFetching}>
          {data ? null : <Skeleton className="mb-3 h-14" />}
          <Invariants check={data} />
        </div>
      )}
    </section>
  );
}
