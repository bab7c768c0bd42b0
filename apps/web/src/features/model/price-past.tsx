import type { Model } from '@q/contract/models';
import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '../../components/error-state.tsx';
import { Price } from '../../components/price.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatDate } from '../../lib/format.ts';
import { PriceChart } from './price-chart.tsx';
import { changeText, type PriceStep, priceSteps } from './price-steps.ts';
import { priceHistoryQuery } from './queries.ts';
import { t } from './strings.ts';

const HEAD = 'border-line border-y bg-sunken px-2 py-1.5 font-medium text-ink2 text-meta leading-4';
const CELL = 'border-line border-b px-2 py-1.5';
const STATES = { past: '', now: t('priceNow'), coming: t('fromThenOn') };

function Change({ change }: { change: number | null }) {
  const text = changeText(change);
  return text === '' ? null : <span className="block text-ink3 text-micro leading-4">{text}</span>;
}

function StepRow({ step: { version, until, state, change } }: { step: PriceStep }) {
  const { pricing } = version;
  return (
    <tr className={state === 'now' ? 'font-medium' : undefined}>
      <th scope="row" className={`${CELL} pl-3 text-left font-normal`}>
        {formatDate(version.valid_from)}
        <span className="block text-ink3 text-micro leading-4">
          {until === null ? STATES[state] : t('until', { day: formatDate(until) })}
        </span>
      </th>
      {pricing.unit === 'image' ? (
        <td colSpan={2} className={`${CELL} pr-3 text-right`}>
          <Price value={pricing.image} />
          <Change change={change.image} />
        </td>
      ) : (
        <>
          <td className={`${CELL} text-right`}>
            <Price value={pricing.input} />
            <Change change={change.input} />
          </td>
          <td className={`${CELL} pr-3 text-right`}>
            <Price value={pricing.output} />
            <Change change={change.output} />
          </td>
        </>
      )}
    </tr>
  );
}

function Steps({ steps }: { steps: readonly PriceStep[] }) {
  const first = steps.at(-1);
  if (first === undefined) return <p className="text-ink2 text-ui">{t('noPriceWasEver')}</p>;
  if (steps.length === 1) {
    return (
      <p className="text-ink2 text-ui">{t('unchangedSinceTheFirst', { day: formatDate(first.version.valid_from) })}</p>
    );
  }
  const perImage = first.version.pricing.unit === 'image';
  return (
    <>
      <PriceChart steps={steps} now={Date.now()} />
      <table className="w-full border-separate border-spacing-0 text-ui">
        <caption className="sr-only">{t('whatYouPaidFrom')}</caption>
        <thead>
          <tr>
            <th scope="col" className={`${HEAD} pl-3 text-left`}>
              {t('from')}
            </th>
            <th scope="col" className={`${HEAD} text-right`}>
              {perImage ? t('oneImagePrice') : t('inputM')}
            </th>
            <th scope="col" className={`${HEAD} pr-3 text-right`}>
              {perImage ? '\u00a0' : t('outputM')}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <StepRow key={step.version.valid_from} step={step} />
          ))}
        </tbody>
      </table>
      <p className="pt-1 text-ink3 text-meta">{t('aCallKeepsThe')}</p>
    </>
  );
}

/** What the model has cost the buyer and will cost, as far as it is known. */
export function PricePast({ model }: { model: Model }) {
  const { data, error, refetch, isFetching } = useQuery(priceHistoryQuery(model.id));
  return (
    <section aria-labelledby="past-prices" className="min-w-0">
      <h2 id="past-prices" className="pb-2 font-semibold text-h3">
        {t('priceHistory')}
      </h2>
      {data ? <Steps steps={priceSteps(data, model.provider, Date.now())} /> : null}
      {!data && error ? (
        <ErrorState title={t('thePriceHistoryCould')} error={error} onRetry={() => void refetch()} busy={isFetching} />
      ) : null}
      {!data && !error ? <Skeleton className="h-5 w-72 max-w-full" /> : null}
    </section>
  );
}
