import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatContext, formatPriceShort, isZeroPrice, type PromptVolume, UNKNOWN } from '../../lib/format.ts';
import { Availability } from './availability.tsx';
import { Figure } from './columns.tsx';
import { estimateText } from './estimate.tsx';
import { capabilityLabel, notableCapabilities } from './labels.ts';
import { PAGE_SIZE } from './marketplace-search.ts';

/** Props of `ModelCards`. `models` is undefined while the first page loads. */
export interface ModelCardsProps {
  models: readonly Model[] | undefined;
  volume: PromptVolume;
  vol: string | undefined;
}

const CARD = 'relative flex min-h-54 flex-col gap-2 border-line border-b bg-surface px-5 py-4 @min-[640px]:border-r';

function Fact({ label, value, accent = false }: { label: string; value: string; accent?: boolean }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-ink3 text-micro">{label}</dt>
      <dd className={cx('truncate text-ui', accent && 'text-accent')}>
        <Figure text={value} missing="none" />
      </dd>
    </div>
  );
}

function priceFacts(model: Model): { label: string; value: string }[] {
  const { pricing } = model;
  if (pricing?.unit === 'image') return [{ label: 'Image, $', value: formatPriceShort(pricing.image) }];
  const sellsOutput = model.category !== 'embedding' || !isZeroPrice(pricing?.output);
  return [
    { label: 'In, $/M', value: formatPriceShort(pricing?.input) },
    { label: 'Out, $/M', value: sellsOutput ? formatPriceShort(pricing?.output) : UNKNOWN },
  ];
}

function ModelCard({ model, volume, vol }: { model: Model; volume: PromptVolume; vol: string | undefined }) {
  return (
    <li className={cx(CARD, 'hover:bg-sunken')}>
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="min-w-0 font-semibold text-h3 leading-5">
          <Link
            to="/models/$"
            params={{ _splat: model.id }}
            search={vol === undefined ? {} : { vol }}
            data-row-link=""
            className="outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          >
            {model.name}
          </Link>
        </h2>
        <span className="shrink-0 text-ink3 text-meta">{model.provider_name}</span>
      </div>
      <p className="line-clamp-2 text-ink2 text-ui">{model.description}</p>
      <p className="truncate text-ink3 text-meta">
        {notableCapabilities(model.capabilities).map(capabilityLabel).join(' · ') || '\u00a0'}
      </p>
      <dl className="mt-auto grid grid-cols-[1fr_1fr_1fr_1.3fr] gap-2 pt-1">
        {priceFacts(model).map((fact) => (
          <Fact key={fact.label} {...fact} />
        ))}
        <Fact label="Context" value={formatContext(model.context_window)} />
        <Fact
          label="Est. call"
          value={model.status === 'retired' ? UNKNOWN : estimateText(model.pricing, volume)}
          accent
        />
      </dl>
      <div className="min-h-9 content-center border-line border-t pt-1.5 text-ui touch:min-h-13">
        <Availability model={model} />
      </div>
    </li>
  );
}

function SkeletonCards() {
  return Array.from({ length: PAGE_SIZE }, (_, card) => (
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
export function ModelCards({ models, volume, vol }: ModelCardsProps) {
  return (
    <ul className="grid grid-cols-1 border-line border-t @min-[640px]:grid-cols-2 @min-[1000px]:grid-cols-3">
      {models ? (
        models.map((model) => <ModelCard key={model.id} model={model} volume={volume} vol={vol} />)
      ) : (
        <SkeletonCards />
      )}
    </ul>
  );
}
