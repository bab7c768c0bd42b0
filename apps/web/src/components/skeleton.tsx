import { cx } from '../lib/cx.ts';

/** A grey bar where text will be. Give it the real width and height; the region around it says that it is loading. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block animate-pulse rounded-sm bg-line', className)} />;
}
