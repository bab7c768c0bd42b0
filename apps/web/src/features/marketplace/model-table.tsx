import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import type { PromptVolume } from '../../lib/format.ts';
import { COLUMNS, type Column, phoneColumns } from './columns.tsx';
import { FavouriteButton } from './favourite-button.tsx';
import { excerptOf, type HighlightQuery, highlightPieces } from './highlight.ts';
import { Highlighted } from './highlighted.tsx';
import { capabilityLabel, notableCapabilities, splitId } from './labels.ts';
import { defaultDirection, type Sort } from './marketplace-search.ts';
import { PickBox } from './pick-box.tsx';
import { ProviderMark } from './provider-mark.tsx';
import { t } from './strings.ts';

/** Props of `ModelTable`. `models` is undefined while the first page loads. */
export interface ModelTableProps {
  models: readonly Model[] | undefined;
  volume: PromptVolume;
  vol: string | undefined;
  sort: Sort;
  dir: 'asc' | 'desc';
  onSort: (sort: Sort, dir: 'asc' | 'desc') => void;
  /** What the list was searched for. */
  query: HighlightQuery | null;
  /** Rows to hold free while loading. */
  placeholders: number;
  /** On a phone only the name and two figures fit: those the order is about. */
  narrow: boolean;
}

const CELL = 'border-line border-b px-2 first:pl-5 last:pr-5';

function HeadCell({
  column,
  sort,
  dir,
  onSort,
}: Pick<ModelTableProps, 'sort' | 'dir' | 'onSort'> & { column: Column }) {
  const active = column.sort === sort;
  const Arrow = dir === 'asc' ? ArrowUp : ArrowDown;
  const label = (
    <>
      <span className="inline-flex items-center gap-0.5 font-medium text-ink2">
        {column.label}
        {active ? <Arrow aria-hidden="true" size={12} /> : null}
      </span>
      <span className="block font-normal text-ink3 text-micro">{column.unit || '\u00a0'}</span>
    </>
  );
  const flip = dir === 'asc' ? 'desc' : 'asc';
  return (
    <th
      scope="col"
      aria-sort={active ? (dir === 'asc' ? 'ascending' : 'descending') : undefined}
      className={cx(CELL, 'py-1.5 text-meta leading-4', column.align, column.show)}
    >
      {column.sort ? (
        <button
          type="button"
          className={cx(
            'flex w-full flex-col justify-end rounded-sm touch:min-h-11 hover:[&>span:first-child]:text-ink',
            column.align === 'text-right' ? 'items-end' : 'items-start',
          )}
          onClick={() => column.sort && onSort(column.sort, active ? flip : defaultDirection(column.sort))}
        >
          {label}
        </button>
      ) : (
        label
      )}
    </th>
  );
}

interface NameCellProps {
  model: Model;
  vol: string | undefined;
  narrow: boolean;
  query: HighlightQuery | null;
}

/** Beside the name: what the model can do, or the words of its description that the search found. */
function Aside({ model, query }: { model: Model; query: HighlightQuery | null }) {
  const capabilities = notableCapabilities(model.capabilities).map(capabilityLabel).join(' · ');
  const inSight = query && [model.id, capabilities].some((text) => highlightPieces(text, query).some(({ hit }) => hit));
  const excerpt = query && !inSight ? excerptOf(model.description, query) : null;
  return (
    <span className="min-w-0 flex-1 truncate text-ink3 text-meta">
      <Highlighted text={excerpt ?? capabilities} query={query} />
    </span>
  );
}

function NameLink({ model, vol, narrow, query }: NameCellProps) {
  const [provider, name] = splitId(model.id);
  return (
    <Link
      to="/models/$"
      params={{ _splat: model.id }}
      search={vol === undefined ? {} : { vol }}
      data-row-link=""
      className={cx(
        'outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus',
        narrow ? 'block min-w-0 flex-1' : 'max-w-[65%] shrink-0 truncate',
      )}
    >
      <span className={cx('text-ink3', narrow && 'block truncate text-meta')}>
        <Highlighted text={provider} query={query} />
      </span>
      <span className={cx('font-semibold', narrow && 'block truncate')}>
        <Highlighted text={name} query={query} />
      </span>
    </Link>
  );
}

function NameCell(props: NameCellProps) {
  const { model, narrow, query } = props;
  if (narrow) {
    return (
      <span className="flex items-center gap-1">
        <PickBox id={model.id} name={model.name} className="-ml-2 pl-2 pr-1" />
        <NameLink {...props} />
      </span>
    );
  }
  return (
    <span className="flex items-center gap-2">
      <PickBox id={model.id} name={model.name} />
      <FavouriteButton id={model.id} name={model.name} className="-mx-1.5" />
      <ProviderMark provider={model.provider} name={model.provider_name} />
      <span className="flex min-w-0 flex-1 items-baseline gap-3">
        <NameLink {...props} />
        <Aside model={model} query={query} />
      </span>
    </span>
  );
}

interface SkeletonRowsProps {
  columns: readonly Column[];
  narrow: boolean;
  count: number;
}

function SkeletonRows({ columns, narrow, count }: SkeletonRowsProps) {
  return Array.from({ length: count }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={row} className={narrow ? 'h-13' : 'h-10'}>
      <td className={CELL}>
        <Skeleton className="h-3.5 w-3/5 max-w-64" />
      </td>
      {columns.map((column) => (
        <td key={column.key} className={cx(CELL, column.show)}>
          <Skeleton className={cx('h-3.5', column.key === 'available' ? 'w-24' : 'ml-auto w-10')} />
        </td>
      ))}
    </tr>
  ));
}

/** The ledger of models: one ruled line each, figures under each other. The whole line is the link. */
export function ModelTable(props: ModelTableProps) {
  const { models, volume, vol, sort, dir, onSort, narrow, query, placeholders } = props;
  const columns = narrow ? phoneColumns(sort) : COLUMNS;
  return (
    <table className="w-full table-fixed border-separate border-spacing-0">
      <caption className="sr-only">{t('modelsTheirPricesAnd')}</caption>
      <thead className="sticky top-topbar z-20 bg-sunken">
        <tr className="h-12 align-bottom">
          <th scope="col" className={cx(CELL, 'py-1.5 text-left text-meta leading-4')}>
            <span className="font-medium text-ink2">{t('model')}</span>
          </th>
          {columns.map((column) => (
            <HeadCell key={column.key} column={column} sort={sort} dir={dir} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {models ? (
          models.map((model) => (
            <tr key={model.id} className={cx('relative hover:bg-sunken', narrow ? 'h-13' : 'h-10')}>
              <td className={CELL}>
                <NameCell model={model} vol={vol} narrow={narrow} query={query} />
              </td>
              {columns.map((column) => (
                <td key={column.key} className={cx(CELL, column.align, column.show)}>
                  {column.cell(model, volume)}
                </td>
              ))}
            </tr>
          ))
        ) : (
          <SkeletonRows columns={columns} narrow={narrow} count={placeholders} />
        )}
      </tbody>
    </table>
  );
}
