import type { Model } from '@q/contract/models';
import type { ReviewList } from '@q/contract/reviews';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { useSession } from '../../lib/session-store.ts';
import { answersInWords, canChat } from '../marketplace/availability.tsx';
import { ReviewForm } from './review-form.tsx';
import { ReviewItem } from './review-item.tsx';
import { RemoveReview } from './review-removal.tsx';
import { t } from './review-strings.ts';

/** What somebody has to do before they can write a review. */
function NotUsedYet({ model }: { model: Model }) {
  if (!model.available || !canChat(model)) return <p className="py-3 text-ink2 text-ui">{t('notUsedCannotTry')}</p>;
  return (
    <p className="py-3 text-ink2 text-ui">
      {t.nodes('notUsedYet', {
        tryIt: answersInWords(model) ? (
          <a href="#try" className="link">
            {t('tryItFirst')}
          </a>
        ) : (
          <Link to="/chat" search={{ model: model.id }} className="link">
            {t('tryItFirst')}
          </Link>
        ),
      })}
    </p>
  );
}

/** The person's own part: their review, the form for it, or what has to come first. */
export function YourReview({ model, list }: { model: Model; list: ReviewList }) {
  const [writing, setWriting] = useState(false);
  const status = useSession((session) => session.status);
  const { own, may_review: mayReview } = list;
  if (status === 'unknown') return null;
  if (status === 'anonymous') {
    return (
      <p className="py-3">
        <Link
          to="."
          search={(before) => ({ ...before, account: 'sign-in' })}
          resetScroll={false}
          className={buttonClass()}
        >
          {t('signInToReview')}
        </Link>
      </p>
    );
  }
  if (writing) return <ReviewForm modelId={model.id} review={own} onDone={() => setWriting(false)} />;
  if (own) {
    return (
      <div className="mt-3 mb-4 border-accent border-l-2 pl-3">
        <h3 className="font-medium text-ink2 text-meta">{t('yourReview')}</h3>
        <ReviewItem
          review={own}
          actions={
            <>
              <Button variant="quiet" className="-ml-3" onClick={() => setWriting(true)}>
                {t('editReview')}
              </Button>
              <RemoveReview review={own} />
            </>
          }
        />
      </div>
    );
  }
  if (mayReview === false) return <NotUsedYet model={model} />;
  return (
    <p className="py-3">
      <Button onClick={() => setWriting(true)}>{t('writeReview')}</Button>
    </p>
  );
}
