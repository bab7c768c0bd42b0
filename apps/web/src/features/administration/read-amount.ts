import { formatUsd } from '@q/contract/money';
import { readDollars } from '../../lib/read-dollars.ts';
import { t } from './strings.ts';

/** Above this amount, in nano-dollars, the server asks for the administrator's password. */
const PASSWORD_ABOVE = 100_000_000_000n;
const MOST = 1_000_000_000_000_000n;

/** An amount as the API takes it, and what is wrong with the text otherwise. */
export type ReadAmount = { amountUsd: string; nano: bigint } | { fault: string };

/** Reads dollars as a person types them: `25`, `$1,000`, `0.004`, `0,5`; with `signed` also `-3.50`. Never zero, up to a million. */
export function readAmount(text: string, options: { signed: boolean }): ReadAmount {
  if (text.replace('$', '').trim() === '') return { fault: t('enterAnAmount') };
  const nano = readDollars(text);
  if (nano === null) return { fault: t('enterDollarsAsA') };
  if (nano === 0n) return { fault: t('theAmountMustNot') };
  if (nano < 0n && !options.signed) return { fault: t('theAmountMustBe') };
  if (nano > MOST || nano < -MOST) return { fault: t('theMostAtOnce') };
  return { amountUsd: formatUsd(nano), nano };
}

/** True when the server will ask for the administrator's password. */
export function needsPassword(text: string): boolean {
  const read = readAmount(text, { signed: true });
  return 'nano' in read && (read.nano > PASSWORD_ABOVE || read.nano < -PASSWORD_ABOVE);
}

/** Reads a percentage with two decimals at most as basis points: `"12.5"` or `"12,5"` → 1250. Null for anything else, and from 100 on. */
export function readPercent(text: string): number | null {
  const match = /^(\d{1,2})(?:[.,](\d{1,2}))?$/.exec(text.replace(/[\s%]/g, ''));
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : null;
}

/** Writes basis points as a percentage: 1250 → `"12.5%"`. */
export function formatBps(bps: number): string {
  const fraction = String(bps % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${Math.trunc(bps / 100)}${fraction === '' ? '' : `.${fraction}`}%`;
}
