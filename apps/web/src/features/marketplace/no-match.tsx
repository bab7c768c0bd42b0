import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatCount } from '../../lib/format.ts';
import { filterText } from './filter-chips.tsx';
import { activeFilters, type FilterName, type MarketplaceSearch } from './marketplace-search.ts';
import { useLoosenings } from './queries.ts';

/** Props of `NoMatch`. */
export interface NoMatchProps {
  search: MarketplaceSearch;
  onClear: (names: readonly FilterName[]) => void;
}

/** Suggestions to show: more is another list to read. */
const SUGGESTIONS = 3;

/** What an empty list says: which single filter to drop and how many models that brings. */
export function NoMatch({ search, onClear }: NoMatchProps) {
  const filters = activeFilters(search);
  const loosenings = useLoosenings(search, true).slice(0, SUGGESTIONS);
  if (filters.length === 0) {
    return (
      <EmptyState title="No models yet">
        This marketplace has no models in its catalogue. The operator can fill it with the catalogue's seed.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No model fits all of this"
      actions={
        <>
          {loosenings.map(({ filter, total }) => (
            <Button key={filter} onClick={() => onClear([filter])}>
              Without {filterText(search, filter)}: {formatCount(total)} {total === 1 ? 'model' : 'models'}
            </Button>
          ))}
          <Button variant="quiet" onClick={() => onClear(filters)}>
            Clear everything
          </Button>
        </>
      }
    >
      {filters.map((name) => filterText(search, name)).join(', ')}
    </EmptyState>
  );
}
