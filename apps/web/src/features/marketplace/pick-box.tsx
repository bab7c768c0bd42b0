import { cx } from '../../lib/cx.ts';
import { togglePick, usePicks } from './picks.ts';
import { t } from './strings.ts';

/** Props of `PickBox`. */
export interface PickBoxProps {
  id: string;
  name: string;
  /** Shows "Compare" beside the box. */
  labelled?: boolean;
  className?: string;
}

/** The box that picks a model for a comparison. Stands above a row's own link. */
export function PickBox({ id, name, labelled = false, className }: PickBoxProps) {
  const picked = usePicks(({ ids }) => ids.includes(id));
  return (
    <label
      className={cx(
        'relative z-10 inline-flex min-h-7 cursor-pointer items-center gap-1.5 text-ink2 touch:min-h-11 max-md:min-h-11',
        className,
      )}
    >
      <input
        type="checkbox"
        data-pick=""
        aria-label={t('compareName', { name })}
        className="size-3.5 shrink-0"
        checked={picked}
        onChange={() => togglePick(id)}
      />
      {labelled ? t('compare') : null}
    </label>
  );
}
