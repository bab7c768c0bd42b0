import { cx } from '../lib/cx.ts';
import { exactUsd } from '../lib/exact-usd.ts';
import { formatBalance } from '../lib/format.ts';

/** What somebody has, written the same on every page; to the nano-dollar in its value and its tooltip. */
export function BalanceFigure({ usd, className }: { usd: string; className?: string }) {
  return (
    <data value={usd} title={exactUsd(usd)} className={cx('whitespace-nowrap font-mono', className)}>
      {formatBalance(usd)}
    </data>
  );
}
