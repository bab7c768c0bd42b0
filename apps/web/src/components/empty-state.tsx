import type { ReactNode } from 'react';
import { cx } from '../lib/cx.ts';

/** Props of `EmptyState`. */
export interface EmptyStateProps {
  title: string;
  /** Why there is nothing, or what would be here. */
  children?: ReactNode;
  /** What to do about it. */
  actions?: ReactNode;
  /** The room around it; that of a page when absent. */
  className?: string;
}

/** What a list says when it is empty: a fact, a reason and a way on. */
export function EmptyState({ title, children, actions, className }: EmptyStateProps) {
  return (
    <div className={cx('grid max-w-xl gap-2 wrap-anywhere', className ?? 'px-5 py-12')}>
      <h2 className="font-semibold text-h3">{title}</h2>
      {children ? <div className="text-ink2 text-ui">{children}</div> : null}
      {actions ? <div className="flex flex-wrap gap-2 pt-2">{actions}</div> : null}
    </div>
  );
}
