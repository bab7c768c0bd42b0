import type { Model, ModelDetail, ModelList } from '@q/contract/models';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type RefObject, useRef } from 'react';
import { buttonClass } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { toast } from '../../components/toast-store.ts';
import { ApiError } from '../../lib/api-client.ts';
import { formatDate } from '../../lib/format.ts';
import { useShortcut } from '../../lib/use-shortcut.ts';
import { useTitle } from '../../lib/use-title.ts';
import { answersInWords } from '../marketplace/availability.tsx';
import { CompareTray } from '../marketplace/compare-tray.tsx';
import { volumeOf } from '../marketplace/prompt-volume.ts';
import { modelQuery } from '../marketplace/queries.ts';
import { ModelFacts, ModelFigures, ModelLife } from './facts.tsx';
import { ModelHeader } from './model-header.tsx';
import { Offers } from './offers.tsx';
import { PricePast } from './price-past.tsx';
import { PriceTable } from './price-table.tsx';
import { Reviews } from './reviews.tsx';
import { SimilarModels } from './similar-models.tsx';
import { t } from './strings.ts';
import { TryIt } from './try-it.tsx';
import { UseInCode } from './use-in-code.tsx';

const route = getRouteApi('/models/$');

/** The model, shown at once from a list that already has it while the full answer is on its way. */
function useModel(id: string) {
  const client = useQueryClient();
  return useQuery({
    ...modelQuery(id),
    placeholderData: () =>
      client
        .getQueriesData<ModelList>({ queryKey: ['models', 'list'] })
        .flatMap(([, list]) => list?.data ?? [])
        .filter((model) => model.id === id)
        .map((model): ModelDetail => ({ ...model, offers: [] }))[0],
  });
}

function Sources({ model }: { model: Model }) {
  if (model.sources.length === 0) return null;
  return (
    <p className="text-ink3 text-meta">
      {t.nodes('factsFrom', {
        sources: model.sources.map((source, index) => (
          <span key={source.name} className="break-words">
            {index > 0 ? ', ' : ''}
            {source.name} ({formatDate(source.as_of)})
          </span>
        )),
      })}
    </p>
  );
}

/** t puts the cursor into the prompt, y copies the id. */
function useModelKeys(model: Model, page: RefObject<HTMLElement | null>): void {
  useShortcut(['t'], () => {
    const field = page.current?.querySelector<HTMLElement>('#try-it textarea') ?? null;
    field?.focus();
    return field !== null;
  });
  useShortcut(['y'], () => {
    void navigator.clipboard?.writeText(model.id).then(
      () => toast(t('copied', { id: model.id })),
      () => undefined,
    );
    return true;
  });
}

function ModelBody({ model }: { model: ModelDetail }) {
  const search = route.useSearch();
  const volume = volumeOf(search);
  const canTry = model.available && answersInWords(model);
  const page = useRef<HTMLDivElement>(null);
  useModelKeys(model, page);
  const navigate = route.useNavigate();
  const onVolume = (vol: string | undefined) =>
    void navigate({
      search: ({ vol: _vol, ...others }) => (vol === undefined ? others : { ...others, vol }),
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      <ModelHeader model={model} />
      <div ref={page} className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 content-start gap-8">
          <PriceTable model={model} volume={volume} onVolume={onVolume} />
          <Offers model={model} volume={volume} />
          {canTry ? <TryIt model={model} /> : null}
          {model.status === 'retired' ? null : <UseInCode model={model} />}
          <PricePast model={model} />
          <Reviews model={model} />
        </div>
        <div className="grid min-w-0 content-start gap-8">
          <ModelFacts model={model} />
          <ModelFigures model={model} />
          <ModelLife model={model} />
          <SimilarModels model={model} volume={volume} vol={search.vol} />
          <Sources model={model} />
        </div>
      </div>
    </>
  );
}

function LoadingModel() {
  return (
    <div aria-busy="true" className="grid gap-4">
      <span className="sr-only">{t('loadingTheModel')}</span>
      <Skeleton className="h-4 w-32" />
      <Skeleton className="h-8 w-72 max-w-full" />
      <Skeleton className="h-4 w-56 max-w-full" />
      <Skeleton className="mt-2 h-12 w-full max-w-[72ch]" />
      <Skeleton className="mt-6 h-44 w-full" />
    </div>
  );
}

function ModelProblem({ id, error, onRetry }: { id: string; error: unknown; onRetry: () => void }) {
  if (!(error instanceof ApiError) || error.status !== 404) {
    return <ErrorState title={t('theModelCouldNot')} error={error} onRetry={onRetry} />;
  }
  const words = id.split('/').at(-1) ?? id;
  return (
    <div className="grid max-w-xl gap-3">
      <h1 className="font-semibold text-h1">{t('noSuchModel')}</h1>
      <p className="text-ink2 text-read">
        {t.nodes('thisMarketplaceKnowsNo', { id: <code className="break-all font-mono">{id}</code> })}
      </p>
      <div className="flex flex-wrap gap-2 pt-2">
        <Link to="/models" search={{ q: words }} className={buttonClass('primary')}>
          {t('searchForIt')}
        </Link>
        <Link to="/models" className={buttonClass()}>
          {t('seeAllModels')}
        </Link>
      </div>
    </div>
  );
}

/** One model: what it is, what it costs and why, how people here found it, and how to call it. */
export function ModelPage() {
  const { _splat: id = '' } = route.useParams();
  const { vol } = route.useSearch();
  const { data: model, error, refetch } = useModel(id);
  useTitle(model?.name ?? id);
  return (
    <>
      <div className="mx-auto max-w-6xl px-5 py-5 md:px-8">
        {model ? <ModelBody key={model.id} model={model} /> : null}
        {!model && error ? <ModelProblem id={id} error={error} onRetry={() => void refetch()} /> : null}
        {!model && !error ? <LoadingModel /> : null}
      </div>
      <CompareTray {...(vol === undefined ? {} : { vol })} />
    </>
  );
}
