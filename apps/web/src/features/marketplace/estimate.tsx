import type { Pricing } from '@q/contract/models';
import { cx } from '../../lib/cx.ts';
import {
  estimateCostNano,
  formatCostNano,
  formatPriceShort,
  isZeroPrice,
  type PromptVolume,
  UNKNOWN,
} from '../../lib/format.ts';

/** What one call of the volume costs, as text: `$0.0123`, `free`, `$0.19/image`, or a gap without a price. */
export function estimateText(pricing: Pricing | null, volume: PromptVolume): string {
  if (!pricing) return UNKNOWN;
  if (pricing.unit === 'image') {
    return isZeroPrice(pricing.image) ? 'free' : `$${formatPriceShort(pricing.image)}/image`;
  }
  if (isZeroPrice(pricing.input) && isZeroPrice(pricing.output)) return 'free';
  const nano = estimateCostNano(volume, pricing);
  return nano === null ? UNKNOWN : formatCostNano(nano);
}

/** The estimate in the accent colour; screen readers hear that a missing one is not zero. */
export function Estimate({
  pricing,
  volume,
  className,
}: {
  pricing: Pricing | null;
  volume: PromptVolume;
  className?: string;
}) {
  const text = estimateText(pricing, volume);
  if (text === UNKNOWN) return <span className="sr-only">no price</span>;
  return <span className={cx('whitespace-nowrap font-mono text-accent', className)}>{text}</span>;
}
