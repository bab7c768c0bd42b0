import { parseUsd } from '@q/contract/money';

/** Thousands: groups of three after a first one that does not begin with zero. */
const GROUPED = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;
/** One comma and no point: where it cannot be thousands, it stands before the decimals, as many languages write it. */
const DECIMAL_COMMA = /^-?\d+,\d+$/;

/** Reads dollars as a person types them, in nano-dollars: `25`, `$25.50`, `1,000`, `0,5` and `−3.50`. Null for anything else. */
export function readDollars(text: string): bigint | null {
  const bare = text.replace(/[\s$]/g, '').replace('−', '-');
  if (GROUPED.test(bare)) return parseUsd(bare.replaceAll(',', ''));
  return parseUsd(DECIMAL_COMMA.test(bare) ? bare.replace(',', '.') : bare);
}
