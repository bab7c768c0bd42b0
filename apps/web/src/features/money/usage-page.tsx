import type { BalanceSummary, UsageList } from '@q/contract/wallet';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Select } from '../../components/select.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { useTitle } from '../../lib/use-title.ts';
import { CallsTable } from './calls-table.tsx';
import { MembersOnly } from './members-only.tsx';
import { callsQuery, recentCallsQuery, summaryQuery } from './queries.ts';
import { SpendByModel } from './spend-by-model.tsx';
import { SpendChart } from './spend-chart.tsx';
import { t } from './strings.ts';
import { spendDays } from './usage-figures.ts';
import { UsageStrip } from './usage-strip.tsx';
import { useLast } from './use-last.ts';

const route = getRouteApi('/usage');

function Spend({ summary }: { summary: BalanceSummary | undefined }) {
  if (!summary) {
    return (
      <div aria-busy="true" className="grid gap-x-12 gap-y-6 lg:grid-cols-[3fr_2fr]">
        <Skeleton className="h-52" />
        <Skeleton className="h-32" />
      </div>
    );
  }
  if (summary.by_model.length === 0) return null;
  return (
    <div className="grid gap-x-12 gap-y-6 lg:grid-cols-[3fr_2fr]">
      <SpendChart days={spendDays(summary, Date.now())} />
      <SpendByModel rows={summary.by_model} />
    </div>
  );
}

function Overview({ userId }: { userId: string }) {
  const summary = useQuery(summaryQuery(userId));
  const recent = useQuery(recentCallsQuery(userId));
  const failed = [summary, recent].find(({ error, data }) => error && !data);
  const retry = () => {
    void summary.refetch();
    void recent.refetch();
  };
  return (
    <>
      {failed ? (
        <ErrorState
          title={t('theFiguresCouldNot')}
          error={failed.error}
          onRetry={retry}
          busy={summary.isFetching || recent.isFetching}
        />
      ) : (
        <>
          <UsageStrip summary={summary.data} calls={recent.data} />
          <Spend summary={summary.data} />
        </>
      )}
    </>
  );
}

function Pages({ list, onPage }: { list: UsageList; onPage: (page: number) => void }) {
  const last = Math.max(Math.ceil(list.total / list.per_page), 1);
  const from = (list.page - 1) * list.per_page + 1;
  const to = Math.min(list.page * list.per_page, list.total);
  return (
    <nav aria-label={t('pagesOfTheCalls')} className="flex flex-wrap items-center gap-2">
      {last > 1 ? (
        <>
          <Button disabled={list.page <= 1} onClick={() => onPage(list.page - 1)}>
            {t('newer')}
          </Button>
          <Button disabled={list.page >= last} onClick={() => onPage(list.page + 1)}>
            {t('older')}
          </Button>
        </>
      ) : null}
      <span role="status" className="text-ink2 text-meta">
        {t('of2', { from: formatCount(from), to: formatCount(to), total: formatCount(list.total) })}
      </span>
    </nav>
  );
}

function NoCalls({ model, page, onFirst }: { model: string | undefined; page: number; onFirst: () => void }) {
  if (page > 1) {
    return (
      <EmptyState
        title={t('thereIsNoSuch')}
        className="py-8"
        actions={<Button onClick={onFirst}>{t('newestCalls')}</Button>}
      />
    );
  }
  if (model !== undefined) {
    return (
      <EmptyState title={t('noCallsOfThis')} className="py-8">
        {t('youHaveNotCalled', { model })}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={t('noCallsYet')}
      className="py-8"
      actions={
        <>
          <Link to="/chat" className={buttonClass('primary')}>
            {t('openChat')}
          </Link>
          <Link
            to="."
            search={(before) => ({ ...before, account: 'keys' })}
            resetScroll={false}
            className={buttonClass()}
          >
            {t('createAnApiKey')}
          </Link>
        </>
      }
    >
      {t('askAModelSomething')}
    </EmptyState>
  );
}

function Calls({ userId }: { userId: string }) {
  const { model, page: pageText } = route.useSearch();
  const navigate = route.useNavigate();
  const page = /^[1-9]\d{0,4}$/.test(pageText ?? '') ? Number(pageText) : 1;
  const query = useQuery(callsQuery(userId, { model, page }));
  const list = useLast(query.data);
  const summary = useQuery(summaryQuery(userId));
  const recent = useQuery(recentCallsQuery(userId));
  const stale = !query.data || query.isPlaceholderData;
  const models = new Set([
    ...(summary.data?.by_model ?? []).map((row) => row.model),
    ...(recent.data?.rows ?? []).map((row) => row.model),
    ...(model === undefined ? [] : [model]),
  ]);
  const go = (next: { model?: string | undefined; page?: number }) =>
    void navigate({
      search: ({ model: _model, page: _page, ...others }) => ({
        ...others,
        ...(next.model ? { model: next.model } : {}),
        ...((next.page ?? 1) > 1 ? { page: String(next.page) } : {}),
      }),
      resetScroll: false,
    });
  return (
    <section aria-labelledby="calls" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="calls" className="font-semibold text-h3">
          {t('calls')}
        </h2>
        <Select
          label={t('model')}
          hideLabel
          options={[
            { value: '', label: t('allModels') },
            ...[...models].sort().map((id) => ({ value: id, label: id })),
          ]}
          value={model ?? ''}
          onValueChange={(value) => go({ model: value })}
          className="w-64 max-w-full"
        />
      </div>
      {query.error ? (
        <ErrorState
          title={t('theCallsCouldNot')}
          error={query.error}
          onRetry={() => void query.refetch()}
          busy={query.isFetching}
        />
      ) : null}
      {list?.data.length === 0 && !stale ? <NoCalls model={model} page={page} onFirst={() => go({ model })} /> : null}
      {list?.data.length === 0 || (query.error && !list) ? null : (
        <div className={cx(stale && list && 'grayscale')} aria-busy={query.isFetching}>
          <CallsTable rows={list?.data} />
        </div>
      )}
      {list && list.data.length > 0 ? <Pages list={list} onPage={(next) => go({ model, page: next })} /> : null}
    </section>
  );
}

/** What one's calls came to: figures of thirty days, spending by day and model, and the calls themselves. */
export function UsagePage() {
  useTitle(t('usage'));
  return (
    <MembersOnly title={t('usage')} why={t('yourCallsWhatThey')}>
      {(user) => (
        <div className="grid gap-8">
          <Overview userId={user.id} />
          <Calls userId={user.id} />
        </div>
      )}
    </MembersOnly>
  );
}
