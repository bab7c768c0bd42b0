import type { Review, ReviewList, ReviewQuery, ReviewRequest } from '@q/contract/reviews';
import type { Caller } from '../../http/caller.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { type Database, isUniqueViolation } from '../../platform/database/database.ts';
import type { Audit } from '../audit/service.ts';
import type { Catalog } from '../catalog/service.ts';
import { presentReview, presentSummary } from './present.ts';
import {
  countStars,
  deleteReview,
  deleteVote,
  hasUsed,
  insertReview,
  insertVote,
  lockReview,
  type ReviewKey,
  selectOwnReview,
  selectReview,
  selectReviews,
  updateReview,
} from './store.ts';

interface Deps {
  database: Database;
  audit: Audit;
  catalog: Catalog;
}

function noSuchReview(): AppError {
  return new AppError('not_found', { message: 'There is no such review of this model.' });
}

async function read(database: Database, key: ReviewKey, readerId: string): Promise<Review> {
  const row = await selectReview(database, key, readerId);
  if (!row) throw noSuchReview();
  return presentReview(row, readerId);
}

/** Somebody's own review is not theirs to find helpful. */
async function vote(
  database: Database,
  { key, userId, change }: { key: ReviewKey; userId: string; change: typeof insertVote },
): Promise<Review> {
  await database.transaction(async (tx) => {
    const authorId = await lockReview(tx, key);
    if (authorId === undefined) throw noSuchReview();
    if (authorId === userId) {
      throw new AppError('forbidden', { message: 'This review is your own. Others say whether it is helpful.' });
    }
    await change(tx, key.id, userId);
  });
  return read(database, key, userId);
}

/** Reviews of models by people who have used them, and what others think of those. */
export function createReviews({ database, audit, catalog }: Deps) {
  function refuseUnknownModel(modelId: string): void {
    if (catalog.get(modelId)) return;
    throw new AppError('not_found', { message: `There is no model "${modelId}".` });
  }

  return {
    /** A page of a model's reviews with what all of them come to. Throws AppError 404 for an unknown model. */
    async list(modelId: string, readerId: string | null, query: ReviewQuery): Promise<ReviewList> {
      refuseUnknownModel(modelId);
      const { sort, page, per_page } = query;
      const [rows, counts, own, may] = await Promise.all([
        selectReviews(database, { modelId, readerId, sort, limit: per_page, offset: (page - 1) * per_page }),
        countStars(database, modelId),
        readerId === null ? undefined : selectOwnReview(database, { modelId, userId: readerId }),
        readerId === null ? null : hasUsed(database, { modelId, userId: readerId }),
      ]);
      const summary = presentSummary(counts);
      return {
        data: rows.map((row) => presentReview(row, readerId)),
        total: summary.reviews,
        page,
        per_page,
        summary,
        own: own ? presentReview(own, readerId) : null,
        may_review: may,
      };
    },

    /** Writes somebody's review of a model. Throws AppError 403 for who has not used it and 409 for a second one. */
    async write(modelId: string, userId: string, request: ReviewRequest): Promise<Review> {
      refuseUnknownModel(modelId);
      if (!(await hasUsed(database, { modelId, userId }))) {
        throw new AppError('forbidden', {
          message: 'Only people who have used this model can review it. Ask it something first, then come back.',
        });
      }
      const id = newId('rev');
      try {
        await insertReview(database, { id, modelId, userId, ...request });
      } catch (error) {
        if (!isUniqueViolation(error, 'reviews_one_a_person')) throw error;
        const message = 'You have reviewed this model already. Edit that review instead.';
        throw new AppError('conflict', { message, cause: error });
      }
      await catalog.refreshRatings();
      return read(database, { id, modelId }, userId);
    },

    /** Changes somebody's own review. Throws AppError 404 for every other one. */
    async edit(key: ReviewKey, userId: string, request: ReviewRequest): Promise<Review> {
      if (!(await updateReview(database, { ...key, userId, ...request }))) throw noSuchReview();
      await catalog.refreshRatings();
      return read(database, key, userId);
    },

    /** Deletes a review: one's own, or as an administrator anybody's, which the audit log tells of. Throws AppError 404. */
    async remove(key: ReviewKey, caller: Caller, { ip, requestId }: RequestContext): Promise<void> {
      await database.transaction(async (tx) => {
        const authorId = caller.role === 'admin' ? null : caller.userId;
        const removed = await deleteReview(tx, { ...key, authorId });
        if (!removed) throw noSuchReview();
        if (removed.user_id === caller.userId) return;
        const details = { model_id: key.modelId, author_id: removed.user_id, rating: removed.rating };
        await audit.record(tx, {
          actorId: caller.userId,
          action: 'review.remove',
          object: key.id,
          details,
          ip,
          requestId,
        });
      });
      await catalog.refreshRatings();
    },

    /** Notes that the caller found a review helpful, once. Throws AppError 404, and 403 for one's own. */
    markHelpful: (key: ReviewKey, userId: string): Promise<Review> =>
      vote(database, { key, userId, change: insertVote }),

    /** Takes that back. Throws as `markHelpful` does. */
    unmarkHelpful: (key: ReviewKey, userId: string): Promise<Review> =>
      vote(database, { key, userId, change: deleteVote }),
  };
}

export type Reviews = ReturnType<typeof createReviews>;
