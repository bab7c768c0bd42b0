import { formatUsd } from '@q/contract/money';
import { readDollars } from '../../lib/read-dollars.ts';
import { t } from './strings.ts';

/** The least and the most of one top-up in nano-dollars; the server checks the same. */
export const TOP_UP_MIN_NANO = 5_000_000_000n;
export const TOP_UP_MAX_NANO = 500_000_000_000n;
const NANO_PER_CENT = 10_000_000n;

/** An amount as the API takes it (`"25.00"`), or the sentence that says what is wrong with the text. */
export type TopUpAmount = { amountUsd: string } | { fault: string };

/** Reads what a person typed as an amount of dollars: `25`, `$25.50`, `1,000` and `25,50` are understood. */
export function readTopUpAmount(text: string): TopUpAmount {
  if (text.replace('$', '').trim() === '') return { fault: t('enterAnAmount') };
  const nano = readDollars(text);
  if (nano === null || nano < 0n) return { fault: t('enterDollarsAsANumber') };
  if (nano % NANO_PER_CENT !== 0n) return { fault: t('enterWholeCents') };
  if (nano < TOP_UP_MIN_NANO) return { fault: t('theLeastIs5') };
  if (nano > TOP_UP_MAX_NANO) return { fault: t('theMostAtOnce') };
  return { amountUsd: formatUsd(nano).slice(0, -7) };
}
