import type { Model } from '@q/contract/models';
import { Star } from 'lucide-react';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { t } from './rating-strings.ts';

/** A model's rating in a few characters; nothing while nobody has reviewed it. */
export function RatingMark({ model, className }: { model: Pick<Model, 'rating' | 'reviews'>; className?: string }) {
  if (model.rating === null) return null;
  const rating = model.rating.toFixed(1);
  return (
    <span className={cx('inline-flex items-center gap-1 whitespace-nowrap text-ink2', className)}>
      <span className="sr-only">{t('ratedBy', { rating, count: model.reviews })}</span>
      <Star aria-hidden="true" size={13} fill="currentColor" className="text-accent" />
      <span aria-hidden="true">
        {rating} ({formatCount(model.reviews)})
      </span>
    </span>
  );
}
