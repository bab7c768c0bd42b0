import { Star } from 'lucide-react';
import { cx } from '../../lib/cx.ts';

/** The stars there are to give. */
export const STARS = [1, 2, 3, 4, 5] as const;

/** Props of `StarRow`. */
export interface StarRowProps {
  /** 0 to 5; a part of a star is filled in part. */
  rating: number;
  size?: number;
  className?: string;
}

/** Five stars, filled as far as the rating goes. For the eye only: say the rating in words beside them. */
export function StarRow({ rating, size = 14, className }: StarRowProps) {
  return (
    <span aria-hidden="true" className={cx('inline-flex text-accent', className)}>
      {STARS.map((star) => {
        const part = Math.min(1, Math.max(0, rating - star + 1));
        return (
          <span key={star} className="relative inline-flex">
            <Star size={size} strokeWidth={1.5} className="text-ink3" />
            <span className="absolute inset-y-0 left-0 overflow-hidden" style={{ width: `${part * 100}%` }}>
              <Star size={size} strokeWidth={1.5} fill="currentColor" />
            </span>
          </span>
        );
      })}
    </span>
  );
}
