import type { Model } from '@q/contract/models';
import { useQueries } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { ApiError } from '../../lib/api-client.ts';
import { useTitle } from '../../lib/use-title.ts';
import { PICKS_MAX } from '../marketplace/picks.ts';
import { volumeOf } from '../marketplace/prompt-volume.ts';
import { modelQuery } from '../marketplace/queries.ts';
import { VolumeFields } from '../marketplace/volume-fields.tsx';
import { CallsField } from './calls-field.tsx';
import { compareRows } from './compare-rows.ts';
import { type ComparePatch, compareOf, readCompareSearch } from './compare-search.ts';
import { CompareTable } from './compare-table.tsx';
import { RunOnAll } from './run-on-all.tsx';
import { t } from './strings.ts';

const AddModel = lazy(async () => {
  const { AddModel: component } = await import('./add-model.tsx');
  return { default: component };
});

const route = getRouteApi('/compare');

function useCompareSearch() {
  // The router leaves what the route dropped as it stood in the address.
  const search = readCompareSearch({ ...route.useSearch() });
  const navigate = route.useNavigate();
  const change = (patch: ComparePatch, options: { replace: boolean }) =>
    void navigate({
      search: (before) => ({
        ...(before.account ? { account: before.account } : {}),
        ...readCompareSearch({ ...before, ...patch }),
      }),
      replace: options.replace,
      resetScroll: false,
    });
  return { ...compareOf(search), change };
}

/** The models in order, what failed, and the ids nobody knows. */
function useModels(ids: readonly string[]) {
  return useQueries({
    queries: ids.map(modelQuery),
    combine: (results) => ({
      models: results.flatMap(({ data }): Model[] => (data ? [data] : [])),
      unknown: ids.filter((_, index) => {
        const error = results[index]?.error;
        return error instanceof ApiError && error.status === 404;
      }),
      failed: results.find(({ error }) => error && !(error instanceof ApiError && error.status === 404)),
      loading: results.some(({ isPending }) => isPending),
    }),
  });
}

function AddButton({ chosen, onAdd }: { chosen: readonly string[]; onAdd: (id: string) => void }) {
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState(false);
  if (chosen.length >= PICKS_MAX) return null;
  return (
    <>
      <Button
        onClick={() => {
          setUsed(true);
          setOpen(true);
        }}
      >
        <Plus aria-hidden="true" size={15} />
        {t('addAModel')}
      </Button>
      <Suspense fallback={null}>
        {used ? <AddModel open={open} onOpenChange={setOpen} chosen={chosen} onAdd={onAdd} /> : null}
      </Suspense>
    </>
  );
}

function Head({ models, search }: { models: readonly Model[]; search: ReturnType<typeof useCompareSearch> }) {
  const { change } = search;
  const add = (id: string) => change({ m: [...search.m, id] }, { replace: false });
  const onVolume = (vol: string | undefined) => {
    const volume = volumeOf(vol === undefined ? {} : { vol });
    change({ in: volume.input, out: volume.output }, { replace: true });
  };
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2 px-5 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h1 className="font-semibold text-h2">{t('compare')}</h1>
        <p role="status" className="text-ink3 text-ui">
          {models.length === 0 ? '' : t('countModels', { count: models.length })}
        </p>
      </div>
      <VolumeFields
        volume={{ input: search.in, output: search.out }}
        onChange={onVolume}
        className="max-md:basis-full md:ml-auto"
      />
      <CallsField value={search.n} onChange={(n) => change({ n }, { replace: true })} />
      <div className="flex items-center gap-1 max-md:ml-auto">
        <AddButton chosen={search.m} onAdd={add} />
        <CopyButton text={() => location.href} what={t('linkToThisComparison')} />
      </div>
    </div>
  );
}

function Unknown({ ids, onRemove }: { ids: readonly string[]; onRemove: (id: string) => void }) {
  return ids.map((id) => (
    <p key={id} className="flex flex-wrap items-center gap-2 px-5 pb-3 text-ui">
      <span>{t.nodes('thisMarketplaceKnowsNo', { id: <code className="break-all font-mono">{id}</code> })}</span>
      <Button onClick={() => onRemove(id)}>{t('takeItOut')}</Button>
    </p>
  ));
}

/** Up to four models side by side: facts, what the person's own calls cost, and the same prompt on all. Everything shown is in the URL. */
export function ComparePage() {
  useTitle(t('compare'));
  const search = useCompareSearch();
  const { models, unknown, failed, loading } = useModels(search.m);
  const remove = (id: string) => {
    const rest = search.m.filter((other) => other !== id);
    search.change({ m: rest.length > 0 ? rest : undefined }, { replace: false });
  };
  const groups = compareRows(models, { input: search.in, output: search.out }, search.n);
  return (
    <div className="mx-auto max-w-[100rem]">
      <Head models={models} search={search} />
      <Unknown ids={unknown} onRemove={remove} />
      {failed ? (
        <ErrorState
          title={t('aModelCouldNot')}
          error={failed.error}
          onRetry={() => void failed.refetch()}
          busy={failed.isFetching}
          className="mx-5 mb-3"
        />
      ) : null}
      {search.m.length === 0 ? (
        <EmptyState
          title={t('nothingToCompareYet')}
          actions={
            <Link to="/models" className={buttonClass('primary')}>
              {t('pickModels')}
            </Link>
          }
        >
          {t('addUpToFour')}
        </EmptyState>
      ) : null}
      {loading && models.length === 0 ? (
        <div aria-busy="true" className="grid gap-2 px-5">
          <span className="sr-only">{t('loadingTheModels')}</span>
          <Skeleton className="h-14" />
          <Skeleton className="h-96" />
        </div>
      ) : null}
      {models.length > 0 ? (
        <>
          <CompareTable models={models} groups={groups} onRemove={remove} />
          <RunOnAll models={models} />
          <p className="border-line border-t px-5 py-3 text-ink3 text-meta">{t('pricesIncludeTheMarketplaces')}</p>
        </>
      ) : null}
    </div>
  );
}
