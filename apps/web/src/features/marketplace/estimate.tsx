import type { Pricing } from '@q/contract/models';
import { parseUsd } from '@q/contract/money';
import { cx } from '../../lib/cx.ts';
import { estimateCostNano, formatCostNano, type PromptVolume, UNKNOWN } from '../../lib/format.ts';
import { t } from './strings.ts';

/** What one call costs in nano-dollars: one image, or the prompt's tokens. Null without a price. */
export function callCostNano(pricing: Pricing, volume: PromptVolume): bigint | null {
  if (pricing.unit === 'million_tokens') return estimateCostNano(volume, pricing);
  // The wire keeps twelve decimals of an image's price; money has nine.
  return pricing.image === null ? null : parseUsd(pricing.image.replace(/(\.\d{9})\d+$/, '$1'));
}

/** What one call costs, as text: `$0.0123`, `free`, or a gap without a price. */
export function estimateText(pricing: Pricing | null, volume: PromptVolume): string {
  if (!pricing) return UNKNOWN;
  const nano = callCostNano(pricing, volume);
  if (nano === null) return UNKNOWN;
  return nano === 0n && (volume.input > 0 || volume.output > 0) ? t('freeCall') : formatCostNano(nano);
}

/** Props of `Estimate`. */
export interface EstimateProps {
  pricing: Pricing | null;
  volume: PromptVolume;
  /** Without the dollar sign, under a column head that has it. */
  bare?: boolean;
  className?: string;
}

/** The estimate in the accent colour; screen readers hear that a missing one is not zero. */
export function Estimate({ pricing, volume, bare = false, className }: EstimateProps) {
  const text = estimateText(pricing, volume);
  if (text === UNKNOWN) return <span className="sr-only">{t('noPrice')}</span>;
  return (
    <span className={cx('whitespace-nowrap font-mono text-accent', className)}>
      {bare ? text.replace('$', '') : text}
    </span>
  );
}
