import type { PriceHistory, Pricing } from '@q/contract/models';

type Version = PriceHistory['data'][number];

/** A price from one day on, and how it differs from the one before. */
export interface PriceStep {
  version: Version;
  /** ISO time; null for the price in force and those to come. */
  until: string | null;
  state: 'past' | 'now' | 'coming';
  /** Change of each unit in percent against the version before, rounded; null where there is nothing to compare. */
  change: { input: number | null; output: number | null; image: number | null };
}

function changeOf(now: string | null, before: string | null | undefined): number | null {
  if (now === null || before == null || Number(before) === 0) return null;
  return Math.round((Number(now) / Number(before) - 1) * 100);
}

function compare(now: Pricing, before: Pricing | undefined): PriceStep['change'] {
  return {
    input: changeOf(now.input, before?.input),
    output: changeOf(now.output, before?.output),
    image: changeOf(now.image, before?.image),
  };
}

function sameForBuyers(a: Pricing, b: Pricing): boolean {
  return (['input', 'output', 'cached_input', 'cache_write', 'image'] as const).every((unit) => a[unit] === b[unit]);
}

/**
 * The steps of one provider's price, newest first. Versions that change nothing for the buyer are left out: what they pay is what
 * is told.
 */
export function priceSteps(history: PriceHistory, provider: string, now: number): PriceStep[] {
  const versions = history.data
    .filter((version) => version.provider === provider)
    .toSorted((a, b) => Date.parse(a.valid_from) - Date.parse(b.valid_from))
    .filter((version, index, all) => {
      const before = all[index - 1];
      return before === undefined || !sameForBuyers(version.pricing, before.pricing);
    });
  const current = versions.findLastIndex(({ valid_from }) => Date.parse(valid_from) <= now);
  return versions
    .map((version, index): PriceStep => {
      const next = versions[index + 1];
      const isPast = index < current;
      return {
        version,
        until: isPast && next ? next.valid_from : null,
        state: isPast ? 'past' : index === current ? 'now' : 'coming',
        change: compare(version.pricing, versions[index - 1]?.pricing),
      };
    })
    .toReversed();
}

/** A change with its sign: `+20 %`, `−5 %`; empty where there is none, or nothing to compare. */
export function changeText(change: number | null): string {
  if (change === null || change === 0) return '';
  return change > 0 ? `+${change} %` : `−${-change} %`;
}
