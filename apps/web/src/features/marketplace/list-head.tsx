import { LayoutGrid, Rows3, SlidersHorizontal } from 'lucide-react';
import type { RefObject } from 'react';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import { cx } from '../../lib/cx.ts';
import type { PromptVolume } from '../../lib/format.ts';
import {
  activeFilters,
  defaultDirection,
  type MarketplaceSearch,
  offeredSorts,
  type Sort,
  sortOf,
} from './marketplace-search.ts';
import { t } from './strings.ts';
import type { SearchPatch } from './use-marketplace-search.ts';
import { VolumeFields } from './volume-fields.tsx';

/** Props of `ListHead`. */
export interface ListHeadProps {
  search: MarketplaceSearch;
  volume: PromptVolume;
  /** Undefined until the first answer. */
  total: number | undefined;
  /** The view in force. */
  view: 'table' | 'cards';
  onChange: (patch: SearchPatch, options?: { replace?: boolean }) => void;
  onOpenFilters: () => void;
  filtersButton: RefObject<HTMLButtonElement | null>;
}

const SORT_LABELS: Record<Sort, string> = {
  popularity: t('mostUsed'),
  relevance: t('bestMatch'),
  price: t('price'),
  rating: t('bestRated'),
  newest: t('newest'),
  context: t('contextWindow'),
  speed: t('fastest'),
};

/** Every order with its usual direction, and the one in force even when its direction was turned round. */
function sortOptions(search: MarketplaceSearch) {
  const options = offeredSorts(search).map((sort) => ({
    value: sort as string,
    label: sort === 'price' ? t('priceLowToHigh') : SORT_LABELS[sort],
  }));
  const current = sortOf(search);
  if (search.dir !== undefined && search.dir !== defaultDirection(current)) {
    options.push({
      value: 'turned',
      label: current === 'price' ? t('priceHighToLow') : t('orderReversed', { order: SORT_LABELS[current] }),
    });
    return { options, value: 'turned' };
  }
  return { options, value: current };
}

function ViewSwitch({ view, onChange }: Pick<ListHeadProps, 'view' | 'onChange'>) {
  const choices = [
    { value: 'table', label: t('table'), Icon: Rows3 },
    { value: 'cards', label: t('cards'), Icon: LayoutGrid },
  ] as const;
  return (
    <fieldset className="flex">
      <legend className="sr-only">{t('view')}</legend>
      {choices.map(({ value, label, Icon }) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          aria-label={label}
          title={label}
          onClick={() => onChange({ view: value }, { replace: true })}
          className={cx(
            'inline-flex min-h-control min-w-control items-center justify-center border border-line-strong first-of-type:rounded-l-sm first-of-type:border-r-0 last-of-type:rounded-r-sm',
            view === value ? 'bg-accent text-on-accent' : 'bg-surface text-ink2 hover:bg-sunken',
          )}
        >
          <Icon aria-hidden="true" size={15} />
        </button>
      ))}
    </fieldset>
  );
}

/** How many choices narrow the list, besides what is searched for: two capabilities are two. */
function countOf(search: MarketplaceSearch): number {
  const chosen = activeFilters(search).filter((name) => name !== 'q');
  return chosen.reduce((sum, name) => sum + [search[name]].flat().length, 0);
}

/** Over the list: how many, for which prompt, in which order, as what. */
export function ListHead({ search, volume, total, view, onChange, onOpenFilters, filtersButton }: ListHeadProps) {
  const sort = sortOptions(search);
  const filters = countOf(search);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3">
      <div className="flex items-baseline gap-3">
        <h1 className="font-semibold text-h2">{t('models')}</h1>
        <p role="status" className="min-w-16 text-ink3 text-ui">
          {total === undefined ? '' : t('countModels', { count: total })}
        </p>
      </div>
      <VolumeFields
        volume={volume}
        onChange={(vol) => onChange({ vol }, { replace: true })}
        className="ml-auto max-md:hidden"
      />
      <div className="flex items-center gap-2 max-md:w-full">
        <Button ref={filtersButton} onClick={onOpenFilters} className="lg:hidden">
          <SlidersHorizontal aria-hidden="true" size={15} />
          {filters > 0 ? t('filtersInUse', { count: filters }) : t('filters')}
        </Button>
        <Select
          label={t('order')}
          hideLabel
          className="min-w-0 max-md:flex-1"
          value={sort.value}
          options={sort.options}
          onValueChange={(value) => {
            if (value !== 'turned') onChange({ sort: value as Sort, dir: undefined });
          }}
        />
        <ViewSwitch view={view} onChange={onChange} />
      </div>
    </div>
  );
}
