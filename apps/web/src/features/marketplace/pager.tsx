import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { PAGE_SIZE } from './marketplace-search.ts';
import { patchSearch } from './use-marketplace-search.ts';

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

/** Where one is in the list, and links to its other pages. */
export function Pager({ page, total }: { page: number; total: number }) {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const first = (page - 1) * PAGE_SIZE + 1;
  const last = Math.min(page * PAGE_SIZE, total);
  return (
    <nav aria-label="Pages of the list" className="flex flex-wrap items-center justify-between gap-3 px-5 py-3">
      <p className="text-ink3 text-meta">
        <span className="font-mono">
          {formatCount(first)}–{formatCount(last)}
        </span>{' '}
        of <span className="font-mono">{formatCount(total)}</span>
      </p>
      {pages > 1 ? (
        <ul className="flex items-center">
          {page > 1 ? (
            <li>
              <Step page={page - 1} label="Previous page">
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
                <Step page={number} label={`Page ${number}`} current={number === page}>
                  {String(number)}
                </Step>
              )}
            </li>
          ))}
          {page < pages ? (
            <li>
              <Step page={page + 1} label="Next page">
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
export function PastTheEnd({ page, total }: { page: number; total: number }) {
  const last = Math.ceil(total / PAGE_SIZE);
  return (
    <EmptyState
      title={`There is no page ${formatCount(page)}`}
      actions={
        <Link
          to="/models"
          search={(before) => patchSearch(before, { page: last > 1 ? last : undefined })}
          className={buttonClass()}
        >
          Go to the last page
        </Link>
      }
    >
      The list has {formatCount(last)} {last === 1 ? 'page' : 'pages'}.
    </EmptyState>
  );
}
