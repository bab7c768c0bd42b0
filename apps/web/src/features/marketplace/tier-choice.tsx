import type { ModelFacets } from '@q/contract/models';
import { useId } from 'react';
import { formatCount } from '../../lib/format.ts';
import { isPaidOnly, type MarketplaceSearch, PAID_TIERS } from './marketplace-search.ts';
import { t } from './strings.ts';
import type { SearchPatch } from './use-marketplace-search.ts';

/** Props of `TierChoice`. */
export interface TierChoiceProps {
  search: MarketplaceSearch;
  facets: ModelFacets | undefined;
  onChange: (patch: SearchPatch) => void;
}

/** Free, paid or both, with how many there are of each. */
export function TierChoice({ search, facets, onChange }: TierChoiceProps) {
  const id = useId();
  const count = (tiers: readonly string[]) =>
    facets?.price_tiers.filter(({ value }) => tiers.includes(value)).reduce((sum, tier) => sum + tier.count, 0);
  const isFree = search.tier?.length === 1 && search.tier[0] === 'free';
  const choices = [
    { label: t('any'), on: search.tier === undefined, tier: undefined, total: undefined },
    { label: t('free'), on: isFree, tier: ['free'], total: count(['free']) },
    { label: t('paid'), on: isPaidOnly(search.tier), tier: [...PAID_TIERS], total: count(PAID_TIERS) },
  ];
  return (
    <fieldset>
      <legend className="mb-1 font-semibold text-meta">{t('freeOrPaid')}</legend>
      <div className="flex">
        {choices.map(({ label, on, tier, total }) => (
          <label
            key={label}
            className="-ml-px flex min-h-7 flex-1 cursor-pointer items-center justify-center gap-1 border border-line-strong bg-surface px-1 text-ink2 text-meta first:ml-0 first:rounded-l-sm last:rounded-r-sm hover:bg-sunken has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2 touch:min-h-11 max-md:min-h-11"
          >
            <input
              type="radio"
              name={`${id}-tier`}
              className="sr-only"
              checked={on}
              onChange={() => onChange({ tier })}
            />
            {label}
            {total === undefined ? null : <span className="font-mono"> {formatCount(total)}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
