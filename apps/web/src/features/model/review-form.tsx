import { REVIEW_LENGTH_MAX, type Review } from '@q/contract/reviews';
import { useQueryClient } from '@tanstack/react-query';
import { Star } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { toast } from '../../components/toast-store.ts';
import { cx } from '../../lib/cx.ts';
import { useSession } from '../../lib/session-store.ts';
import { FormError, SubmitButton } from '../account/form-parts.tsx';
import { useSubmit } from '../account/use-submit.ts';
import { refreshAfterReview, saveReview } from './review-queries.ts';
import { t } from './review-strings.ts';
import { STARS } from './star-row.tsx';

/** Said when so few characters are left. */
const FEW_LEFT = 400;

const WORDS = { 1: t('star1'), 2: t('star2'), 3: t('star3'), 4: t('star4'), 5: t('star5') };

/** Five stars as one group of choices: the arrow keys move through them. */
function StarChoice({ initial, error }: { initial: number; error: string | undefined }) {
  const id = useId();
  const [rating, setRating] = useState(initial);
  const chosen = STARS.find((star) => star === rating);
  return (
    <fieldset aria-describedby={error ? id : undefined} className="grid justify-items-start gap-1">
      <legend className="mb-1 font-medium text-ui">{t('yourRating')}</legend>
      <div className="flex items-center">
        {STARS.map((star) => (
          <label
            key={star}
            className="inline-flex min-h-control min-w-control cursor-pointer items-center justify-center rounded-sm text-ink3 hover:text-accent has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name="rating"
              value={star}
              checked={rating === star}
              onChange={() => setRating(star)}
              className="sr-only"
            />
            <span className="sr-only">
              {t('stars', { count: star })}, {WORDS[star]}
            </span>
            <Star
              aria-hidden="true"
              size={22}
              strokeWidth={1.5}
              className={cx(star <= rating && 'text-accent')}
              fill={star <= rating ? 'currentColor' : 'none'}
            />
          </label>
        ))}
        <span aria-hidden="true" className="pl-2 text-ink2 text-ui">
          {chosen ? t('chosenStars', { stars: chosen, word: WORDS[chosen] }) : ''}
        </span>
      </div>
      {error ? (
        <p id={id} className="text-meta text-neg">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}

function ReviewField({ initial, error }: { initial: string; error: string | undefined }) {
  const id = useId();
  const [length, setLength] = useState(initial.length);
  const name = useSession(({ user }) => user?.name ?? user?.username ?? '');
  const left = REVIEW_LENGTH_MAX - length;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium text-ui">
        {t('yourText')}
      </label>
      <textarea
        id={id}
        name="content"
        rows={4}
        maxLength={REVIEW_LENGTH_MAX}
        defaultValue={initial}
        onChange={(event) => setLength(event.target.value.length)}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error ${id}-hint` : `${id}-hint`}
        className={cx(inputClass, 'field-sizing-content max-h-96 min-h-28! resize-y py-2 text-read')}
      />
      {error ? (
        <p id={`${id}-error`} className="text-meta text-neg">
          {error}
        </p>
      ) : null}
      <p id={`${id}-hint`} className="wrap-anywhere text-ink3 text-meta">
        {name === '' ? t('textHintNoName') : t('textHint', { name })}
      </p>
      <p aria-live="polite" className="text-ink2 text-meta empty:hidden">
        {left <= FEW_LEFT ? t('charactersLeft', { count: left }) : ''}
      </p>
    </div>
  );
}

function faultsOf({ rating, content }: Record<string, string>): Record<string, string> {
  return {
    ...(rating === '' ? { rating: t('chooseStars') } : {}),
    ...(content?.trim() === '' ? { content: t('writeSomething') } : {}),
  };
}

/** Props of `ReviewForm`. */
export interface ReviewFormProps {
  modelId: string;
  /** The review to change; null for a new one. */
  review: Review | null;
  onDone: () => void;
}

/** Stars and a text, with what is wrong beside each. What was typed stays when it could not be sent. */
export function ReviewForm({ modelId, review, onDone }: ReviewFormProps) {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const submission = useSubmit({
    fields: ['rating', 'content'],
    check: faultsOf,
    send: async ({ rating, content = '' }) => {
      await saveReview(modelId, review?.id ?? null, { rating: Number(rating), content });
      await refreshAfterReview(client);
      toast(review ? t('saved') : t('published'), { tone: 'good' });
      onDone();
    },
  });
  useEffect(() => {
    const stars = form.current?.querySelectorAll<HTMLInputElement>('[name=rating]');
    [...(stars ?? [])].find(({ checked }, index, all) => checked || index === all.length - 1)?.focus();
  }, []);
  const { fields } = submission.errors;
  return (
    <form
      ref={form}
      aria-label={t('yourReview')}
      noValidate
      onSubmit={submission.onSubmit}
      className="grid max-w-[72ch] gap-3 py-3"
    >
      <StarChoice initial={review?.rating ?? 0} error={fields['rating']} />
      <ReviewField initial={review?.content ?? ''} error={fields['content']} />
      <FormError submission={submission} />
      <div className="flex flex-wrap gap-2">
        <SubmitButton submission={submission}>{review ? t('save') : t('publish')}</SubmitButton>
        <Button onClick={onDone}>{t('cancel')}</Button>
      </div>
    </form>
  );
}
