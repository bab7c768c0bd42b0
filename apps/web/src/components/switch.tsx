import { type ReactNode, useId } from 'react';
import { cx } from '../lib/cx.ts';

/** Props of `Switch`. */
export interface SwitchProps {
  label: string;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  /** Shown at the end of the row: a count, a unit. */
  end?: ReactNode;
  disabled?: boolean;
  className?: string;
}

/** A setting that is on or off and takes effect at once. */
export function Switch({ label, checked, onCheckedChange, end, disabled = false, className }: SwitchProps) {
  const id = useId();
  return (
    <div className={cx('flex min-h-7 items-center gap-2 touch:min-h-11 max-md:min-h-11', className)}>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={checked}
        aria-label={label}
        disabled={disabled}
        onClick={() => onCheckedChange(!checked)}
        className={cx(
          'relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border transition-colors duration-100 after:absolute after:-inset-2',
          checked ? 'border-accent bg-accent' : 'border-line-strong bg-surface',
          disabled && 'opacity-55',
        )}
      >
        <span
          aria-hidden="true"
          className={cx(
            'size-3.5 rounded-full transition-transform duration-100',
            checked ? 'translate-x-[1.1rem] bg-on-accent' : 'translate-x-0.5 bg-line-strong',
          )}
        />
      </button>
      <label htmlFor={id} className="flex-1 self-center py-1 text-ui">
        {label}
      </label>
      {end}
    </div>
  );
}
