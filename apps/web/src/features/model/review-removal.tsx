import type { Review } from '@q/contract/reviews';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { deleteReview, refreshAfterReview } from './review-queries.ts';
import { t } from './review-strings.ts';

/** The button that deletes a review after a question: one's own, or as an administrator somebody's. */
export function RemoveReview({ review }: { review: Review }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const { mine } = review;
  const remove = async () => {
    setBusy(true);
    try {
      await deleteReview(review);
      setAsking(false);
      toast(mine ? t('deleted') : t('removed'));
      await refreshAfterReview(client);
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="quiet" onClick={() => setAsking(true)}>
        {mine ? t('deleteReview') : t('remove')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={mine ? t('deleteTitle') : t('removeTitle')}
        action={mine ? t('deleteAction') : t('removeAction')}
        onConfirm={() => void remove()}
        busy={busy}
      >
        <p>{mine ? t('deleteWords') : t('removeWords', { author: review.author ?? t('noName') })}</p>
      </ConfirmDialog>
    </>
  );
}
