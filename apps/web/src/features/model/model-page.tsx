import type { Model, ModelList } from '@q/contract/models';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Badge } from '../../components/badge.tsx';
import { buttonClass } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { ApiError } from '../../lib/api-client.ts';
import { formatDate } from '../../lib/format.ts';
import { useTitle } from '../../lib/use-title.ts';
import { canChat } from '../marketplace/availability.tsx';
import { TIER_LABELS } from '../marketplace/labels.ts';
import { volumeOf } from '../marketplace/prompt-volume.ts';
import { modelQuery } from '../marketplace/queries.ts';
import { ModelFacts, ModelFigures } from './facts.tsx';
import { LifecycleNotice } from './lifecycle-notice.tsx';
import { PriceTable } from './price-table.tsx';
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
        .find((model) => model.id === id),
  });
}

function AvailabilityBadge({ model }: { model: Model }) {
  if (model.status === 'retired') return <Badge tone="bad">Retired</Badge>;
  return model.available ? <Badge tone="good">Available</Badge> : <Badge>Not connected</Badge>;
}

/** Why a model that is listed cannot be called, for those who would like to. */
function NotConnected({ model }: { model: Model }) {
  if (model.available || model.status === 'retired') return null;
  return (
    <aside aria-label="Availability" className="border-line-strong border-l-4 bg-surface px-4 py-2.5 text-ui">
      <strong className="font-semibold">Not connected.</strong> This marketplace cannot call it now: the operator has
      set no key for {model.provider_name}, or this kind of model is not served yet. It is listed with its price so that
      it can be compared.
    </aside>
  );
}

function Header({ model }: { model: Model }) {
  return (
    <header className="grid gap-3 pb-6">
      <nav aria-label="Breadcrumb" className="text-ink3 text-meta">
        <Link to="/models" className="link">
          Models
        </Link>
        {' / '}
        <Link to="/models" search={{ by: [model.provider] }} className="link">
          {model.provider_name}
        </Link>
      </nav>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="font-semibold text-h1">{model.name}</h1>
          <p className="flex items-center gap-1">
            <code className="min-w-0 break-all font-mono text-ink2 text-ui">{model.id}</code>
            <CopyButton text={model.id} what="model id" />
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {model.available && canChat(model) ? (
            <Link to="/chat" search={{ model: model.id }} className={buttonClass('primary')}>
              Try in chat
            </Link>
          ) : null}
          {model.status === 'retired' ? null : (
            <a href="#code" className={buttonClass()}>
              Use in code
            </a>
          )}
        </div>
      </div>
      <p className="max-w-[72ch] text-read">{model.description}</p>
      <ul aria-label="What it is and can do" className="flex flex-wrap gap-1.5">
        <li>
          <AvailabilityBadge model={model} />
        </li>
        {model.price_tier ? (
          <li>
            <Badge tone="accent">{TIER_LABELS[model.price_tier]}</Badge>
          </li>
        ) : null}
        {model.capabilities.map((capability) => (
          <li key={capability}>
            <Badge>{capability.replaceAll('_', ' ')}</Badge>
          </li>
        ))}
      </ul>
      <LifecycleNotice model={model} />
      <NotConnected model={model} />
    </header>
  );
}

function Sources({ model }: { model: Model }) {
  if (model.sources.length === 0) return null;
  return (
    <p className="text-ink3 text-meta">
      Facts and prices from{' '}
      {model.sources.map((source, index) => (
        <span key={source.name} className="break-words">
          {index > 0 ? ', ' : ''}
          {source.name} ({formatDate(source.as_of)})
        </span>
      ))}
      .
    </p>
  );
}

function ModelBody({ model }: { model: Model }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onVolume = (vol: string | undefined) =>
    void navigate({
      search: ({ vol: _vol, ...others }) => (vol === undefined ? others : { ...others, vol }),
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      <Header model={model} />
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 content-start gap-8">
          <PriceTable model={model} volume={volumeOf(search)} onVolume={onVolume} />
          {model.status === 'retired' ? null : <UseInCode model={model} />}
        </div>
        <div className="grid min-w-0 content-start gap-8">
          <ModelFacts model={model} />
          <ModelFigures model={model} />
          <Sources model={model} />
        </div>
      </div>
    </>
  );
}

function LoadingModel() {
  return (
    <div aria-busy="true" className="grid gap-4">
      <span className="sr-only">Loading the model</span>
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
    return <ErrorState title="The model could not be loaded" error={error} onRetry={onRetry} />;
  }
  const words = id.split('/').at(-1) ?? id;
  return (
    <div className="grid max-w-xl gap-3">
      <h1 className="font-semibold text-h1">No such model</h1>
      <p className="text-ink2 text-read">
        This marketplace knows no <code className="break-all font-mono">{id}</code>.
      </p>
      <div className="flex flex-wrap gap-2 pt-2">
        <Link to="/models" search={{ q: words }} className={buttonClass('primary')}>
          Search for it
        </Link>
        <Link to="/models" className={buttonClass()}>
          See all models
        </Link>
      </div>
    </div>
  );
}

/** One model: what it is, what it costs and why, how people here found it, and how to call it. */
export function ModelPage() {
  const { _splat: id = '' } = route.useParams();
  const { data: model, error, refetch } = useModel(id);
  useTitle(model?.name ?? id);
  return (
    <div className="mx-auto max-w-6xl px-5 py-5 md:px-8">
      {model ? <ModelBody key={model.id} model={model} /> : null}
      {!model && error ? <ModelProblem id={id} error={error} onRetry={() => void refetch()} /> : null}
      {!model && !error ? <LoadingModel /> : null}
    </div>
  );
}
