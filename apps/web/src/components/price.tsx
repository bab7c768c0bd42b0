import { cx } from '../lib/cx.ts';
import { formatPrice, formatPriceShort, UNKNOWN } from '../lib/format.ts';
import { t } from './strings.ts';

/** Props of `Price`. */
export interface PriceProps {
  /** Dollars per unit as the wire's decimal string, or null when none is published. */
  value: string | null | undefined;
  /** Put before the figure where no column head names the unit. */
  dollar?: boolean;
  /** Rounded for a column of figures; exact otherwise. */
  short?: boolean;
  className?: string;
}

/** A unit price in mono digits; "no price" to screen readers where it is missing. */
export function Price({ value, dollar = false, short = false, className }: PriceProps) {
  const written = short ? formatPriceShort(value) : formatPrice(value);
  if (written === UNKNOWN) {
    return (
      <span className={cx('font-mono text-ink3', className)}>
        <span aria-hidden="true">{UNKNOWN}</span>
        <span className="sr-only">{t('noPrice')}</span>
      </span>
    );
  }
  return (
    <span className={cx('font-mono', className)}>
      {dollar ? '$' : ''}
      {written}
    </span>
  );
}
