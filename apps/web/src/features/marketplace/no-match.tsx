import { Link } from '@tanstack/react-router';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useFavourites } from './favourites.ts';
import { chipsOf } from './filter-chips.tsx';
import { activeFilters, type FilterName, type MarketplaceSearch } from './marketplace-search.ts';
import { t } from './no-match-strings.ts';
import { type Loosening, useLooseningTotals } from './queries.ts';
import { patchSearch } from './use-marketplace-search.ts';

/** Props of `NoMatch`. */
export interface NoMatchProps {
  search: MarketplaceSearch;
  onClear: (names: readonly FilterName[]) => void;
}

/** Suggestions to show: more is another list to read. */
const SUGGESTIONS = 3;
/** Filters to try one by one: each is a question to the server. */
const TRIES = 8;

/** Every way to give up one filter. Giving up the only one is "clear everything". */
function loosenings(search: MarketplaceSearch): Loosening[] {
  const ways = chipsOf(search, undefined).map(({ text, patch }) => ({ text, search: patchSearch(search, patch) }));
  if (search.q !== undefined) ways.push({ text: `“${search.q}”`, search: patchSearch(search, { q: undefined }) });
  return ways.length > 1 ? ways.slice(0, TRIES) : [];
}

/** What an empty list says: which single filter to drop and how many models that brings. */
export function NoMatch({ search, onClear }: NoMatchProps) {
  const filters = activeFilters(search);
  const ways = loosenings(search);
  const favourites = useFavourites();
  const helpful = useLooseningTotals(ways, favourites.ids).slice(0, SUGGESTIONS);
  if (filters.length === 0) {
    return <EmptyState title={t('noModelsYet')}>{t('thisMarketplaceHasNo')}</EmptyState>;
  }
  if (search.fav && favourites.ids.length === 0) {
    return (
      <EmptyState
        title={t('noFavouritesYet')}
        actions={<Button onClick={() => onClear(['fav'])}>{t('showAllModels')}</Button>}
      >
        {t('theStarBesideA')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={search.q === undefined || filters.length > 1 ? t('noModelFitsAll') : t('nothingFoundFor', { q: search.q })}
      actions={
        <>
          {helpful.map((way) => (
            <Link key={way.text} to="/models" search={way.search} className={buttonClass()}>
              {t('withoutFilter', { filter: way.text, count: way.total })}
            </Link>
          ))}
          <Button variant={helpful.length > 0 ? 'quiet' : 'secondary'} onClick={() => onClear(filters)}>
            {t('clearEverything')}
          </Button>
        </>
      }
    >
      {ways.length > 1 ? ways.map((way) => way.text).join(', ') : t('lookForAShorter')}
    </EmptyState>
  );
}
