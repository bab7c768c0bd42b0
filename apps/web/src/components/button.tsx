import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from '../lib/cx.ts';

const BASE =
  'inline-flex min-h-control shrink-0 select-none items-center justify-center gap-1.5 rounded-sm border px-3 font-medium text-ui transition-colors duration-100 disabled:opacity-55';

const VARIANTS = {
  primary: 'border-accent bg-accent text-on-accent enabled:hover:border-accent-hover enabled:hover:bg-accent-hover',
  secondary: 'border-line-strong bg-surface text-ink enabled:hover:bg-sunken',
  quiet: 'border-transparent bg-transparent text-ink2 enabled:hover:bg-sunken enabled:hover:text-ink',
  danger: 'border-neg bg-surface text-neg enabled:hover:bg-neg enabled:hover:text-surface',
} as const;

/** The looks of a button: one `primary` at most in a view, `danger` for what destroys. */
export type ButtonVariant = keyof typeof VARIANTS;

/** The classes of a button, for links that look like one. */
export function buttonClass(variant: ButtonVariant = 'secondary', extra?: string): string {
  return cx(BASE, VARIANTS[variant], extra);
}

/** Props of `Button`. While `busy` the button keeps its place and focus, says so to screen readers and does nothing. */
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: ButtonVariant;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** A push button. */
export function Button({ variant, busy = false, className, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={buttonClass(variant, cx(busy && 'cursor-progress opacity-70', className))}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {children}
    </button>
  );
}
