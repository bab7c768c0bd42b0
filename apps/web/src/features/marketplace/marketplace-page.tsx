import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { ErrorState } from '../../components/error-state.tsx';
import { cx } from '../../lib/cx.ts';
import { openOverlay } from '../../lib/overlays.ts';
import { useMedia } from '../../lib/use-media.ts';
import { useShortcut } from '../../lib/use-shortcut.ts';
import { useTitle } from '../../lib/use-title.ts';
import { AskPanel } from '../assistant/ask-panel.tsx';
import { CompareTray } from './compare-tray.tsx';
import { useFavourites } from './favourites.ts';
import { FilterChips } from './filter-chips.tsx';
import { FilterPanel } from './filter-panel.tsx';
import { readHighlightQuery } from './highlight.ts';
import { ListHead } from './list-head.tsx';
import {
  activeFilters,
  defaultDirection,
  type MarketplaceSearch,
  offeredSorts,
  PAGE_SIZE,
  sortOf,
} from './marketplace-search.ts';
import { ModelCards } from './model-cards.tsx';
import { ModelTable } from './model-table.tsx';
import { Pager, PastTheEnd } from './pager.tsx';
import { volumeOf } from './prompt-volume.ts';
import { type CatalogueState, useCatalogue } from './queries.ts';
import { SearchField } from './search-field.tsx';
import { t } from './strings.ts';
import { type MarketplaceSearchControl, useMarketplaceSearch } from './use-marketplace-search.ts';
import { focusFirstRow, useRowKeys } from './use-row-keys.ts';

const FilterSheet = lazy(async () => {
  const { FilterSheet: component } = await import('./filter-sheet.tsx');
  return { default: component };
});

const NoMatch = lazy(async () => {
  const { NoMatch: component } = await import('./no-match.tsx');
  return { default: component };
});

/** A window whose code loads when it is first wanted; from then on it stays mounted. */
function useLazyWindow() {
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState(false);
  if (open && !used) setUsed(true);
  return { open, setOpen, used };
}

function viewOf(search: MarketplaceSearch, wide: boolean): 'table' | 'cards' {
  return search.view ?? (wide ? 'table' : 'cards');
}

/** The order beside the one in force, as the two bracket keys go through them. */
function nextSort(search: MarketplaceSearch, step: 1 | -1): MarketplaceSearch['sort'] {
  const sorts = offeredSorts(search);
  return sorts.at((sorts.indexOf(sortOf(search)) + step) % sorts.length);
}

function Results({ catalogue, control }: { catalogue: CatalogueState; control: MarketplaceSearchControl }) {
  const { search, change, clear } = control;
  const wide = useMedia('(min-width: 768px)');
  const view = viewOf(search, wide);
  const query = useMemo(() => readHighlightQuery(search.q), [search.q]);
  const { list, error, stale } = catalogue;
  if (list?.total === 0 && !stale)
    return (
      <Suspense fallback={null}>
        <NoMatch search={search} onClear={clear} />
      </Suspense>
    );
  if (list?.data.length === 0 && !stale)
    return <PastTheEnd page={list.page} perPage={list.per_page} total={list.total} />;
  const shown = {
    models: list?.data,
    volume: volumeOf(search),
    vol: search.vol,
    query,
    placeholders: search.rows ?? PAGE_SIZE,
  };
  const sort = sortOf(search);
  return (
    <div
      className={cx('@container', stale && (Boolean(error) || catalogue.paused) && 'grayscale')}
      aria-busy={catalogue.fetching}
    >
      {view === 'cards' ? (
        <ModelCards {...shown} />
      ) : (
        <ModelTable
          {...shown}
          sort={sort}
          dir={search.dir ?? defaultDirection(sort)}
          onSort={(next, dir) => change({ sort: next, dir: dir === defaultDirection(next) ? undefined : dir })}
          narrow={!wide}
        />
      )}
      {list && list.total > 0 ? (
        <Pager page={list.page} perPage={list.per_page} total={list.total} onChange={change} />
      ) : null}
    </div>
  );
}

/** The catalogue: filters, live search, order, and the models as a table or as cards. Everything shown is in the URL. */
export function MarketplacePage() {
  useTitle(t('models'));
  const control = useMarketplaceSearch();
  const { search, change, clear } = control;
  const catalogue = useCatalogue(search, useFavourites());
  const wide = useMedia('(min-width: 768px)');
  const results = useRef<HTMLElement>(null);
  const filtersButton = useRef<HTMLButtonElement>(null);
  const sheet = useLazyWindow();
  useRowKeys(results);
  useShortcut(['[', ']'], ({ key }) => {
    change({ sort: nextSort(search, key === ']' ? 1 : -1), dir: undefined });
    return true;
  });
  const { list } = catalogue;
  const clearFilters = () => clear(activeFilters(search).filter((name) => name !== 'q'));
  return (
    <div className="lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
      <aside
        aria-label={t('searchAndFilters')}
        className="border-line lg:sticky lg:top-topbar lg:max-h-[calc(100dvh-var(--topbar))] lg:min-h-[calc(100dvh-var(--topbar))] lg:overflow-y-auto lg:overscroll-contain lg:border-r"
      >
        <div className="px-5 pt-4 lg:px-4">
          <SearchField
            value={search.q ?? ''}
            onSearch={(q) => change({ q: q === '' ? undefined : q }, { replace: true })}
            onLeave={() => focusFirstRow(results.current)}
          />
        </div>
        <div className="px-4 py-4 max-lg:hidden">
          <FilterPanel search={search} facets={list?.facets} failed={catalogue.error !== null} onChange={change} />
        </div>
      </aside>
      <section ref={results} aria-label={t('models')} className="min-w-0">
        <AskPanel />
        <ListHead
          search={search}
          volume={volumeOf(search)}
          total={list?.total}
          view={viewOf(search, wide)}
          onChange={change}
          onOpenFilters={() => sheet.setOpen(true)}
          filtersButton={filtersButton}
        />
        <FilterChips search={search} facets={list?.facets} onChange={change} onClear={clearFilters} />
        {catalogue.error ? (
          <ErrorState
            title={t('theModelsCouldNot')}
            error={catalogue.error}
            onRetry={catalogue.retry}
            busy={catalogue.fetching}
            className="mx-5 mb-3"
          />
        ) : null}
        {catalogue.error && !list ? null : <Results catalogue={catalogue} control={control} />}
        <footer className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-t px-5 py-3 text-ink3 text-meta">
          <span>{t('pricesIncludeTheMarketplaces')}</span>
          <button type="button" className="link max-md:hidden" onClick={() => openOverlay('shortcuts')}>
            {t('keyboard')}
          </button>
        </footer>
        <CompareTray {...(search.vol === undefined ? {} : { vol: search.vol })} />
      </section>
      <Suspense fallback={null}>
        {sheet.used ? (
          <FilterSheet
            open={sheet.open}
            onOpenChange={sheet.setOpen}
            search={search}
            facets={list?.facets}
            failed={catalogue.error !== null}
            onChange={change}
            total={list?.total}
            onClear={clearFilters}
            opener={filtersButton}
          />
        ) : null}
      </Suspense>
    </div>
  );
}
