import type { Adjustment, Grant } from '@q/contract/administration-money';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { BalanceFigure } from '../../components/balance-figure.tsx';
import { TextField } from '../../components/text-field.tsx';
import { formatDate } from '../../lib/format.ts';
import { Money } from '../money/money.tsx';
import { MoneyForm, nobodyChosen } from './money-fields.tsx';
import { type Person, PersonPicker } from './person-picker.tsx';
import { adminKeys } from './queries.ts';
import { t } from './strings.ts';

const DAY_MS = 86_400_000;
const GRANT_DAYS = 90;

const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** The last moment of a day in the reader's time zone; null for what is no day. */
function endOf(day: string | undefined): string | null {
  const date = new Date(`${day}T23:59:59.999`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** What was done last. It takes the focus, since the form it was in is a new one. */
function Result({ round, children }: { round: number; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (round > 0) box.current?.focus();
  }, [round]);
  return (
    <div ref={box} role="status" tabIndex={-1} className="max-w-md outline-none empty:absolute">
      {children ? <div className="border-pos border-l-4 bg-surface px-4 py-2.5 text-ui">{children}</div> : null}
    </div>
  );
}

function After({ available, id }: { available: string; id: string }) {
  return (
    <p>
      {t.nodes('theyCanNowUse', {
        amount: <BalanceFigure usd={available} className="font-semibold" />,
        id: <code className="wrap-anywhere font-mono text-ink3 text-meta">{id}</code>,
      })}
    </p>
  );
}

/** A form with the answer to what it did last; it is empty again after each success. */
function useAnswer<T>(userId: string) {
  const queryClient = useQueryClient();
  const [answer, setAnswer] = useState<T | null>(null);
  const [round, setRound] = useState(0);
  const onDone = (next: T) => {
    setAnswer(next);
    setRound(round + 1);
    void queryClient.invalidateQueries({ queryKey: adminKeys.books(userId), refetchType: 'none' });
  };
  return { answer, round, onDone };
}

interface FormProps {
  userId: string;
  person: Person | null;
}

/** An answer and whose money it moved: somebody else may be chosen while it stands. */
type Done<T> = T & { who: string };

const nameOf = (person: Person | null) => person?.email ?? person?.id ?? '';

const Who = ({ children }: { children: string }) => <strong className="wrap-anywhere font-semibold">{children}</strong>;

function GrantForm({ userId, person }: FormProps) {
  const { answer, round, onDone } = useAnswer<Done<Grant>>(userId);
  return (
    <div className="grid content-start gap-3">
      <MoneyForm<Grant>
        key={round}
        title={t('grantPromotionalMoney')}
        explanation={t('itIsSpentBefore')}
        action={t('grant')}
        amountLabel={t('amountInDollars')}
        path="/api/v1/admin/grants"
        fields={['expires_at']}
        check={({ expires_at }) => (endOf(expires_at) === null ? { expires_at: t('chooseADay') } : {})}
        body={({ expires_at }, amount_usd) => {
          if (person === null) throw nobodyChosen();
          return { user_id: person.id, amount_usd, expires_at: endOf(expires_at) };
        }}
        onDone={(grant) => onDone({ ...grant, who: nameOf(person) })}
      >
        {(errors) => (
          <TextField
            label={t('lastDay')}
            name="expires_at"
            type="date"
            defaultValue={dayIn(GRANT_DAYS)}
            min={dayIn(0)}
            error={errors['expires_at']}
          />
        )}
      </MoneyForm>
      <Result round={round}>
        {answer ? (
          <>
            <p>
              {t.nodes('grantedUntil', {
                amount: <Money usd={answer.amount_usd} />,
                who: <Who>{answer.who}</Who>,
                expiresAt: formatDate(answer.expires_at),
              })}
            </p>
            <After available={answer.available_usd} id={answer.id} />
          </>
        ) : null}
      </Result>
    </div>
  );
}

function AdjustmentForm({ userId, person }: FormProps) {
  const { answer, round, onDone } = useAnswer<Done<Adjustment>>(userId);
  return (
    <div className="grid content-start gap-3">
      <MoneyForm<Adjustment>
        key={round}
        title={t('adjustAPaidBalance')}
        explanation={t('addsPaidMoneyOr')}
        action={t('adjust')}
        amountLabel={t('amountInDollars')}
        amountHint={t('withAMinusTo')}
        signed
        path="/api/v1/admin/adjustments"
        body={(_values, amount_usd) => {
          if (person === null) throw nobodyChosen();
          return { user_id: person.id, amount_usd };
        }}
        onDone={(adjustment) => onDone({ ...adjustment, who: nameOf(person) })}
      />
      <Result round={round}>
        {answer ? (
          <>
            <p>
              {t.nodes('adjustedBy', {
                amount: <Money usd={answer.amount_usd} sign />,
                who: <Who>{answer.who}</Who>,
              })}
            </p>
            <After available={answer.available_usd} id={answer.id} />
          </>
        ) : null}
      </Result>
    </div>
  );
}

const REFUND_FIGURES = [
  ['charged_usd', t('theCallHadCost')],
  ['refunded_usd', t('refundedSoFar')],
  ['left_usd', t('canStillBeRefunded')],
  ['to_paid_usd', t('backToPaidMoney')],
  ['to_promo_usd', t('backToPromotionalMoney')],
  ['expired_usd', t('ofExpiredGrantsKept')],
  ['from_commission_usd', t('fromTheMarketplace')],
  ['from_publisher_usd', t('fromThePublisher')],
] as const;

function Refunded({ answer }: { answer: Adjustment }) {
  const { refund } = answer;
  return (
    <>
      <p>
        {t.nodes('refundedTo', {
          amount: <Money usd={answer.amount_usd} />,
          userId: <code className="font-mono text-meta">{answer.user_id}</code>,
        })}
      </p>
      <After available={answer.available_usd} id={answer.id} />
      {refund ? (
        <dl className="pt-1">
          {REFUND_FIGURES.map(([name, label]) => (
            <div key={name} className="flex justify-between gap-3">
              <dt className="text-ink2">{label}</dt>
              <dd>
                <Money usd={refund[name]} />
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
    </>
  );
}

function RefundForm({ userId }: { userId: string }) {
  const { answer, round, onDone } = useAnswer<Adjustment>(userId);
  return (
    <div className="grid content-start gap-3">
      <MoneyForm<Adjustment>
        key={round}
        title={t('refundACall')}
        explanation={t('theMoneyGoesBack')}
        action={t('refund')}
        amountLabel={t('amountInDollarsOptional')}
        amountHint={t('withoutAnAmountAll')}
        amountOptional
        path="/api/v1/admin/adjustments"
        fields={['call_id']}
        check={({ call_id = '' }) => (call_id.trim() === '' ? { call_id: t('enterTheIdOfA') } : {})}
        body={({ call_id = '' }, amount_usd) => ({
          call_id: call_id.trim(),
          ...(amount_usd === undefined ? {} : { amount_usd }),
        })}
        onDone={onDone}
        lead={(errors) => (
          <TextField
            label={t('call')}
            name="call_id"
            autoComplete="off"
            spellCheck={false}
            placeholder="req_…"
            error={errors['call_id']}
            hint={t('itsIdStandsOn')}
          />
        )}
      />
      <Result round={round}>{answer ? <Refunded answer={answer} /> : null}</Result>
    </div>
  );
}

/** Ways to give, take and give back money; each is booked, audited and told to the person. */
export function MoneyForms({ userId }: { userId: string }) {
  const [person, setPerson] = useState<Person | null>(null);
  return (
    <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
      <div className="lg:col-span-2">
        <PersonPicker userId={userId} person={person} onChoose={setPerson} />
      </div>
      <GrantForm userId={userId} person={person} />
      <AdjustmentForm userId={userId} person={person} />
      <div className="border-line border-t pt-6 lg:col-span-2">
        <RefundForm userId={userId} />
      </div>
    </div>
  );
}
