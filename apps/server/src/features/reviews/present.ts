import type { Review, ReviewSummary } from '@q/contract/reviews';
import type { ReviewRow } from './store.ts';

/** The name somebody shows. Who gave their address for a name did not mean to publish it. */
function shownName({ name, username, email }: Pick<ReviewRow, 'name' | 'username' | 'email'>): string | null {
  const given = name?.trim() ? name : username;
  return given?.toLowerCase() === email.toLowerCase() ? username : given;
}

/** A review as one reader sees it; nothing of the author but the name they show. */
export function presentReview(row: ReviewRow, readerId: string | null): Review {
  return {
    id: row.id,
    model_id: row.model_id,
    author: shownName(row),
    rating: row.rating,
    content: row.content,
    helpful: Number(row.helpful),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    mine: row.user_id === readerId,
    voted: row.voted,
  };
}

/** The mean and the count of each star. */
export function presentSummary(counts: readonly { rating: number; reviews: bigint }[]): ReviewSummary {
  const stars = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
  let reviews = 0;
  let sum = 0;
  for (const { rating, reviews: count } of counts) {
    stars[rating as keyof typeof stars] = Number(count);
    reviews += Number(count);
    sum += rating * Number(count);
  }
  return { rating: reviews === 0 ? null : Math.round((sum / reviews) * 100) / 100, reviews, stars };
}
