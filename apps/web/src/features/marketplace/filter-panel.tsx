import type { ModelFacets } from '@q/contract/models';
import { Select, type SelectOption } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { formatCount } from '../../lib/format.ts';
import { useFavourites } from './favourites.ts';
import { FilterGroup, type FilterOption } from './filter-group.tsx';
import { STATUS_LABELS, TIER_LABELS } from './labels.ts';
import { LimitSelects } from './limit-selects.tsx';
import type { MarketplaceSearch } from './marketplace-search.ts';
import { t } from './strings.ts';
import { TierChoice } from './tier-choice.tsx';
import type { SearchPatch } from './use-marketplace-search.ts';

/** Props of `FilterPanel`. */
export interface FilterPanelProps {
  search: MarketplaceSearch;
  facets: ModelFacets | undefined;
  /** The models could not be loaded: nothing is on its way that places would have to be kept for. */
  failed: boolean;
  onChange: (patch: SearchPatch) => void;
}

/** Providers shown before the rest is asked for. */
const PROVIDERS_SHOWN = 10;

/** Says how many models a life stage has; "on sale" is what the list shows unless asked. */
function statusOptions(search: MarketplaceSearch, facets: ModelFacets | undefined): SelectOption[] {
  const count = (status: string) => facets?.statuses.find(({ value }) => value === status)?.count;
  const stages = ['active', 'deprecated', 'retired'].map((value) => ({
    value,
    label: `${STATUS_LABELS[value]}${count(value) === undefined ? '' : ` (${count(value)})`}`,
  }));
  const usual = search.q === undefined ? t('onSale') : t('anyThatMatch');
  return [{ value: '', label: usual }, ...stages, { value: 'all', label: STATUS_LABELS['all'] ?? '' }];
}

function Count({ value }: { value: number | undefined }) {
  return <span className="font-mono text-ink3 text-meta">{value === undefined ? '' : formatCount(value)}</span>;
}

/** Every filter of the catalogue. The counts say how many models a choice would leave or add. */
export function FilterPanel({ search, facets, failed, onChange }: FilterPanelProps) {
  const optionsOf = (options: readonly FilterOption[] | undefined) => options ?? (failed ? [] : undefined);
  const favourites = useFavourites();
  const availability = facets?.availability;
  const available = availability?.find(({ value }) => value === 'true')?.count ?? (availability ? 0 : undefined);
  return (
    <div className="grid gap-5">
      <div className="grid gap-0.5">
        <Switch
          label={t('availableNow')}
          checked={search.available === true}
          onCheckedChange={(on) => onChange({ available: on || undefined })}
          end={<Count value={available} />}
        />
        <Switch
          label={t('favourites')}
          checked={search.fav === true}
          onCheckedChange={(on) => onChange({ fav: on || undefined })}
          end={<Count value={favourites.ready ? favourites.ids.length : undefined} />}
        />
      </div>
      <FilterGroup
        title={t('canDo')}
        hint={t('allOf')}
        options={optionsOf(facets?.capabilities)}
        chosen={search.cap}
        onChange={(cap) => onChange({ cap })}
        placeholders={9}
      />
      <FilterGroup
        title={t('provider')}
        options={optionsOf(facets?.providers)}
        chosen={search.by}
        onChange={(by) => onChange({ by })}
        placeholders={8}
        fold={PROVIDERS_SHOWN}
      />
      <TierChoice search={search} facets={facets} onChange={onChange} />
      <FilterGroup
        title={t('priceTier')}
        options={optionsOf(facets?.price_tiers)}
        chosen={search.tier}
        onChange={(tier) => onChange({ tier })}
        labels={TIER_LABELS}
        placeholders={4}
      />
      <FilterGroup
        title={t('worksWith')}
        options={optionsOf(facets?.modalities)}
        chosen={search.mod}
        onChange={(mod) => onChange({ mod })}
        placeholders={5}
      />
      <LimitSelects search={search} facets={facets} onChange={onChange} />
      <Select
        label={t('status')}
        value={search.status ?? ''}
        options={statusOptions(search, facets)}
        onValueChange={(value) =>
          onChange({ status: value === '' ? undefined : (value as MarketplaceSearch['status']) })
        }
      />
    </div>
  );
}
