import type { LedgerAccountList } from '@q/contract/revenue';
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../../components/badge.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { Money } from '../money/money.tsx';
import { trialBalanceQuery } from './queries.ts';
import { ScrollTable, scrollCell, scrollHead } from './scroll-table.tsx';

type Account = LedgerAccountList['data'][number];

const DECIMALS = 9;

function Amount({ asset, value }: { asset: Account['asset']; value: string }) {
  if (asset === 'USD') return <Money usd={value} decimals={DECIMALS} />;
  return (
    <data value={value} className="font-mono">
      {formatCount(Number(value))} tokens
    </data>
  );
}

const FIGURES = ['debits', 'credits', 'balance'] as const;

function Accounts({ list }: { list: LedgerAccountList }) {
  return (
    <ScrollTable label="Trial balance">
      <thead>
        <tr>
          {['Account', 'Kind', 'Accounts', 'Debits', 'Credits', 'Balance'].map((name, index) => (
            <th key={name} scope="col" className={cx(scrollHead, index < 2 ? 'text-left' : 'text-right')}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {list.data.map((account) => (
          <tr key={`${account.code} ${account.asset}`} className="hover:bg-sunken">
            <th scope="row" className={cx(scrollCell, 'text-left font-mono font-normal')}>
              {account.code}
            </th>
            <td className={cx(scrollCell, 'text-ink2')}>{account.kind}</td>
            <td className={cx(scrollCell, 'text-right font-mono text-ink2')}>{formatCount(account.accounts)}</td>
            {FIGURES.map((figure) => (
              <td key={figure} className={cx(scrollCell, 'text-right')}>
                <Amount asset={account.asset} value={account[figure]} />
              </td>
            ))}
          </tr>
        ))}
        {list.totals.map(({ asset, debits, credits }) => (
          <tr key={asset} className="font-semibold">
            <th scope="row" colSpan={3} className={cx(scrollCell, 'text-left')}>
              All {asset === 'USD' ? 'dollars' : 'free tokens'}
            </th>
            <td className={cx(scrollCell, 'text-right')}>
              <Amount asset={asset} value={debits} />
            </td>
            <td className={cx(scrollCell, 'text-right')}>
              <Amount asset={asset} value={credits} />
            </td>
            <td className={cx(scrollCell, 'text-right')}>
              <Badge tone={debits === credits ? 'good' : 'bad'}>
                {debits === credits ? 'balanced' : 'not balanced'}
              </Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

/** Every account of the books with its debits, credits and balance. */
export function TrialBalance({ userId }: { userId: string }) {
  const { data, error, isFetching, refetch } = useQuery(trialBalanceQuery(userId));
  return (
    <section aria-labelledby="trial-balance" className="grid min-w-0 gap-3" aria-busy={isFetching}>
      <h2 id="trial-balance" className="font-semibold text-h3">
        Trial balance
      </h2>
      {error && !data ? (
        <ErrorState
          title="The accounts could not be loaded"
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : null}
      {data ? <Accounts list={data} /> : error ? null : <Skeleton className="h-72" />}
    </section>
  );
}
