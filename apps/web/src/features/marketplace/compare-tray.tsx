import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Button, buttonClass } from '../../components/button.tsx';
import { splitId } from './labels.ts';
import { clearPicks, PICKS_MAX, togglePick, usePicks } from './picks.ts';
import { type VolumeSearch, volumeOf } from './prompt-volume.ts';
import { t } from './strings.ts';

/** The picked models at the foot of a page, with the way to see them side by side. Nothing while none is picked. */
export function CompareTray(search: VolumeSearch) {
  const ids = usePicks((picks) => picks.ids);
  if (ids.length === 0) return null;
  const volume = volumeOf(search);
  const sizes = search.vol === undefined ? {} : { in: volume.input, out: volume.output };
  return (
    <section
      aria-label={t('pickedForComparison')}
      className="sticky bottom-tabbar z-20 flex flex-wrap items-center gap-x-3 gap-y-2 border-line-strong border-t bg-surface px-5 py-2"
    >
      <p role="status" className="text-ink3 text-meta">
        {t('ofPicked', { count: ids.length, most: PICKS_MAX })}
      </p>
      <ul className="flex min-w-0 flex-1 flex-wrap gap-1.5 max-md:hidden">
        {ids.map((id) => (
          <li key={id} className="min-w-0">
            <button
              type="button"
              onClick={() => togglePick(id)}
              title={id}
              className="inline-flex min-h-6 max-w-56 items-center gap-1 rounded-sm border border-line-strong px-1.5 text-ink2 text-meta hover:bg-sunken hover:text-ink touch:min-h-11"
            >
              <span className="sr-only">{t('takeOut')} </span>
              <span className="truncate">{splitId(id)[1]}</span>
              <X aria-hidden="true" size={12} className="shrink-0" />
            </button>
          </li>
        ))}
      </ul>
      <div className="flex items-center gap-2 max-md:ml-auto">
        <Button variant="quiet" onClick={clearPicks}>
          {t('clear')}
        </Button>
        {ids.length < 2 ? (
          <p className="text-ink3 text-ui">{t('pickOneMore')}</p>
        ) : (
          <Link to="/compare" search={{ m: [...ids], ...sizes }} className={buttonClass('primary')}>
            {t('compareCount', { count: ids.length })}
          </Link>
        )}
      </div>
    </section>
  );
}
