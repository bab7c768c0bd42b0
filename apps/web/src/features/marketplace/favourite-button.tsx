import { Star } from 'lucide-react';
import { cx } from '../../lib/cx.ts';
import { useFavourites } from './favourites.ts';
import { t } from './strings.ts';

/** Props of `FavouriteButton`. */
export interface FavouriteButtonProps {
  id: string;
  name: string;
  className?: string;
}

/** The star that keeps a model at hand. Stands above a row's own link. */
export function FavouriteButton({ id, name, className }: FavouriteButtonProps) {
  const { ids, toggle } = useFavourites();
  const on = ids.includes(id);
  return (
    <button
      type="button"
      data-star=""
      aria-pressed={on}
      aria-label={t('favourite', { name })}
      title={on ? t('oneOfYourFavourites') : t('keepAsAFavourite')}
      onClick={() => toggle(id)}
      className={cx(
        'relative z-10 inline-flex min-h-7 min-w-7 shrink-0 items-center justify-center rounded-sm hover:text-accent touch:min-h-11 touch:min-w-11 max-md:min-h-11 max-md:min-w-11',
        on ? 'text-accent' : 'text-ink3',
        className,
      )}
    >
      <Star aria-hidden="true" size={15} fill={on ? 'currentColor' : 'none'} />
    </button>
  );
}
