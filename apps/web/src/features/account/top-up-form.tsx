import type { TopUp } from '@q/contract/wallet';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { BalanceFigure } from '../../components/balance-figure.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { api, errorMessage } from '../../lib/api-client.ts';
import { formatBill } from '../../lib/format.ts';
import { randomId } from '../../lib/random-id.ts';
import { setBalance, useSession } from '../../lib/session-store.ts';
import { accountKeys } from './queries.ts';
import { t } from './strings.ts';
import { readTopUpAmount } from './top-up-amount.ts';

const PRESETS = ['10.00', '25.00', '50.00', '100.00'] as const;

/** Adds money. The same attempt keeps its idempotency key until it has an answer, so that a lost answer is never paid twice. */
function useTopUp(onDone: ((topUp: TopUp) => void) | undefined) {
  const queryClient = useQueryClient();
  const userId = useSession((state) => state.user?.id ?? '');
  const attempt = useRef<{ amountUsd: string; key: string } | null>(null);
  return useMutation({
    mutationFn: (amountUsd: string) => {
      if (attempt.current?.amountUsd !== amountUsd) attempt.current = { amountUsd, key: randomId() };
      return api<TopUp>('/api/v1/balance/top-ups', {
        method: 'POST',
        body: { amount_usd: amountUsd },
        headers: { 'idempotency-key': attempt.current.key },
      });
    },
    onSuccess: (topUp) => {
      attempt.current = null;
      if (topUp.status === 'succeeded') setBalance(topUp.balance_usd);
      void queryClient.invalidateQueries({ queryKey: accountKeys.all(userId) });
      onDone?.(topUp);
    },
  });
}

function outcomeText({ status, amount_usd, mode, balance_usd }: TopUp): ReactNode {
  if (status === 'failed') return t('thePaymentDidNot');
  if (status === 'pending') return t('isOnItsWay', { amountUsd: formatBill(amount_usd) });
  const what =
    mode === 'test'
      ? t('ofTestFundsAdded', { amountUsd: formatBill(amount_usd) })
      : t('added', { amountUsd: formatBill(amount_usd) });
  return t.nodes('yourBalanceIs', { what, balance: <BalanceFigure usd={balance_usd} /> });
}

/** Props of `TopUpForm`. */
export interface TopUpFormProps {
  onDone?: (topUp: TopUp) => void;
}

/** Buttons for the usual amounts, and a field for any other from $5 to $500. */
export function TopUpForm({ onDone }: TopUpFormProps) {
  const label = useId();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const topUp = useTopUp(onDone);
  const add = (amountUsd: string) => {
    setFault(null);
    topUp.mutate(amountUsd, { onSuccess: () => setText('') });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The window around may have a form of its own.
    event.stopPropagation();
    const amount = readTopUpAmount(text);
    setFault('fault' in amount ? amount.fault : null);
    if ('amountUsd' in amount && !topUp.isPending) add(amount.amountUsd);
  };
  // This version has no payment provider: until an answer says otherwise, nothing is charged.
  const isTest = (topUp.data?.mode ?? 'test') === 'test';
  return (
    <section aria-labelledby={label} className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h3 id={label} className="font-semibold text-ui">
          {t('addMoney')}
        </h3>
        {isTest ? <Badge tone="info">{t('testFundsNoCard')}</Badge> : null}
      </div>
      <form noValidate onSubmit={submit} className="flex flex-wrap items-start gap-2">
        {PRESETS.map((amount) => (
          <Button key={amount} busy={topUp.isPending} onClick={() => add(amount)} className="font-mono font-normal">
            {formatBill(amount).replace('.00', '')}
          </Button>
        ))}
        <TextField
          label={t('otherAmountInDollars')}
          name="amount"
          inputMode="decimal"
          autoComplete="off"
          placeholder={t('n5To500')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={fault}
          className="[&>label]:sr-only w-36"
        />
        <Button type="submit" busy={topUp.isPending}>
          {t('add')}
        </Button>
      </form>
      <p role="status" className="text-ui empty:absolute">
        {topUp.data && !topUp.isPending ? <span className="text-pos">{outcomeText(topUp.data)}</span> : null}
      </p>
      {topUp.error ? (
        <p role="alert" className="text-neg text-ui">
          {errorMessage(topUp.error)}
        </p>
      ) : null}
    </section>
  );
}
