import type { ModelFacets } from '@q/contract/models';
import { Select, type SelectOption } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { FilterGroup } from './filter-group.tsx';
import { STATUS_LABELS, TIER_LABELS } from './labels.ts';
import type { MarketplaceSearch } from './marketplace-search.ts';
import type { SearchPatch } from './use-marketplace-search.ts';

/** Props of `FilterPanel`. */
export interface FilterPanelProps {
  search: MarketplaceSearch;
  facets: ModelFacets | undefined;
  onChange: (patch: SearchPatch) => void;
}

const PRICES = ['0.25', '0.5', '1', '2.5', '5', '10', '25'];
const CONTEXTS = [8_000, 32_000, 128_000, 200_000, 1_000_000];
const RATINGS = [3, 4, 4.5];

/** The choices of a select; a value from a hand-written URL joins them. */
function withCurrent(options: SelectOption[], current: string | undefined, label: (value: string) => string) {
  const known = current === undefined || options.some((option) => option.value === current);
  return known ? options : [...options, { value: current, label: label(current) }];
}

const priceLabel = (value: string) => `up to $${value}`;
const contextLabel = (value: string) =>
  `${Number(value) >= 1_000_000 ? `${Number(value) / 1_000_000}M` : `${Math.round(Number(value) / 1000)}k`} or more`;
const ratingLabel = (value: string) => `${value} or better`;

function LimitSelects({ search, onChange }: Pick<FilterPanelProps, 'search' | 'onChange'>) {
  const any = (label: string): SelectOption => ({ value: '', label });
  const price = PRICES.map((value) => ({ value, label: priceLabel(value) }));
  const context = CONTEXTS.map((value) => ({ value: String(value), label: contextLabel(String(value)) }));
  const rating = RATINGS.map((value) => ({ value: String(value), label: ratingLabel(String(value)) }));
  return (
    <div className="grid gap-3">
      <Select
        label="Input price, $ per 1M tokens"
        value={search.max ?? ''}
        options={withCurrent([any('any price'), ...price], search.max, priceLabel)}
        onValueChange={(value) => onChange({ max: value || undefined })}
      />
      <Select
        label="Context window, tokens"
        value={search.ctx === undefined ? '' : String(search.ctx)}
        options={withCurrent([any('any size'), ...context], search.ctx?.toString(), contextLabel)}
        onValueChange={(value) => onChange({ ctx: value ? Number(value) : undefined })}
      />
      <Select
        label="Rating"
        value={search.stars === undefined ? '' : String(search.stars)}
        options={withCurrent([any('any rating'), ...rating], search.stars?.toString(), ratingLabel)}
        onValueChange={(value) => onChange({ stars: value ? Number(value) : undefined })}
      />
    </div>
  );
}

/** Says how many models a life stage has; "on sale" is what the list shows unless asked. */
function statusOptions(search: MarketplaceSearch, facets: ModelFacets | undefined): SelectOption[] {
  const count = (status: string) => facets?.statuses.find(({ value }) => value === status)?.count;
  const stages = ['active', 'deprecated', 'retired'].map((value) => ({
    value,
    label: `${STATUS_LABELS[value]}${count(value) === undefined ? '' : ` (${count(value)})`}`,
  }));
  const usual = search.q === undefined ? 'On sale' : 'Any that match';
  return [{ value: '', label: usual }, ...stages, { value: 'all', label: STATUS_LABELS['all'] ?? 'All' }];
}

/** Every filter of the catalogue. The counts say how many models a choice would leave or add. */
export function FilterPanel({ search, facets, onChange }: FilterPanelProps) {
  const freeOnly = search.tier?.length === 1 && search.tier[0] === 'free';
  return (
    <div className="grid gap-5">
      <div className="grid gap-0.5">
        <Switch
          label="Available now"
          checked={search.available === true}
          onCheckedChange={(on) => onChange({ available: on || undefined })}
        />
        <Switch
          label="Free only"
          checked={freeOnly}
          onCheckedChange={(on) => onChange({ tier: on ? ['free'] : undefined })}
        />
      </div>
      <FilterGroup
        title="Can do"
        hint="all of"
        options={facets?.capabilities}
        chosen={search.cap}
        onChange={(cap) => onChange({ cap })}
        placeholders={9}
      />
      <FilterGroup
        title="Provider"
        options={facets?.providers}
        chosen={search.by}
        onChange={(by) => onChange({ by })}
        placeholders={8}
      />
      <FilterGroup
        title="Price tier"
        options={facets?.price_tiers}
        chosen={search.tier}
        onChange={(tier) => onChange({ tier })}
        labels={TIER_LABELS}
        placeholders={4}
      />
      <FilterGroup
        title="Works with"
        options={facets?.modalities}
        chosen={search.mod}
        onChange={(mod) => onChange({ mod })}
        placeholders={5}
      />
      <LimitSelects search={search} onChange={onChange} />
      <Select
        label="Status"
        value={search.status ?? ''}
        options={statusOptions(search, facets)}
        onValueChange={(value) =>
          onChange({ status: value === '' ? undefined : (value as MarketplaceSearch['status']) })
        }
      />
    </div>
  );
}
