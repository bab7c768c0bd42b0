import { parseUsd } from '@q/contract/money';

/** What of a limit is spent, in whole percent from 0 to 100. Both are decimal strings of dollars; of a limit of nothing everything is spent. */
export function spentPercent(spentUsd: string, limitUsd: string): number {
  const spent = parseUsd(spentUsd) ?? 0n;
  const limit = parseUsd(limitUsd) ?? 0n;
  if (limit <= 0n || spent >= limit) return 100;
  return Number((spent * 100n) / limit);
}
