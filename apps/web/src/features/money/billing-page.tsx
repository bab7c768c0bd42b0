import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { download } from '../../lib/download.ts';
import { formatCount } from '../../lib/format.ts';
import { setBalance } from '../../lib/session-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { balanceQuery } from '../account/queries.ts';
import { TopUpForm } from '../account/top-up-form.tsx';
import { BalanceLine } from './balance-line.tsx';
import { MembersOnly } from './members-only.tsx';
import { summaryQuery, transactionsQuery } from './queries.ts';
import { t } from './strings.ts';
import { exportPath, isFiltered, type TransactionFilter } from './transaction-filter.ts';
import { TransactionFilters } from './transaction-filters.tsx';
import { TransactionTable } from './transaction-table.tsx';
import { useLast } from './use-last.ts';

const route = getRouteApi('/billing');

function BalanceSection({ userId }: { userId: string }) {
  const balance = useQuery(balanceQuery(userId));
  const summary = useQuery(summaryQuery(userId));
  const available = balance.data?.available_usd;
  useEffect(() => {
    if (available !== undefined) setBalance(available);
  }, [available]);
  return (
    <section aria-labelledby="balance" className="grid gap-5">
      <h2 id="balance" className="sr-only">
        {t('balance')}
      </h2>
      {balance.error && !balance.data ? (
        <ErrorState
          title={t('theBalanceCouldNot')}
          error={balance.error}
          onRetry={() => void balance.refetch()}
          busy={balance.isFetching}
        />
      ) : (
        <BalanceLine balance={balance.data} summary={summary.data} />
      )}
      <TopUpForm />
    </section>
  );
}

function ExportButton({ filter, disabled }: { filter: TransactionFilter; disabled: boolean }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await download(exportPath(filter), { accept: 'text/csv', fallbackName: 'transactions.csv' });
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button onClick={() => void save()} busy={busy} disabled={disabled}>
      <Download aria-hidden="true" size={15} />
      {t('exportCsv')}
    </Button>
  );
}

function NoTransactions({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState title={t('nothingFitsTheseFilters')} className="py-8">
        {t('thereAreNoTransactions')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={t('noTransactionsYet')}
      className="py-8"
      actions={
        <Link to="/chat" className={buttonClass()}>
          {t('openChat')}
        </Link>
      }
    >
      {t('addMoneyAboveEvery')}
    </EmptyState>
  );
}

function useFilter() {
  const { kind, model, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const filter: TransactionFilter = {
    ...(kind === undefined ? {} : { kind }),
    ...(model === undefined ? {} : { model }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  return {
    filter,
    change: (name: keyof TransactionFilter, value: string) =>
      void navigate({
        search: ({ [name]: _before, ...others }) => (value === '' ? others : { ...others, [name]: value }),
        replace: true,
        resetScroll: false,
      }),
    clear: () =>
      void navigate({
        search: ({ kind: _kind, model: _model, from: _from, to: _to, ...others }) => others,
        resetScroll: false,
      }),
  };
}

function Transactions({ userId }: { userId: string }) {
  const { filter, change, clear } = useFilter();
  const query = useInfiniteQuery(transactionsQuery(userId, filter));
  const data = useLast(query.data);
  const summary = useQuery(summaryQuery(userId));
  const rows = data?.pages.flatMap((page) => page.data);
  const total = data?.pages[0]?.total ?? 0;
  const stale = !query.data || query.isPlaceholderData;
  const models = [
    ...(summary.data?.by_model ?? []).map(({ model }) => model),
    ...(rows ?? []).flatMap(({ model }) => model ?? []),
  ];
  return (
    <section aria-labelledby="transactions" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="transactions" className="font-semibold text-h3">
          {t('transactions')}
        </h2>
        <ExportButton filter={filter} disabled={total === 0} />
      </div>
      <TransactionFilters filter={filter} models={models} onChange={change} onClear={clear} />
      {query.error ? (
        <ErrorState
          title={t('theTransactionsCouldNot')}
          error={query.error}
          onRetry={() => void query.refetch()}
          busy={query.isFetching}
        />
      ) : null}
      {rows?.length === 0 && !stale ? <NoTransactions filtered={isFiltered(filter)} /> : null}
      {rows?.length === 0 || (query.error && !rows) ? null : (
        <div className={cx(stale && rows && 'grayscale')} aria-busy={query.isFetching}>
          <TransactionTable rows={rows} />
        </div>
      )}
      {rows && rows.length > 0 ? (
        <div className="flex flex-wrap items-center gap-3">
          {query.hasNextPage ? (
            <Button onClick={() => void query.fetchNextPage()} busy={query.isFetchingNextPage}>
              {t('showOlder')}
            </Button>
          ) : null}
          <p role="status" className="text-ink2 text-meta">
            {t('of', { shown: formatCount(rows.length), total: formatCount(total) })}
          </p>
        </div>
      ) : null}
    </section>
  );
}

/** One's money: what there is, ways to add to it, and every movement with the balance after it. The filters are in the address. */
export function BillingPage() {
  useTitle(t('billing'));
  return (
    <MembersOnly title={t('billing')} why={t('yourBalanceTopUps')}>
      {(user) => (
        <div className="grid gap-8">
          <BalanceSection userId={user.id} />
          <Transactions userId={user.id} />
        </div>
      )}
    </MembersOnly>
  );
}
