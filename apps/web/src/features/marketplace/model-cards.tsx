import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatContext, formatPriceShort, isZeroPrice, type PromptVolume, UNKNOWN } from '../../lib/format.ts';
import { RatingMark } from '../model/rating-mark.tsx';
import { Availability } from './availability.tsx';
import { Figure } from './columns.tsx';
import { estimateText } from './estimate.tsx';
import { FavouriteButton } from './favourite-button.tsx';
import { excerptOf, type HighlightQuery } from './highlight.ts';
import { Highlighted } from './highlighted.tsx';
import { capabilityLabel, notableCapabilities } from './labels.ts';
import { PickBox } from './pick-box.tsx';
import { ProviderMark } from './provider-mark.tsx';
import { t } from './strings.ts';

/** Props of `ModelCards`. `models` is undefined while the first page loads. */
export interface ModelCardsProps {
  models: readonly Model[] | undefined;
  volume: PromptVolume;
  vol: string | undefined;
  /** What the list was searched for. */
  query: HighlightQuery | null;
  /** Cards to hold free while loading. */
  placeholders: number;
}

const CARD = 'relative flex min-h-54 flex-col gap-2 border-line border-b bg-surface px-5 py-4 @min-[640px]:border-r';

function Fact({ label, value, accent = false }: { label: string; value: string; accent?: boolean }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-ink3 text-micro">{label}</dt>
      <dd className={cx('truncate text-ui', accent && 'text-accent')}>
        <Figure text={value} missing={t('none')} />
      </dd>
    </div>
  );
}

function priceFacts(model: Model): { label: string; value: string }[] {
  const { pricing } = model;
  if (pricing?.unit === 'image') return [{ label: t('imagePrice'), value: formatPriceShort(pricing.image) }];
  const sellsOutput = model.category !== 'embedding' || !isZeroPrice(pricing?.output);
  return [
    { label: t('inM'), value: formatPriceShort(pricing?.input) },
    { label: t('outM'), value: sellsOutput ? formatPriceShort(pricing?.output) : UNKNOWN },
  ];
}

interface ModelCardProps extends Pick<ModelCardsProps, 'volume' | 'vol' | 'query'> {
  model: Model;
}

function CardHead({ model, vol, query }: Omit<ModelCardProps, 'volume'>) {
  return (
    <div className="flex items-start gap-2.5">
      <ProviderMark provider={model.provider} name={model.provider_name} size={28} />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold text-h3 leading-5">
          <Link
            to="/models/$"
            params={{ _splat: model.id }}
            search={vol === undefined ? {} : { vol }}
            data-row-link=""
            className="outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          >
            <Highlighted text={model.name} query={query} />
          </Link>
        </h2>
        <p className="flex gap-x-2 text-ink3 text-meta">
          <span className="truncate">
            <Highlighted text={model.provider_name} query={query} />
          </span>
          <RatingMark model={model} />
        </p>
      </div>
      <FavouriteButton id={model.id} name={model.name} className="-mt-1 -mr-2 touch:-mt-2 touch:-mr-3" />
    </div>
  );
}

function ModelCard({ model, volume, vol, query }: ModelCardProps) {
  return (
    <li className={cx(CARD, 'hover:bg-sunken')}>
      <CardHead model={model} vol={vol} query={query} />
      <p className="line-clamp-2 text-ink2 text-ui">
        <Highlighted text={(query && excerptOf(model.description, query)) ?? model.description} query={query} />
      </p>
      <p className="truncate text-ink3 text-meta">
        <Highlighted
          text={notableCapabilities(model.capabilities).map(capabilityLabel).join(' · ') || '\u00a0'}
          query={query}
        />
      </p>
      <dl className="mt-auto grid grid-cols-[1fr_1fr_1fr_1.3fr] gap-2 pt-1">
        {priceFacts(model).map((fact) => (
          <Fact key={fact.label} {...fact} />
        ))}
        <Fact label={t('context')} value={formatContext(model.context_window)} />
        <Fact
          label={t('estCall')}
          value={model.status === 'retired' ? UNKNOWN : estimateText(model.pricing, volume)}
          accent
        />
      </dl>
      <div className="flex min-h-9 items-center gap-3 border-line border-t pt-1.5 text-ui touch:min-h-13">
        <PickBox id={model.id} name={model.name} labelled className="-my-1 shrink-0 text-meta" />
        <div className="min-w-0 flex-1 border-line border-l pl-3">
          <Availability model={model} />
        </div>
      </div>
    </li>
  );
}

function SkeletonCards({ count }: { count: number }) {
  return Array.from({ length: count }, (_, card) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <li key={card} className={CARD}>
      <Skeleton className="h-4 w-1/2" />
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-3/4" />
      <Skeleton className="mt-auto h-8 w-full" />
      <Skeleton className="h-7 w-1/3" />
    </li>
  ));
}

/** The catalogue as ruled cards, with each model's own words: for phones and for looking around. */
export function ModelCards({ models, placeholders, ...shown }: ModelCardsProps) {
  return (
    <ul className="grid grid-cols-1 border-line border-t @min-[640px]:grid-cols-2 @min-[1000px]:grid-cols-3">
      {models ? (
        models.map((model) => <ModelCard key={model.id} model={model} {...shown} />)
      ) : (
        <SkeletonCards count={placeholders} />
      )}
    </ul>
  );
}
