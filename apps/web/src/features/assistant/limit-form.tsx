import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { cx } from '../../lib/cx.ts';
import type { FormKind, Limit } from './limits.ts';
import { providersQuery } from './queries.ts';
import { t } from './strings.ts';
import { PERIOD_LABELS, type Period } from './words.ts';

const PERIODS: Record<'budget' | 'volume', readonly Period[]> = {
  budget: ['call', 'million_tokens', 'day', 'month', 'total'],
  volume: ['day', 'week', 'month', 'year', 'total'],
};

/** A whole number, or dollars with cents and less; nothing that is 0. */
function isAmount(kind: FormKind, text: string): boolean {
  const shape = kind === 'budget' ? /^\d{1,6}(\.\d{1,6})?$/ : /^\d{1,9}$/;
  return shape.test(text) && Number(text) > 0;
}

interface Draft {
  amount: string;
  per: Period;
}

function draftOf(kind: FormKind, limit: Limit | undefined): Draft {
  if (limit?.kind === 'budget') return { amount: limit.amount, per: limit.per };
  if (limit?.kind === 'volume') return { amount: String(limit.calls), per: limit.per };
  if (limit?.kind === 'context') return { amount: String(limit.tokens), per: 'call' };
  return { amount: '', per: kind === 'volume' ? 'day' : 'call' };
}

function limitFrom(kind: FormKind, { amount, per }: Draft): Limit | null {
  if (kind === 'include' || kind === 'exclude') return amount === '' ? null : { kind, provider: amount };
  if (!isAmount(kind, amount)) return null;
  if (kind === 'budget') return { kind, amount, per };
  return kind === 'volume' ? { kind, calls: Number(amount), per } : { kind, tokens: Number(amount) };
}

const LABELS: Record<FormKind, string> = {
  budget: t('atMost'),
  volume: t('calls'),
  context: t('tokensThatHaveTo'),
  include: t('onlyModelsOf'),
  exclude: t('noModelsOf'),
};

function ProviderField({ label, value, onChange }: { label: string; value: string; onChange: (id: string) => void }) {
  const { data } = useQuery(providersQuery);
  const options = [{ value: '', label: t('chooseAProvider') }, ...(data ?? [])];
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden="true">{label}</span>
      <Select label={label} hideLabel value={value} options={options} onValueChange={onChange} className="w-44" />
    </div>
  );
}

/** Props of `LimitForm`. */
export interface LimitFormProps {
  kind: FormKind;
  /** The limit that is changed; a new one when absent. */
  limit: Limit | undefined;
  onSet: (limit: Limit) => void;
  onCancel: () => void;
}

/** One limit with a figure or a name, under the chips. Enter sets it, Esc leaves it. */
export function LimitForm({ kind, limit, onSet, onCancel }: LimitFormProps) {
  const id = useId();
  const [draft, setDraft] = useState(() => draftOf(kind, limit));
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select')?.focus();
  }, []);
  const next = limitFrom(kind, draft);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onCancel();
  };
  const fields: ReactNode =
    kind === 'include' || kind === 'exclude' ? (
      <ProviderField label={LABELS[kind]} value={draft.amount} onChange={(amount) => setDraft({ ...draft, amount })} />
    ) : (
      <>
        <label htmlFor={id}>{LABELS[kind]}</label>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          value={draft.amount}
          onChange={(event) => setDraft({ ...draft, amount: event.target.value.trim() })}
          className={cx(inputClass, 'w-28! text-right font-mono')}
        />
        {kind === 'context' ? null : (
          <Select
            label={t('howOften')}
            hideLabel
            value={draft.per}
            options={PERIODS[kind].map((per) => ({ value: per, label: PERIOD_LABELS[per] }))}
            onValueChange={(per) => setDraft({ ...draft, per: per as Period })}
            className="w-36"
          />
        )}
      </>
    );
  return (
    <form
      ref={form}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        if (next) onSet(next);
      }}
      className="flex animate-fade flex-wrap items-center gap-2 border-line border-l-2 pl-3 text-ui"
    >
      {fields}
      <Button type="submit" disabled={next === null}>
        {t('set')}
      </Button>
      <Button variant="quiet" onClick={onCancel}>
        {t('cancel')}
      </Button>
    </form>
  );
}
