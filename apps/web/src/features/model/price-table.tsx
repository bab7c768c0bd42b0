import type { Model, Pricing } from '@q/contract/models';
import { Price } from '../../components/price.tsx';
import { formatDate, isZeroPrice, type PromptVolume } from '../../lib/format.ts';
import { Estimate } from '../marketplace/estimate.tsx';
import { VolumeFields } from '../marketplace/volume-fields.tsx';
import { commissionOf, commissionTenths, formatTenths } from './commission.ts';
import { t } from './strings.ts';

/** Props of `PriceTable`. */
export interface PriceTableProps {
  model: Model;
  volume: PromptVolume;
  onVolume: (vol: string | undefined) => void;
}

const UNITS = [
  ['input', t('input')],
  ['cached_input', t('inputFromCache')],
  ['cache_write', t('writtenToCache')],
  ['output', t('output')],
  ['image', t('oneImage')],
] as const;

/** Units that are sold: all of a free model's, else those that cost something. */
function soldUnits(model: Model, pricing: Pricing) {
  return UNITS.filter(([unit]) => {
    const price = pricing[unit];
    if (price === null) return false;
    return !isZeroPrice(price) || (model.free_tier && (unit === 'input' || unit === 'output'));
  });
}

function commissionSentence(model: Model): string {
  const tenths = commissionTenths(model.pricing, model.provider_pricing);
  if (model.status === 'retired') return t('theLastPriceBefore');
  if (tenths === null) return t('callsOfThisModel');
  if (tenths === 0n) return t('youPayWhatAsks', { provider: model.provider_name });
  return t('ofWhatYouPay', { percent: formatTenths(tenths), provider: model.provider_name });
}

function PriceChange({ change }: { change: NonNullable<Model['price_change']> }) {
  const { pricing } = change;
  const day = formatDate(change.effective_at);
  return (
    <p className="pt-2 text-ui text-warn">
      {pricing.unit === 'image'
        ? t.nodes('imagePriceFrom', { day, price: <Price value={pricing.image} dollar /> })
        : t.nodes('tokenPricesFrom', {
            day,
            input: <Price value={pricing.input} dollar />,
            output: <Price value={pricing.output} dollar />,
          })}
    </p>
  );
}

/** What a buyer pays, what of it the provider gets, and what one call of "my prompt" comes to. */
export function PriceTable({ model, volume, onVolume }: PriceTableProps) {
  const { pricing, provider_pricing: own } = model;
  if (!pricing) {
    return (
      <section aria-labelledby="prices">
        <h2 id="prices" className="pb-1 font-semibold text-h3">
          {t('prices')}
        </h2>
        <p className="text-ink2 text-ui">{t('theProvidersLastPrice')}</p>
      </section>
    );
  }
  const unit = pricing.unit === 'image' ? t('perImage') : t('mTokens');
  const head = 'border-line border-y bg-sunken px-2 max-sm:px-1 py-1.5 font-medium text-ink2 text-meta leading-4';
  const cell = 'border-line border-b px-2 max-sm:px-1 py-2';
  return (
    <section aria-labelledby="prices" className="min-w-0">
      <h2 id="prices" className="pb-2 font-semibold text-h3">
        {model.status === 'retired' ? t('lastPrice') : t('prices')}
      </h2>
      <table className="w-full border-separate border-spacing-0">
        <thead>
          <tr>
            <th scope="col" className={`${head} pl-3 text-left`}>
              {unit}
            </th>
            <th scope="col" className={`${head} text-right`}>
              {t('youPay')}
            </th>
            <th scope="col" className={`${head} text-right`}>
              {model.provider_name}
            </th>
            <th scope="col" className={`${head} pr-3 text-right`}>
              {t('commission')}
            </th>
          </tr>
        </thead>
        <tbody>
          {soldUnits(model, pricing).map(([name, label]) => (
            <tr key={name}>
              <th scope="row" className={`${cell} pl-3 text-left font-normal text-ink2`}>
                {label}
              </th>
              <td className={`${cell} text-right`}>
                <Price value={pricing[name]} className="font-medium" />
              </td>
              <td className={`${cell} text-right text-ink2`}>
                <Price value={own?.[name]} />
              </td>
              <td className={`${cell} pr-3 text-right text-ink2`}>
                <Price value={commissionOf(pricing[name], own?.[name])} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="pt-2 text-ink2 text-ui">{commissionSentence(model)}</p>
      {model.price_change ? <PriceChange change={model.price_change} /> : null}
      {pricing.unit === 'million_tokens' && model.status !== 'retired' ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 pt-3">
          <VolumeFields volume={volume} onChange={onVolume} />
          <p className="text-ui">
            <span className="text-ink3">≈ </span>
            <Estimate pricing={pricing} volume={volume} className="font-medium" />
            <span className="text-ink3"> {t('perCall')}</span>
          </p>
        </div>
      ) : null}
    </section>
  );
}
