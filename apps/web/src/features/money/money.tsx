import { cx } from '../../lib/cx.ts';
import { exactUsd } from '../../lib/exact-usd.ts';
import { UNKNOWN } from '../../lib/format.ts';

/** Props of `Money`. */
export interface MoneyProps {
  /** A decimal string of US dollars with nine digits. */
  usd: string;
  /** A plus before what was added. */
  sign?: boolean;
  /** For a column: the room of so many decimals, so that decimal points stand under each other. See `decimalsOf`. */
  decimals?: number;
  className?: string;
}

/** Digits after the point of a written amount. */
export const decimalsIn = (text: string): number => text.split('.')[1]?.length ?? 0;

/** The most decimals that any of these amounts is written with. */
export function decimalsOf(amounts: readonly string[]): number {
  return Math.max(0, ...amounts.map((usd) => decimalsIn(exactUsd(usd))));
}

/** Invisible digits after a written amount that has fewer decimals than its column. */
export function Padding({ text, decimals }: { text: string; decimals: number }) {
  const missing = text === UNKNOWN ? 0 : decimals - decimalsIn(text);
  if (missing <= 0) return null;
  return (
    <span aria-hidden="true" className="invisible max-md:hidden">
      {'0'.repeat(missing)}
    </span>
  );
}

/** An amount to the last nano-dollar, in mono digits. */
export function Money({ usd, sign = false, decimals = 0, className }: MoneyProps) {
  const text = exactUsd(usd, { sign });
  return (
    <data value={usd} className={cx('whitespace-nowrap font-mono', className)}>
      {text}
      <Padding text={text} decimals={decimals} />
    </data>
  );
}
