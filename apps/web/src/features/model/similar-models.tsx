import type { Model } from '@q/contract/models';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatContext, type PromptVolume } from '../../lib/format.ts';
import { estimateText } from '../marketplace/estimate.tsx';
import { PICKS_MAX } from '../marketplace/picks.ts';
import { ProviderMark } from '../marketplace/provider-mark.tsx';
import { similarQuery } from './queries.ts';
import { t } from './strings.ts';

/** Props of `SimilarModels`. */
export interface SimilarModelsProps {
  model: Model;
  volume: PromptVolume;
  vol: string | undefined;
}

function SimilarRow({ model, volume, vol }: SimilarModelsProps) {
  return (
    <li className="relative flex items-center gap-2.5 border-line border-b py-2 hover:bg-sunken">
      <ProviderMark provider={model.provider} name={model.provider_name} />
      <span className="min-w-0 flex-1">
        <Link
          to="/models/$"
          params={{ _splat: model.id }}
          search={vol === undefined ? {} : { vol }}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:outline-focus"
        >
          {model.name}
        </Link>
        <span className="block truncate text-ink3 text-meta">
          {model.provider_name} · {formatContext(model.context_window)} ·{' '}
          {model.available ? t('availableHere') : t('notConnectedHere')}
        </span>
      </span>
      <span className="shrink-0 text-right font-mono text-ui">
        {estimateText(model.pricing, volume)}
        <span className="block font-sans text-ink3 text-micro leading-4">{t('perCall')}</span>
      </span>
    </li>
  );
}

/** Models that could take this one's place, and the way to see them beside it. */
export function SimilarModels({ model, volume, vol }: SimilarModelsProps) {
  const { data } = useQuery(similarQuery(model.id));
  if (data?.total === 0) return null;
  const ids = [model.id, ...(data?.data.map(({ id }) => id) ?? [])].slice(0, PICKS_MAX);
  return (
    <section aria-labelledby="similar">
      <h2 id="similar" className="pb-1 font-semibold text-h3">
        {t('similarModels')}
      </h2>
      <ul className="border-line border-t">
        {data
          ? data.data.map((one) => <SimilarRow key={one.id} model={one} volume={volume} vol={vol} />)
          : [1, 2, 3, 4].map((row) => (
              <li key={row} className="border-line border-b py-2">
                <Skeleton className="h-9" />
              </li>
            ))}
      </ul>
      {data ? (
        <p className="pt-2 text-ui">
          <Link
            to="/compare"
            search={{ m: ids, ...(vol === undefined ? {} : { in: volume.input, out: volume.output }) }}
            className="link"
          >
            {t('compareSideBySide')}
          </Link>
        </p>
      ) : null}
    </section>
  );
}
