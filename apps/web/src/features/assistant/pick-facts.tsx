import type { Recommendation } from '@q/contract/recommendations';
import { formatCompact, formatCostNano, formatSeconds, UNKNOWN } from '../../lib/format.ts';
import { TIER_LABELS } from '../marketplace/labels.ts';
import { t } from './strings.ts';
import { nanoTimes } from './volume-cost.ts';
import { callCost, formatPoints, PERIOD_LABELS, type Requirements } from './words.ts';

/** A recommendation wherever it stands: among the picks or beside them. */
export type AnyPick = Omit<Recommendation, 'rank' | 'role'>;

/** Score, tokens a second, time to first token, price point: one line of figures. */
export function PickFigures({ pick }: { pick: AnyPick }) {
  const { speed } = pick;
  // What was not measured here is an estimate, and says so.
  const about = speed.source === 'estimated' ? '≈ ' : '';
  return (
    <ul className="flex flex-wrap gap-x-2.5 font-mono text-ink3 text-meta [&>li:not(:last-child)]:after:pl-2.5 [&>li:not(:last-child)]:after:content-['·']">
      <li>{t('scoreOf100', { score: formatPoints(pick.score) })}</li>
      <li>
        {t('tokensPerSecond', {
          figure: speed.tokens_per_second === null ? UNKNOWN : `${about}${Math.round(speed.tokens_per_second)}`,
        })}
      </li>
      <li>{t('firstTokenIn', { time: about + formatSeconds(speed.ttft_ms_p50) })}</li>
      <li>{TIER_LABELS[pick.price_point] ?? pick.price_point}</li>
      {pick.rating === null ? null : <li>{t('ratingOf5', { rating: pick.rating.toFixed(1), count: pick.reviews })}</li>}
    </ul>
  );
}

/** What one call costs, and all calls of a volume that was told. */
export function PickCost({ pick, volume }: { pick: AnyPick; volume: Requirements['volume'] }) {
  const all = volume && Number(pick.estimated_cost_usd) > 0 ? nanoTimes(pick.estimated_cost_usd, volume.calls) : null;
  return (
    <p className="text-right max-sm:text-left">
      <data value={pick.estimated_cost_usd} className="font-mono text-h3">
        {callCost(pick.estimated_cost_usd)}
      </data>
      {Number(pick.estimated_cost_usd) === 0 ? null : (
        <span className="text-ink3 text-meta sm:block"> {t('perCall')}</span>
      )}
      {all === null || !volume ? null : (
        <span className="text-ink3 text-meta sm:block">
          <span aria-hidden="true" className="sm:hidden">
            {' · '}
          </span>
          {t('volumeCost', {
            cost: formatCostNano(all),
            calls: formatCompact(volume.calls),
            per: PERIOD_LABELS[volume.per],
          })}
        </span>
      )}
    </p>
  );
}
