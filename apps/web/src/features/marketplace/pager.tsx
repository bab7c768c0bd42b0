import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Select } from '../../components/select.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { PAGE_SIZE, PAGE_SIZES } from './marketplace-search.ts';
import { t } from './strings.ts';
import { patchSearch, type SearchPatch } from './use-marketplace-search.ts';

const STEP =
  'inline-flex min-h-control min-w-control items-center justify-center rounded-sm px-2 font-mono text-ui hover:bg-sunken';

/** The numbers to show: first, last, and two on each side of the current one; null is a gap. */
export function pageNumbers(page: number, pages: number): (number | null)[] {
  const wanted = new Set([1, pages, page - 1, page, page + 1].filter((number) => number >= 1 && number <= pages));
  const numbers: (number | null)[] = [];
  let before = 0;
  for (const number of [...wanted].sort((a, b) => a - b)) {
    if (number - before === 2) numbers.push(number - 1);
    else if (number - before > 2) numbers.push(null);
    numbers.push(number);
    before = number;
  }
  return numbers;
}

function Step({
  page,
  label,
  children,
  current,
}: {
  page: number;
  label: string;
  children: string;
  current?: boolean;
}) {
  return (
    <Link
      to="/models"
      search={(before) => patchSearch(before, { page: page > 1 ? page : undefined })}
      aria-label={label}
      aria-current={current ? 'page' : undefined}
      // The link is "active" by its path on every page; only the current page may say so.
      activeProps={{}}
      className={cx(STEP, current && 'bg-accent-weak font-semibold text-accent')}
    >
      {children}
    </Link>
  );
}

function RowsSelect({ perPage, onChange }: Pick<PagerProps, 'perPage' | 'onChange'>) {
  return (
    <Select
      label={t('rowsOnAPage')}
      hideLabel
      value={String(perPage)}
      options={PAGE_SIZES.map((size) => ({ value: String(size), label: t('aPage', { size }) }))}
      onValueChange={(value) => onChange({ rows: Number(value) === PAGE_SIZE ? undefined : Number(value) })}
    />
  );
}

/** Props of `Pager`. */
export interface PagerProps {
  page: number;
  perPage: number;
  total: number;
  onChange: (patch: SearchPatch) => void;
}

/** Where one is in the list, and links to its other pages. */
export function Pager({ page, perPage, total, onChange }: PagerProps) {
  const pages = Math.max(1, Math.ceil(total / perPage));
  const first = (page - 1) * perPage + 1;
  const last = Math.min(page * perPage, total);
  return (
    <nav aria-label={t('pagesOfTheList')} className="flex flex-wrap items-center justify-between gap-3 px-5 py-3">
      <div className="flex items-center gap-4">
        <p className="text-ink3 text-meta">
          {t.nodes('rowsOf', {
            shown: (
              <span className="font-mono">
                {formatCount(first)}–{formatCount(last)}
              </span>
            ),
            total: <span className="font-mono">{formatCount(total)}</span>,
          })}
        </p>
        {total > PAGE_SIZE ? <RowsSelect perPage={perPage} onChange={onChange} /> : null}
      </div>
      {pages > 1 ? (
        <ul className="flex items-center">
          {page > 1 ? (
            <li>
              <Step page={page - 1} label={t('previousPage')}>
                ‹
              </Step>
            </li>
          ) : null}
          {pageNumbers(page, pages).map((number, index) => (
            <li key={number ?? `gap ${index}`}>
              {number === null ? (
                <span aria-hidden="true" className="px-1 text-ink3">
                  …
                </span>
              ) : (
                <Step page={number} label={t('pageNumber', { number })} current={number === page}>
                  {String(number)}
                </Step>
              )}
            </li>
          ))}
          {page < pages ? (
            <li>
              <Step page={page + 1} label={t('nextPage')}>
                ›
              </Step>
            </li>
          ) : null}
        </ul>
      ) : null}
    </nav>
  );
}

/** What an address with too high a page number shows. */
export function PastTheEnd({ page, perPage, total }: Omit<PagerProps, 'onChange'>) {
  const last = Math.ceil(total / perPage);
  return (
    <EmptyState
      title={t('thereIsNoPage', { page: formatCount(page) })}
      actions={
        <Link
          to="/models"
          search={(before) => patchSearch(before, { page: last > 1 ? last : undefined })}
          className={buttonClass()}
        >
          {t('goToTheLast')}
        </Link>
      }
    >
      {t('listHasPages', { count: last })}
    </EmptyState>
  );
}
