import type { ApiKey } from '@q/contract/api-keys';
import { useId } from 'react';
import { cx } from '../../lib/cx.ts';
import { exactUsd } from '../../lib/exact-usd.ts';
import { formatCost } from '../../lib/format.ts';
import { spentPercent } from './spent-share.ts';
import { t } from './strings.ts';

/** From here on a key may refuse larger calls, in percent of its limit. */
const NEARLY = 90;

/** What a key has spent since midnight UTC: a figure, and against its daily limit a meter where it has one. */
export function SpendMeter({ apiKey }: { apiKey: ApiKey }) {
  const id = useId();
  const { spent_today_usd, daily_limit_usd } = apiKey;
  const spent = formatCost(spent_today_usd);
  if (daily_limit_usd === null) return <p className="text-ink2 text-meta">{t('spentToday', { spent })}</p>;
  const limit = exactUsd(daily_limit_usd);
  const percent = spentPercent(spent_today_usd, daily_limit_usd);
  const nearly = percent >= NEARLY;
  return (
    <div className="grid max-w-sm gap-1 pt-1">
      <p id={id} className="text-ink2 text-meta">
        {t('spentOfLimit', { spent, limit })}
      </p>
      <meter className="sr-only" aria-labelledby={id} min={0} max={100} high={NEARLY} value={percent}>
        {percent} %
      </meter>
      <span aria-hidden="true" className="block h-1.5 rounded-full bg-line">
        {percent === 0 ? null : (
          <svg width="100%" height="6" className={cx('block', nearly ? 'text-warn' : 'text-accent')}>
            <title>{limit}</title>
            <rect width={`${Math.max(percent, 1)}%`} height="6" rx="3" fill="currentColor" />
          </svg>
        )}
      </span>
      {nearly ? <p className="text-meta text-warn">{t('limitNearlyUsed')}</p> : null}
    </div>
  );
}
