import type { Review } from '@q/contract/reviews';
import { useQueryClient } from '@tanstack/react-query';
import { ThumbsUp } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { formatDate } from '../../lib/format.ts';
import { useSession } from '../../lib/session-store.ts';
import { setHelpful, showChanged } from './review-queries.ts';
import { RemoveReview } from './review-removal.tsx';
import { t } from './review-strings.ts';
import { StarRow } from './star-row.tsx';

const LONG_CHARACTERS = 700;
const LONG_LINES = 8;

/** Text of others: shown as it is, never read as markup. A long one is folded, so that nobody can push the others away. */
function ReviewText({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const isLong = text.length > LONG_CHARACTERS || text.split('\n').length > LONG_LINES;
  return (
    <>
      <p
        id={id}
        dir="auto"
        className={cx('wrap-anywhere max-w-[72ch] whitespace-pre-wrap text-read', isLong && !open && 'line-clamp-8')}
      >
        {text}
      </p>
      {isLong ? (
        <div>
          <button
            type="button"
            className="link text-ui touch:min-h-11 max-md:min-h-11"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            {open ? t('showLess') : t('showAll')}
          </button>
        </div>
      ) : null}
    </>
  );
}

function ReviewDates({ review }: { review: Review }) {
  const day = formatDate(review.created_at);
  const changed = formatDate(review.updated_at);
  return (
    <span className="text-ink3 text-meta">
      <time dateTime={review.created_at}>{day}</time>
      {review.updated_at > review.created_at ? ` · ${t('edited', { day: changed })}` : ''}
    </span>
  );
}

/** Whether a review helped: a button that stays pressed, or only the figure for who cannot vote. */
function Helpful({ review }: { review: Review }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const signedIn = useSession(({ status }) => status === 'signed-in');
  const others = review.helpful - (review.voted ? 1 : 0);
  const count = t('helpfulCount', { count: review.helpful });
  if (!signedIn || review.mine) return review.helpful > 0 ? <p className="text-ink3 text-meta">{count}</p> : null;
  const vote = async () => {
    const voted = !review.voted;
    setBusy(true);
    showChanged(client, { ...review, voted, helpful: review.helpful + (voted ? 1 : -1) });
    try {
      showChanged(client, await setHelpful(review, voted));
    } catch (error) {
      showChanged(client, review);
      toast(t('voteNotSaved', { why: errorMessage(error) }), { tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        variant="quiet"
        busy={busy}
        aria-pressed={review.voted}
        onClick={() => void vote()}
        className={cx('-ml-3', review.voted && 'text-accent!')}
      >
        <ThumbsUp aria-hidden="true" size={14} fill={review.voted ? 'currentColor' : 'none'} />
        {t('helpfulButton')}
      </Button>
      {review.helpful > 0 ? (
        <span className="text-ink3 text-meta">
          {review.voted ? (others === 0 ? t('helpfulToYou') : t('helpfulToYouAndOthers', { count: others })) : count}
        </span>
      ) : null}
    </>
  );
}

/** Props of `ReviewItem`. */
export interface ReviewItemProps {
  review: Review;
  /** What its author can do with it. */
  actions?: ReactNode;
}

/** One review: stars, who, when, the text, and what others thought of it. */
export function ReviewItem({ review, actions }: ReviewItemProps) {
  const id = useId();
  const isAdmin = useSession(({ user }) => user?.role === 'admin');
  return (
    <article aria-labelledby={id} className="grid min-w-0 gap-1 py-3">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
        <StarRow rating={review.rating} />
        <p id={id} className="min-w-0 text-ui">
          <span className="sr-only">{t('averageOf', { rating: review.rating })} </span>
          <bdi className="wrap-anywhere font-medium">{review.author ?? t('noName')}</bdi>
        </p>
        <ReviewDates review={review} />
      </div>
      <ReviewText text={review.content} />
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 empty:hidden">
        <Helpful review={review} />
        {actions}
        {isAdmin && !review.mine ? <RemoveReview review={review} /> : null}
      </div>
    </article>
  );
}
