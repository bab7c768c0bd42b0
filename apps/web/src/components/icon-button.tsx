import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from '../lib/cx.ts';

/** Props of `IconButton`. `label` is the accessible name and the tooltip. */
export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** A square button that shows only a decorative icon. */
export function IconButton({ label, children, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex min-h-control min-w-control shrink-0 items-center justify-center rounded-sm text-ink2 transition-colors duration-100 hover:bg-sunken hover:text-ink disabled:opacity-55 aria-disabled:opacity-55',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
