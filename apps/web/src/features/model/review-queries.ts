import type { Review, ReviewList, ReviewQuery, ReviewRequest } from '@q/contract/reviews';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api-client.ts';

const REVIEWS_PER_PAGE = 10;

/** Which reviews are shown. */
export type ReviewPage = Pick<ReviewQuery, 'sort' | 'page'>;

/** What is read for one person stands under their id, so that the next person of this browser never sees it. */
export const reviewKeys = {
  all: ['reviews'] as const,
  ofModel: (userId: string, modelId: string) => ['reviews', userId, modelId] as const,
};

/** The provider is one part of the path, the model's name another, its slashes escaped. */
function pathOf(modelId: string): string {
  const [provider = '', ...name] = modelId.split('/');
  return `/api/v1/models/${encodeURIComponent(provider)}/${encodeURIComponent(name.join('/'))}/reviews`;
}

/** A page of the reviews of a model, as this person sees them; `userId` is empty for a stranger. */
export function reviewsQuery(modelId: string, userId: string, { sort, page }: ReviewPage) {
  const query = new URLSearchParams({ sort, page: String(page), per_page: String(REVIEWS_PER_PAGE) });
  return queryOptions({
    queryKey: [...reviewKeys.ofModel(userId, modelId), sort, page],
    queryFn: ({ signal }) => api<ReviewList>(`${pathOf(modelId)}?${query}`, { signal }),
    // Whoever comes back from a chat may write one now.
    staleTime: 0,
  });
}

/** Publishes a review of the person, or changes theirs. Rejects with ApiError. */
export function saveReview(modelId: string, id: string | null, review: ReviewRequest): Promise<Review> {
  const path = pathOf(modelId);
  return id === null
    ? api(path, { method: 'POST', body: review })
    : api(`${path}/${encodeURIComponent(id)}`, { method: 'PUT', body: review });
}

/** Deletes a review. Rejects with ApiError. */
export function deleteReview({ model_id, id }: Review): Promise<void> {
  return api(`${pathOf(model_id)}/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Says that a review helped, or takes it back. Rejects with ApiError. */
export function setHelpful({ model_id, id }: Review, helpful: boolean): Promise<Review> {
  return api(`${pathOf(model_id)}/${encodeURIComponent(id)}/helpful`, { method: helpful ? 'POST' : 'DELETE' });
}

/** Reads anew what a written, changed or deleted review moves: the reviews, and ratings wherever models stand. */
export async function refreshAfterReview(client: QueryClient): Promise<void> {
  void client.invalidateQueries({ queryKey: ['models'] });
  await client.invalidateQueries({ queryKey: reviewKeys.all });
}

/** Puts a review into every page of reviews that shows it. */
export function showChanged(client: QueryClient, changed: Review): void {
  client.setQueriesData<ReviewList>(
    { queryKey: reviewKeys.all },
    (list) => list && { ...list, data: list.data.map((review) => (review.id === changed.id ? changed : review)) },
  );
}
