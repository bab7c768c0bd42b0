import type { LedgerAccountList } from '@q/contract/revenue';
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../../components/badge.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { decimalsOf, Money } from '../money/money.tsx';
import { trialBalanceQuery } from './queries.ts';
import { ScrollTable, scrollCell, scrollHead } from './scroll-table.tsx';
import { t } from './strings.ts';

type Account = LedgerAccountList['data'][number];

/** On a phone an account has its balance alone. */
const WIDE = 'max-md:hidden';

function Amount({ asset, value, decimals }: { asset: Account['asset']; value: string; decimals: number }) {
  if (asset === 'USD') return <Money usd={value} decimals={decimals} />;
  return (
    <data value={value} className="font-mono">
      {t('tokens', { count: formatCount(Number(value)) })}
    </data>
  );
}

const FIGURES = ['debits', 'credits', 'balance'] as const;

const HEADS: { name: string; className: string }[] = [
  { name: t('account'), className: 'text-left' },
  { name: t('kind'), className: cx('text-left', WIDE) },
  { name: t('accounts'), className: cx('text-right', WIDE) },
  { name: t('debits'), className: cx('text-right', WIDE) },
  { name: t('credits'), className: cx('text-right', WIDE) },
  { name: t('balance'), className: 'text-right' },
];

function AccountRow({ account, decimals }: { account: Account; decimals: number }) {
  return (
    <tr className="hover:bg-sunken">
      <th scope="row" className={cx(scrollCell, 'text-left font-mono font-normal')}>
        {account.code}
      </th>
      <td className={cx(scrollCell, 'text-ink2', WIDE)}>{account.kind}</td>
      <td className={cx(scrollCell, 'text-right font-mono text-ink2', WIDE)}>{formatCount(account.accounts)}</td>
      {FIGURES.map((figure) => (
        <td key={figure} className={cx(scrollCell, 'text-right', figure !== 'balance' && WIDE)}>
          <Amount asset={account.asset} value={account[figure]} decimals={decimals} />
        </td>
      ))}
    </tr>
  );
}

function TotalRow({ total, decimals }: { total: LedgerAccountList['totals'][number]; decimals: number }) {
  const { asset, debits, credits } = total;
  const balanced = debits === credits;
  return (
    <tr className="font-semibold">
      <th scope="row" className={cx(scrollCell, 'text-left')}>
        {asset === 'USD' ? t('allDollars') : t('allFreeTokens')}
      </th>
      <td colSpan={2} className={cx(scrollCell, WIDE)} />
      <td className={cx(scrollCell, 'text-right', WIDE)}>
        <Amount asset={asset} value={debits} decimals={decimals} />
      </td>
      <td className={cx(scrollCell, 'text-right', WIDE)}>
        <Amount asset={asset} value={credits} decimals={decimals} />
      </td>
      <td className={cx(scrollCell, 'text-right')}>
        <Badge tone={balanced ? 'good' : 'bad'}>{balanced ? t('balanced') : t('notBalanced')}</Badge>
      </td>
    </tr>
  );
}

function Accounts({ list }: { list: LedgerAccountList }) {
  const dollars = list.data.filter(({ asset }) => asset === 'USD');
  const decimals = decimalsOf(dollars.flatMap((account) => FIGURES.map((figure) => account[figure])));
  const used = new Set(list.data.map(({ asset }) => asset));
  return (
    <ScrollTable label={t('accounts')}>
      <thead>
        <tr>
          {HEADS.map(({ name, className }) => (
            <th key={name} scope="col" className={cx(scrollHead, className)}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {list.data.map((account) => (
          <AccountRow key={`${account.code} ${account.asset}`} account={account} decimals={decimals} />
        ))}
        {list.totals
          .filter(({ asset }) => used.has(asset))
          .map((total) => (
            <TotalRow key={total.asset} total={total} decimals={decimals} />
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
        {t('trialBalance')}
      </h2>
      {error && !data ? (
        <ErrorState title={t('theAccountsCouldNot')} error={error} onRetry={() => void refetch()} busy={isFetching} />
      ) : null}
      {data ? <Accounts list={data} /> : error ? null : <Skeleton className="h-72" />}
    </section>
  );
}
