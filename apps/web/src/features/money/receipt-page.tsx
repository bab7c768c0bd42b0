import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { ApiError } from '../../lib/api-client.ts';
import { useTitle } from '../../lib/use-title.ts';
import { MembersOnly } from './members-only.tsx';
import { receiptQuery } from './queries.ts';
import { ReceiptBill } from './receipt-bill.tsx';
import { ReceiptFacts } from './receipt-facts.tsx';
import { ReceiptProof } from './receipt-proof.tsx';
import { t } from './strings.ts';

const route = getRouteApi('/receipts/$callId');

function Loading() {
  return (
    <div aria-busy="true" className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
      <span className="sr-only">{t('loadingTheReceipt')}</span>
      <Skeleton className="h-64" />
      <Skeleton className="h-96" />
    </div>
  );
}

/** No receipt is an answer, not a fault: the call is running, cost nothing, or is somebody else's. */
function NoReceipt({ error, onRetry, busy }: { error: ApiError; onRetry: () => void; busy: boolean }) {
  const running = error.status === 409;
  return (
    <EmptyState
      title={running ? t('notYet') : t('noReceipt')}
      className="py-8"
      actions={
        <>
          {running ? (
            <Button onClick={onRetry} busy={busy}>
              {t('lookAgain')}
            </Button>
          ) : null}
          <Link to="/usage" className={buttonClass()}>
            {t('seeYourCalls')}
          </Link>
        </>
      }
    >
      {error.message}
    </EmptyState>
  );
}

function Receipt({ userId, callId }: { userId: string; callId: string }) {
  const { data, error, isFetching, refetch } = useQuery(receiptQuery(userId, callId));
  const retry = () => void refetch();
  if (data) {
    return (
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
        <div className="grid min-w-0 content-start gap-8">
          <ReceiptBill receipt={data.receipt} />
          <ReceiptProof signed={data} />
        </div>
        <ReceiptFacts receipt={data.receipt} />
      </div>
    );
  }
  if (error instanceof ApiError && (error.status === 404 || error.status === 409))
    return <NoReceipt error={error} onRetry={retry} busy={isFetching} />;
  if (error) return <ErrorState title={t('theReceiptCouldNot')} error={error} onRetry={retry} busy={isFetching} />;
  return <Loading />;
}

/** The receipt of one paid call: how the charge adds up, and what proves that nobody changed it. */
export function ReceiptPage() {
  const { callId } = route.useParams();
  useTitle(t('receipt2'));
  return (
    <MembersOnly title={t('receipt2')} why={t('receiptsAreShownTo')}>
      {(user) => <Receipt key={callId} userId={user.id} callId={callId} />}
    </MembersOnly>
  );
}
