import { X } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { formatContext } from '../../lib/format.ts';
import { capabilityLabel, STATUS_LABELS, TIER_LABELS } from './labels.ts';
import { activeFilters, type FilterName, type MarketplaceSearch } from './marketplace-search.ts';
import type { SearchPatch } from './use-marketplace-search.ts';

/** One filter in force as a person would say it. */
interface Chip {
  key: string;
  text: string;
  /** The search change that takes it away. */
  patch: SearchPatch;
}

function listChips(
  name: 'by' | 'cap' | 'mod' | 'tier',
  values: readonly string[],
  text: (value: string) => string,
): Chip[] {
  return values.map((value) => {
    const rest = values.filter((other) => other !== value);
    return { key: `${name} ${value}`, text: text(value), patch: { [name]: rest.length > 0 ? rest : undefined } };
  });
}

/** The words for one filter, for chips and for "without …". */
export function filterText(search: MarketplaceSearch, name: FilterName): string {
  const texts: Record<FilterName, () => string> = {
    q: () => `“${search.q}”`,
    by: () => (search.by ?? []).join(' or '),
    cap: () => (search.cap ?? []).map(capabilityLabel).join(' + '),
    mod: () => (search.mod ?? []).join(' or '),
    tier: () => (search.tier ?? []).map((tier) => TIER_LABELS[tier] ?? tier).join(' or '),
    max: () => `input up to $${search.max}`,
    ctx: () => `context from ${formatContext(search.ctx)}`,
    stars: () => `rated ${search.stars}+`,
    status: () => STATUS_LABELS[search.status ?? ''] ?? '',
    available: () => 'available now',
  };
  return texts[name]();
}

function chipsOf(search: MarketplaceSearch): Chip[] {
  return activeFilters(search).flatMap((name): Chip[] => {
    if (name === 'q') return [];
    if (name === 'by') return listChips('by', search.by ?? [], (value) => value);
    if (name === 'cap') return listChips('cap', search.cap ?? [], capabilityLabel);
    if (name === 'mod') return listChips('mod', search.mod ?? [], (value) => value);
    if (name === 'tier') return listChips('tier', search.tier ?? [], (value) => TIER_LABELS[value] ?? value);
    return [{ key: name, text: filterText(search, name), patch: { [name]: undefined } }];
  });
}

/** Props of `FilterChips`. */
export interface FilterChipsProps {
  search: MarketplaceSearch;
  onChange: (patch: SearchPatch) => void;
  onClear: () => void;
}

/** The filters in force, each with its own way out. The query has its own field. */
export function FilterChips({ search, onChange, onClear }: FilterChipsProps) {
  const chips = chipsOf(search);
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters in force" className="flex flex-wrap items-center gap-1.5 px-5 pb-3">
      {chips.map((chip) => (
        <li key={chip.key}>
          <button
            type="button"
            onClick={() => onChange(chip.patch)}
            className="inline-flex min-h-6 items-center gap-1 rounded-sm border border-line-strong bg-surface px-1.5 text-ink2 text-meta hover:bg-sunken hover:text-ink touch:min-h-11 touch:px-3 max-md:min-h-11 max-md:px-3"
          >
            <span className="sr-only">Remove </span>
            {chip.text}
            <X aria-hidden="true" size={12} />
          </button>
        </li>
      ))}
      <li>
        <Button variant="quiet" className="min-h-6 px-1.5 text-meta touch:min-h-11 max-md:min-h-11" onClick={onClear}>
          Clear all
        </Button>
      </li>
    </ul>
  );
}
