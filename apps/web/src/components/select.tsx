import { ChevronDown } from 'lucide-react';
import { type SelectHTMLAttributes, useId } from 'react';
import { cx } from '../lib/cx.ts';
import { inputClass } from './text-field-class.ts';

/** One choice of a `Select`. */
export interface SelectOption {
  value: string;
  label: string;
}

/** Props of `Select`. With `hideLabel` the label is for screen readers only. */
export interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> {
  label: string;
  options: readonly SelectOption[];
  onValueChange?: (value: string) => void;
  hideLabel?: boolean;
}

/** The browser's own select, dressed: the platform's list is the best one on a phone and costs no script. */
export function Select({ label, options, onValueChange, hideLabel = false, className, id, ...rest }: SelectProps) {
  const ownId = useId();
  const selectId = id ?? ownId;
  return (
    <div className={cx('grid gap-1', className)}>
      <label htmlFor={selectId} className={hideLabel ? 'sr-only' : 'font-medium text-ui'}>
        {label}
      </label>
      <div className="relative">
        <select
          id={selectId}
          className={cx(inputClass, 'appearance-none pr-8')}
          onChange={(event) => onValueChange?.(event.target.value)}
          {...rest}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden="true"
          size={16}
          className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-ink3"
        />
      </div>
    </div>
  );
}
