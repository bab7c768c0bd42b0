import type { ReviewSummary as Summary } from '@q/contract/reviews';
import { formatCount } from '../../lib/format.ts';
import { t } from './review-strings.ts';
import { STARS, StarRow } from './star-row.tsx';

/** The mean, and how many people gave how many stars. Nothing without a review. */
export function ReviewSummary({ summary }: { summary: Summary }) {
  const { rating, reviews, stars } = summary;
  if (rating === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-8 gap-y-3 border-line border-y py-3">
      <p className="grid gap-1.5">
        <span className="font-mono text-h1 leading-none">
          <span aria-hidden="true">{rating.toFixed(1)}</span>
          <span className="sr-only">{t('averageOf', { rating: rating.toFixed(1) })}</span>
        </span>
        <StarRow rating={rating} />
        <span className="text-ink3 text-meta">{t('countOfReviews', { count: reviews })}</span>
      </p>
      <ul className="grid min-w-48 max-w-md flex-1 gap-0.5">
        {STARS.toReversed().map((star) => (
          <li key={star} className="flex items-center gap-2 text-ink3 text-meta leading-4">
            <span className="sr-only">{t('starsGiven', { stars: star, count: stars[star] })}</span>
            <span aria-hidden="true" className="w-2 font-mono">
              {star}
            </span>
            <span aria-hidden="true" className="h-1.5 flex-1 bg-line">
              <span className="block h-full bg-accent" style={{ width: `${(stars[star] / reviews) * 100}%` }} />
            </span>
            <span aria-hidden="true" className="w-9 text-right font-mono">
              {formatCount(stars[star])}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
