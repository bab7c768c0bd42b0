import { useState } from 'react';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { t } from './strings.ts';

/** One value of a filter and how many models it stands for. */
export interface FilterOption {
  value: string;
  label: string;
  count: number;
}

/** Props of `FilterGroup`. */
export interface FilterGroupProps {
  title: string;
  /** How the boxes combine, when that is not "any of". */
  hint?: string;
  /** Undefined while the first answer is on its way. */
  options: readonly FilterOption[] | undefined;
  chosen: readonly string[] | undefined;
  onChange: (chosen: string[] | undefined) => void;
  /** Names to show instead of the server's. */
  labels?: Record<string, string>;
  /** Rows to hold free while loading. */
  placeholders: number;
  /** More rows than this are folded away until they are asked for; those that are or were chosen stay. */
  fold?: number;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The options to show, in the order first seen, so that no box moves or vanishes under the pointer when counts change. */
function rowsOf(
  options: readonly FilterOption[],
  seen: readonly FilterOption[],
  chosen: readonly string[],
): FilterOption[] {
  const rows = new Map(seen.map((option) => [option.value, { ...option, count: 0 }]));
  for (const option of options) rows.set(option.value, option);
  for (const value of chosen) {
    if (!rows.has(value)) rows.set(value, { value, label: value.replaceAll('_', ' '), count: 0 });
  }
  return [...rows.values()];
}

/** Folding away one or two rows would win nothing: the button takes a row of its own. */
const FOLD_LEAST = 3;

/** The rows of a folded group: the first ones and those that are or were chosen. */
function folded(rows: readonly FilterOption[], kept: readonly string[], fold: number): readonly FilterOption[] {
  const left = rows.filter((row, index) => index < fold || kept.includes(row.value));
  return rows.length - left.length < FOLD_LEAST ? rows : left;
}

/** A group of boxes with counts. */
export function FilterGroup(props: FilterGroupProps) {
  const { title, hint, options, chosen = [], onChange, labels, placeholders, fold = Number.POSITIVE_INFINITY } = props;
  const [seen, setSeen] = useState<readonly FilterOption[]>([]);
  const [unfolded, setUnfolded] = useState(false);
  // What was chosen once keeps its row: it would vanish under the pointer that takes it back.
  const [kept, setKept] = useState<readonly string[]>(chosen);
  const isNew = chosen.some((value) => !kept.includes(value));
  if (isNew) setKept([...new Set([...kept, ...chosen])]);
  const all = options ? rowsOf(options, seen, chosen) : [];
  const rows = unfolded ? all : folded(all, kept, fold);
  if (options && all.length > seen.length) setSeen(all);
  if (options && all.length === 0) return null;
  const toggle = (value: string, on: boolean) => {
    const next = on ? [...chosen, value] : chosen.filter((item) => item !== value);
    onChange(next.length > 0 ? next : undefined);
  };
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-semibold text-meta">
        {title}
        {hint ? <span className="font-normal text-ink3"> {hint}</span> : null}
      </legend>
      {options
        ? null
        : Array.from({ length: placeholders }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
            <div key={row} className="flex h-7 items-center touch:h-11 max-md:h-11">
              <Skeleton className="h-3.5 w-28" />
            </div>
          ))}
      {rows.map((option) => {
        const on = chosen.includes(option.value);
        return (
          <label
            key={option.value}
            className="flex min-h-7 cursor-pointer items-center gap-2 rounded-sm text-ui hover:bg-sunken touch:min-h-11 max-md:min-h-11"
          >
            <input
              type="checkbox"
              className="size-3.5 shrink-0"
              checked={on}
              onChange={(event) => toggle(option.value, event.target.checked)}
            />
            <span className={cx('min-w-0 flex-1 truncate', option.count === 0 && !on && 'text-ink3')}>
              {labels?.[option.value] ?? capitalize(option.label)}
            </span>{' '}
            <span className="font-mono text-ink3 text-meta">{formatCount(option.count)}</span>
          </label>
        );
      })}
      {folded(all, kept, fold).length < all.length ? (
        <button
          type="button"
          aria-expanded={unfolded}
          className="link min-h-7 text-meta touch:min-h-11 max-md:min-h-11"
          onClick={() => setUnfolded(!unfolded)}
        >
          {unfolded ? t('showFewer') : t('showAll', { count: all.length })}
        </button>
      ) : null}
    </fieldset>
  );
}
