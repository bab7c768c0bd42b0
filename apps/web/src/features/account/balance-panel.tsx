import type { Balance } from '@q/contract/wallet';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { BalanceFigure } from '../../components/balance-figure.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { setBalance } from '../../lib/session-store.ts';
import { balanceQuery } from './queries.ts';
import { t } from './strings.ts';
import { TopUpForm } from './top-up-form.tsx';
import { TransactionHistory } from './transaction-history.tsx';

const FIGURES: { field: 'available_usd' | 'held_usd' | 'spent_usd' | 'total_usd'; name: string; note: string }[] = [
  { field: 'available_usd', name: t('available'), note: t('forNewCalls') },
  { field: 'held_usd', name: t('held'), note: t('forRunningCalls') },
  { field: 'spent_usd', name: t('spent'), note: t('byAllCallsSo') },
  { field: 'total_usd', name: t('addedInAll'), note: t('inAll') },
];

function Figures({ balance }: { balance: Balance | undefined }) {
  return (
    <dl className="grid grid-cols-2 border-line border-y sm:grid-cols-4">
      {FIGURES.map(({ field, name, note }) => (
        <div
          key={field}
          className="min-w-0 border-line px-3 py-2 first:pl-0 max-sm:odd:pl-0 max-sm:even:border-l max-sm:nth-[n+3]:border-t sm:not-first:border-l"
        >
          <dt className="text-ink2 text-meta">{name}</dt>
          <dd>
            {balance ? (
              <BalanceFigure
                usd={balance[field]}
                className="wrap-anywhere block whitespace-normal! text-h3 sm:text-h2"
              />
            ) : (
              <Skeleton className="my-1 h-5 w-20" />
            )}
            <span className="text-ink3 text-meta">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What a person has, ways to add to it, and everything that moved it. */
export function BalancePanel({ userId }: { userId: string }) {
  const balance = useQuery(balanceQuery(userId));
  const available = balance.data?.available_usd;
  useEffect(() => {
    if (available !== undefined) setBalance(available);
  }, [available]);
  return (
    <div className="grid gap-6" aria-busy={balance.isPending}>
      {balance.error && !balance.data ? (
        <ErrorState
          title={t('theBalanceCouldNot')}
          error={balance.error}
          onRetry={() => void balance.refetch()}
          busy={balance.isFetching}
        />
      ) : (
        <Figures balance={balance.data} />
      )}
      <TopUpForm />
      <TransactionHistory userId={userId} />
    </div>
  );
}
