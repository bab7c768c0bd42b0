import type { Model } from '@q/contract/models';
import type { ReviewList } from '@q/contract/reviews';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Select } from '../../components/select.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatCount } from '../../lib/format.ts';
import { useSession } from '../../lib/session-store.ts';
import { ReviewItem } from './review-item.tsx';
import { type ReviewPage, reviewsQuery } from './review-queries.ts';
import { t } from './review-strings.ts';
import { ReviewSummary } from './review-summary.tsx';
import { YourReview } from './your-review.tsx';

const SORTS = [
  { value: 'newest', label: t('newest') },
  { value: 'helpful', label: t('helpful') },
];

interface PagedProps {
  list: ReviewList;
  shown: ReviewPage;
  onShow: (shown: ReviewPage) => void;
}

function Pages({ list, shown, onShow }: PagedProps) {
  const { total, per_page: perPage, page } = list;
  if (total <= perPage) return null;
  const from = (page - 1) * perPage + 1;
  const to = Math.min(page * perPage, total);
  return (
    <nav aria-label={t('pagesOfReviews')} className="flex flex-wrap items-center gap-3 pt-3">
      <Button disabled={page <= 1} onClick={() => onShow({ ...shown, page: page - 1 })}>
        {t('previous')}
      </Button>
      <Button disabled={to >= total} onClick={() => onShow({ ...shown, page: page + 1 })}>
        {t('next')}
      </Button>
      <p role="status" className="font-mono text-ink3 text-meta">
        {t('rangeOf', { from: formatCount(from), to: formatCount(to), total: formatCount(total) })}
      </p>
    </nav>
  );
}

/** The reviews of others; one's own stands above them. */
function Others({ list, shown, onShow }: PagedProps) {
  const others = list.data.filter(({ mine }) => !mine);
  const firstOfOthers = useRef<HTMLDivElement>(null);
  const show = (next: ReviewPage) => {
    onShow(next);
    if (next.page !== shown.page) firstOfOthers.current?.scrollIntoView({ block: 'start' });
  };
  if (list.total === 0) {
    return (
      <p className="text-ink2 text-ui">
        <strong className="font-semibold text-ink">{t('noReviewsYet')}.</strong> {t('firstToReview')}
      </p>
    );
  }
  if (list.total === 1 && others.length === 0) return <p className="text-ink3 text-ui">{t('noOthers')}</p>;
  return (
    <div ref={firstOfOthers} className="scroll-mt-14 pt-3">
      {list.total > 2 ? (
        <Select
          label={t('sortBy')}
          hideLabel
          value={shown.sort}
          options={SORTS}
          onValueChange={(sort) => show({ sort: sort === 'helpful' ? 'helpful' : 'newest', page: 1 })}
          className="w-48 max-w-full"
        />
      ) : null}
      <ul>
        {others.map((review) => (
          <li key={review.id} className="border-line border-b">
            <ReviewItem review={review} />
          </li>
        ))}
      </ul>
      <Pages list={list} shown={shown} onShow={show} />
    </div>
  );
}

function LoadingReviews() {
  return (
    <div aria-busy="true" className="grid gap-3">
      <span className="sr-only">{t('loadingReviews')}</span>
      <Skeleton className="h-20 w-full" />
      <Skeleton className="h-4 w-48 max-w-full" />
      <Skeleton className="h-12 w-full" />
    </div>
  );
}

/** Reviews come after the page: whoever was led here by a link is led here once they stand. */
function useLedHere(heading: RefObject<HTMLElement | null>, ready: boolean): void {
  const isMeant = useLocation({ select: ({ hash }) => hash === 'reviews' });
  useEffect(() => {
    if (isMeant && ready) heading.current?.scrollIntoView();
  }, [isMeant, ready, heading]);
}

/** What people who have used a model say of it, and the place to say it. */
export function Reviews({ model }: { model: Model }) {
  const [shown, setShown] = useState<ReviewPage>({ sort: 'newest', page: 1 });
  const heading = useRef<HTMLHeadingElement>(null);
  const userId = useSession(({ user }) => user?.id ?? '');
  const known = useSession(({ status }) => status !== 'unknown');
  const query = useQuery({
    ...reviewsQuery(model.id, userId, shown),
    enabled: known,
    // The page before stays until this one is there; what another person of this browser saw does not.
    placeholderData: (before, from) => (from?.queryKey[1] === userId ? before : undefined),
  });
  const { data: list, error, isFetching, refetch, fetchStatus } = query;
  useLedHere(heading, list !== undefined);
  // The last review of the last page may have been deleted.
  if (list && list.data.length === 0 && list.page > 1 && !query.isPlaceholderData) setShown({ ...shown, page: 1 });
  return (
    <section aria-labelledby="reviews" className="min-w-0">
      <h2 ref={heading} id="reviews" className="scroll-mt-14 font-semibold text-h3">
        {t('reviews')}
      </h2>
      <p className="pb-2 text-ink3 text-meta">{t('aboutReviews')}</p>
      {list ? (
        <>
          <ReviewSummary summary={list.summary} />
          <YourReview key={userId} model={model} list={list} />
          <Others list={list} shown={shown} onShow={setShown} />
        </>
      ) : null}
      {!list && error ? (
        <ErrorState title={t('reviewsNotLoaded')} error={error} onRetry={() => void refetch()} busy={isFetching} />
      ) : null}
      {!list && !error && fetchStatus === 'paused' ? (
        <p className="text-ink2 text-ui">{t('waitingForConnection')}</p>
      ) : null}
      {!list && !error && fetchStatus !== 'paused' ? <LoadingReviews /> : null}
    </section>
  );
}
