import type { ModelDetail } from '@q/contract/models';
import { Price } from '../../components/price.tsx';
import { formatContext, formatCount, formatDate, formatSeconds, type PromptVolume, UNKNOWN } from '../../lib/format.ts';
import { Estimate } from '../marketplace/estimate.tsx';
import { ProviderMark } from '../marketplace/provider-mark.tsx';
import { t } from './strings.ts';

const HEAD = 'border-line border-y bg-sunken px-2 py-1.5 font-medium text-ink2 text-meta leading-4';
const CELL = 'border-line border-b px-2 py-2';

type Latency = ModelDetail['offers'][number]['latency'];

const speedText = (latency: Latency): string | null =>
  latency.tokens_per_second_p50 === null
    ? null
    : t('offerTokensPerSecond', { speed: formatCount(Math.round(latency.tokens_per_second_p50)) });

/** How fast a provider was, where there is no room for columns; nothing where nobody measured. */
function SpeedLine({ latency }: { latency: Latency }) {
  if (latency.ttft_ms_p50 === null) return null;
  const first = t('offerSpeed', { time: formatSeconds(latency.ttft_ms_p50) });
  return (
    <span className="block text-ink2 text-meta md:hidden">
      {[first, speedText(latency)].filter((text) => text !== null).join(' · ')}
    </span>
  );
}

/** Who serves a model, in the order they are tried, each at a price of its own. Nothing where there is no choice. */
export function Offers({ model, volume }: { model: ModelDetail; volume: PromptVolume }) {
  const { offers } = model;
  const [only] = offers;
  if (only === undefined || (offers.length === 1 && only.provider === model.provider)) return null;
  const measured = offers.some(({ latency }) => latency.ttft_ms_p50 !== null);
  return (
    <section aria-labelledby="providers" className="min-w-0">
      <h2 id="providers" className="pb-2 font-semibold text-h3">
        {t('providers')}
      </h2>
      <div className="overflow-x-auto">
        <table className="w-full border-separate border-spacing-0 text-ui">
          <caption className="sr-only">{t('whoServesThisModel')}</caption>
          <thead>
            <tr>
              <th scope="col" className={`${HEAD} pl-3 text-left`}>
                {t('triedInThisOrder')}
              </th>
              <th scope="col" className={`${HEAD} text-right max-sm:hidden`}>
                {t('context')}
              </th>
              {measured ? (
                <>
                  <th scope="col" className={`${HEAD} text-right max-md:hidden`}>
                    {t('firstToken')}
                  </th>
                  <th scope="col" className={`${HEAD} text-right max-md:hidden`}>
                    {t('speedColumn')}
                  </th>
                </>
              ) : null}
              <th scope="col" className={`${HEAD} text-right`}>
                {t('inM')}
              </th>
              <th scope="col" className={`${HEAD} text-right`}>
                {t('outM')}
              </th>
              <th scope="col" className={`${HEAD} pr-3 text-right`}>
                {t('estCall')}
              </th>
            </tr>
          </thead>
          <tbody>
            {offers.map((offer) => (
              <tr key={offer.provider}>
                <th scope="row" className={`${CELL} pl-3 text-left font-normal`}>
                  <span className="flex items-center gap-2">
                    <ProviderMark provider={offer.provider} name={offer.provider_name} />
                    <span className="min-w-0">
                      {offer.provider_name}
                      {offer.price_change ? (
                        <span className="block text-meta text-warn">
                          {t('otherPricesFrom', { day: formatDate(offer.price_change.effective_at) })}
                        </span>
                      ) : null}
                      <SpeedLine latency={offer.latency} />
                    </span>
                  </span>
                </th>
                <td className={`${CELL} text-right font-mono max-sm:hidden`}>{formatContext(offer.context_window)}</td>
                {measured ? (
                  <>
                    <td className={`${CELL} text-right font-mono max-md:hidden`}>
                      {formatSeconds(offer.latency.ttft_ms_p50)}
                    </td>
                    <td className={`${CELL} text-right font-mono max-md:hidden`}>
                      {speedText(offer.latency) ?? UNKNOWN}
                    </td>
                  </>
                ) : null}
                <td className={`${CELL} text-right`}>
                  <Price value={offer.pricing.input} short />
                </td>
                <td className={`${CELL} text-right`}>
                  <Price value={offer.pricing.output} short />
                </td>
                <td className={`${CELL} pr-3 text-right`}>
                  <Estimate pricing={offer.pricing} volume={volume} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="pt-1 text-ink3 text-meta">
        {t('youPayThePrice')}
        {measured ? ` ${t('offersMeasured')}` : null}
      </p>
    </section>
  );
}
