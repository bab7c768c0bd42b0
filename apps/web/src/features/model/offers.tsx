import type { ModelDetail } from '@q/contract/models';
import { Price } from '../../components/price.tsx';
import { formatContext, formatDate, type PromptVolume } from '../../lib/format.ts';
import { Estimate } from '../marketplace/estimate.tsx';
import { ProviderMark } from '../marketplace/provider-mark.tsx';
import { t } from './strings.ts';

const HEAD = 'border-line border-y bg-sunken px-2 py-1.5 font-medium text-ink2 text-meta leading-4';
const CELL = 'border-line border-b px-2 py-2';

/** Who serves a model, in the order they are tried, each at a price of its own. Nothing where there is no choice. */
export function Offers({ model, volume }: { model: ModelDetail; volume: PromptVolume }) {
  const { offers } = model;
  const [only] = offers;
  if (only === undefined || (offers.length === 1 && only.provider === model.provider)) return null;
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
                    </span>
                  </span>
                </th>
                <td className={`${CELL} text-right font-mono max-sm:hidden`}>{formatContext(offer.context_window)}</td>
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
      <p className="pt-1 text-ink3 text-meta">{t('youPayThePrice')}</p>
    </section>
  );
}
