import type { ModelFacets } from '@q/contract/models';
import { X } from 'lucide-react';
import { formatContext } from '../../lib/format.ts';
import { capabilityLabel, STATUS_LABELS, TIER_LABELS } from './labels.ts';
import { activeFilters, type FilterName, isPaidOnly, type MarketplaceSearch } from './marketplace-search.ts';
import { t } from './strings.ts';
import type { SearchPatch } from './use-marketplace-search.ts';

/** One filter in force as a person would say it. */
interface Chip {
  key: string;
  text: string;
  /** The search change that takes it away. */
  patch: SearchPatch;
}

type ListName = 'by' | 'cap' | 'mod' | 'tier';
type SingleName = Exclude<FilterName, ListName | 'q'>;

function valueText(name: ListName, value: string, facets: ModelFacets | undefined): string {
  if (name === 'cap') return capabilityLabel(value);
  if (name === 'tier') return TIER_LABELS[value] ?? value;
  if (name === 'mod') return value;
  return facets?.providers.find((provider) => provider.value === value)?.label ?? value;
}

function singleText(name: SingleName, search: MarketplaceSearch): string {
  if (name === 'min') return t('inputFrom', { price: `$${search.min}` });
  if (name === 'max') return t('inputUpTo', { price: `$${search.max}` });
  if (name === 'ctx') return t('contextFrom', { tokens: formatContext(search.ctx) });
  if (name === 'stars') return t('ratedAtLeast', { stars: String(search.stars) });
  if (name === 'available') return t('chipAvailable');
  if (name === 'fav') return t('chipFavourites');
  return STATUS_LABELS[search.status ?? ''] ?? '';
}

/** The filters in force, each value of a list by itself. The query is none of them: it has its own field. */
export function chipsOf(search: MarketplaceSearch, facets: ModelFacets | undefined): Chip[] {
  return activeFilters(search).flatMap((name): Chip[] => {
    if (name === 'q') return [];
    if (name === 'tier' && isPaidOnly(search.tier))
      return [{ key: 'paid', text: t('onlyPaid'), patch: { tier: undefined } }];
    if (name === 'by' || name === 'cap' || name === 'mod' || name === 'tier') {
      const values = search[name] ?? [];
      return values.map((value) => {
        const rest = values.filter((other) => other !== value);
        const patch = { [name]: rest.length > 0 ? rest : undefined };
        return { key: `${name} ${value}`, text: valueText(name, value, facets), patch };
      });
    }
    return [{ key: name, text: singleText(name, search), patch: { [name]: undefined } }];
  });
}

/** Props of `FilterChips`. */
export interface FilterChipsProps {
  search: MarketplaceSearch;
  facets: ModelFacets | undefined;
  onChange: (patch: SearchPatch) => void;
  onClear: () => void;
}

/** The filters in force, each with its own way out. The query has its own field. */
export function FilterChips({ search, facets, onChange, onClear }: FilterChipsProps) {
  const chips = chipsOf(search, facets);
  if (chips.length === 0) return null;
  return (
    <ul aria-label={t('filtersInForce')} className="flex flex-wrap items-center gap-1.5 px-5 pb-3">
      {chips.map((chip) => (
        <li key={chip.key}>
          <button
            type="button"
            onClick={() => onChange(chip.patch)}
            className="inline-flex min-h-6 items-center gap-1 rounded-sm border border-line-strong bg-surface px-1.5 text-ink2 text-meta hover:bg-sunken hover:text-ink touch:min-h-11 touch:px-3 max-md:min-h-11 max-md:px-3"
          >
            <span className="sr-only">{t('remove')} </span>
            {chip.text}
            <X aria-hidden="true" size={12} />
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          className="link inline-flex min-h-6 items-center px-1.5 text-meta touch:min-h-11 max-md:min-h-11"
          onClick={onClear}
        >
          {t('clearAll')}
        </button>
      </li>
    </ul>
  );
}
