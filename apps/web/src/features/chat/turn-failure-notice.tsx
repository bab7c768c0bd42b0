import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { formatBalance, formatCost } from '../../lib/format.ts';
import { t } from './strings.ts';
import { dismissFailure, type TurnFailure } from './turn-state.ts';

const TopUpForm = lazy(async () => {
  const { TopUpForm: component } = await import('../account/top-up-form.tsx');
  return { default: component };
});

/** What can be done about a failure. */
export interface FailureActions {
  onRetry: () => void;
  onRetryWith: () => void;
}

/** What the message can cost and what there is for it, as far as it is known. */
function costText({ message, availableUsd, neededUsd }: TurnFailure): string {
  if (neededUsd === null) return t('failedKept', { failure: message });
  const cost = formatCost(neededUsd);
  return availableUsd === null
    ? t('costsUpTo', { cost })
    : t('costsUpToOf', { cost, available: formatBalance(availableUsd) });
}

function Money({ failure, onRetry }: { failure: TurnFailure } & Pick<FailureActions, 'onRetry'>) {
  return (
    <>
      <p className="text-ink2 text-ui">{costText(failure)}</p>
      <Suspense fallback={null}>
        <TopUpForm onDone={({ status }) => (status === 'succeeded' ? onRetry() : undefined)} />
      </Suspense>
      <p className="text-ink3 text-meta">{t('theMessageIsSent')}</p>
    </>
  );
}

function Ways({ failure, onRetry, onRetryWith }: { failure: TurnFailure } & FailureActions) {
  if (failure.code === 'unauthenticated') {
    return (
      <Link
        to="."
        search={(before) => ({ ...before, account: 'sign-in' })}
        resetScroll={false}
        className={buttonClass('primary')}
      >
        {t('signIn')}
      </Link>
    );
  }
  return (
    <>
      <Button onClick={onRetry}>{t('retry')}</Button>
      <Button onClick={onRetryWith}>{t('retryWithAnotherModel')}</Button>
    </>
  );
}

/** Why there is no whole answer: the code, the words, and the ways on. Without money, the way to add some. */
export function TurnFailureNotice({
  chat,
  failure,
  ...actions
}: { chat: string; failure: TurnFailure } & FailureActions) {
  const noMoney = failure.code === 'insufficient_balance';
  return (
    <section aria-label={t('theMessageWasNot')} className="grid gap-2 border-neg border-l-4 bg-surface px-4 py-3">
      <div className="flex items-start justify-between gap-3">
        <p className="font-semibold text-ui">
          {noMoney ? t('theBalanceIsToo') : failure.message}{' '}
          <code className="font-mono font-normal text-ink3 text-meta">{failure.code}</code>
        </p>
        <IconButton label={t('dismiss')} onClick={() => dismissFailure(chat)} className="-mt-1 -mr-2">
          <X aria-hidden="true" size={16} />
        </IconButton>
      </div>
      {noMoney ? (
        <Money failure={failure} onRetry={actions.onRetry} />
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Ways failure={failure} {...actions} />
          <span className="font-mono text-ink3 text-meta">{failure.modelId}</span>
        </div>
      )}
    </section>
  );
}
