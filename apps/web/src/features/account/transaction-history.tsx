import type { Transaction, TransactionList } from '@q/contract/wallet';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Select } from '../../components/select.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { download } from '../../lib/download.ts';
import { exactUsd } from '../../lib/exact-usd.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { type TransactionFilter, transactionPath, transactionsQuery } from './queries.ts';
import { t } from './strings.ts';

const KINDS = [
  { value: '', label: t('allKinds') },
  { value: 'charge', label: t('calls') },
  { value: 'top_up', label: t('topUps') },
  { value: 'refund', label: t('refunds') },
  { value: 'adjustment', label: t('adjustments') },
  { value: 'grant', label: t('grants') },
  { value: 'expiry', label: t('expired') },
];

const CELL = 'border-line border-b py-2';

function Row({ row }: { row: Transaction }) {
  const spent = row.amount_usd.startsWith('-');
  return (
    <tr className="max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-3 max-sm:border-line max-sm:border-b max-sm:py-2">
      <td
        className={cx(CELL, 'whitespace-nowrap pr-3 text-ink2 text-meta max-sm:row-start-2 max-sm:border-0 max-sm:p-0')}
      >
        {formatDateTime(row.created_at)}
      </td>
      <td className={cx(CELL, 'w-full wrap-anywhere max-sm:border-0 max-sm:p-0')}>{row.description}</td>
      <td className={cx(CELL, 'whitespace-nowrap pl-3 text-right max-sm:border-0 max-sm:p-0')}>
        <data value={row.amount_usd} className={cx('font-mono', spent ? 'text-ink' : 'text-pos')}>
          {exactUsd(row.amount_usd, { sign: true })}
        </data>
      </td>
      <td
        className={cx(CELL, 'whitespace-nowrap pl-3 text-right text-ink2 max-sm:border-0 max-sm:p-0 max-sm:text-meta')}
      >
        <data value={row.balance_after_usd} className="font-mono">
          {exactUsd(row.balance_after_usd)}
        </data>
      </td>
    </tr>
  );
}

function Rows({ rows }: { rows: readonly Transaction[] }) {
  return (
    <table className="w-full text-ui max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="text-ink2 text-meta [&>th]:border-line [&>th]:border-b [&>th]:py-1 [&>th]:font-medium">
          <th className="text-left">{t('when')}</th>
          <th className="text-left">{t('what')}</th>
          <th className="pl-3 text-right">{t('amount')}</th>
          <th className="pl-3 text-right">{t('balanceAfter')}</th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Pages({ list, onPage }: { list: TransactionList; onPage: (page: number) => void }) {
  const last = Math.max(Math.ceil(list.total / list.per_page), 1);
  if (last === 1) return null;
  const from = (list.page - 1) * list.per_page + 1;
  const to = Math.min(list.page * list.per_page, list.total);
  return (
    <nav aria-label={t('pagesOfTheHistory')} className="flex items-center gap-2">
      <Button disabled={list.page <= 1} onClick={() => onPage(list.page - 1)}>
        {t('newer')}
      </Button>
      <Button disabled={list.page >= last} onClick={() => onPage(list.page + 1)}>
        {t('older')}
      </Button>
      <span className="text-ink2 text-meta" role="status">
        {t('of', { from: formatCount(from), to: formatCount(to), total: formatCount(list.total) })}
      </span>
    </nav>
  );
}

function Loading() {
  return (
    <div aria-busy="true" className="grid gap-3 py-2">
      {['a', 'b', 'c', 'd'].map((key) => (
        <Skeleton key={key} className="h-5" />
      ))}
    </div>
  );
}

async function exportCsv(filter: TransactionFilter): Promise<void> {
  try {
    await download(transactionPath(filter), { accept: 'text/csv', fallbackName: 'transactions.csv' });
  } catch (error) {
    toast(errorMessage(error), { tone: 'bad' });
  }
}

/** Every movement of a person's money, to the nano-dollar, newest first. */
export function TransactionHistory({ userId }: { userId: string }) {
  const [filter, setFilter] = useState<TransactionFilter>({ page: 1, kind: '' });
  const { data, error, isFetching, refetch } = useQuery(transactionsQuery(userId, filter));
  return (
    <section aria-labelledby="history" className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h3 id="history" className="flex-1 font-semibold text-ui">
          {t('history')}
        </h3>
        <Select
          label={t('kind')}
          hideLabel
          options={KINDS}
          value={filter.kind}
          onValueChange={(kind) => setFilter({ page: 1, kind })}
          className="w-36"
        />
        <Button onClick={() => void exportCsv(filter)} disabled={!data || data.total === 0}>
          <Download aria-hidden="true" size={15} />
          {t('csv')}
        </Button>
      </div>
      {error && !data ? (
        <ErrorState title={t('theHistoryCouldNot')} error={error} onRetry={() => void refetch()} busy={isFetching} />
      ) : null}
      {!data && !error ? <Loading /> : null}
      {data?.total === 0 ? (
        <p className="py-3 text-ink2 text-ui">{filter.kind === '' ? t('nothingYetTopUps') : t('nothingOfThisKind')}</p>
      ) : null}
      {data && data.total > 0 ? <Rows rows={data.data} /> : null}
      {data ? <Pages list={data} onPage={(page) => setFilter({ ...filter, page })} /> : null}
    </section>
  );
}
