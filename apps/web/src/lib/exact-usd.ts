import { parseUsd } from '@q/contract/money';
import { UNKNOWN } from './format.ts';

/**
 * An amount to the last nano-dollar, as the ledger has it: `"-0.000412000"` → `"−$0.000412"`, with two decimals at least.
 * With `sign` a plus stands before what was added.
 */
export function exactUsd(usd: string, options: { sign?: boolean } = {}): string {
  const nano = parseUsd(usd);
  if (nano === null) return UNKNOWN;
  const [whole = '0', fraction = ''] = usd.replace('-', '').split('.');
  const decimals = fraction.replace(/0+$/, '').padEnd(2, '0');
  const mark = nano < 0n ? '−' : options.sign && nano > 0n ? '+' : '';
  return `${mark}$${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${decimals}`;
}
