import { Pencil, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { cx } from '../../lib/cx.ts';
import { LimitForm } from './limit-form.tsx';
import {
  FLAGS,
  FORMS,
  type FormKind,
  isForm,
  type Limit,
  limitKey,
  limitPhrase,
  limitsOf,
  limitText,
} from './limits.ts';
import { t } from './strings.ts';
import type { SentenceControl } from './use-sentence.ts';
import type { Requirements } from './words.ts';

const BOX = 'inline-flex min-h-6 items-center gap-1 px-1.5 text-meta touch:min-h-11 max-md:min-h-11';

/** Limits of which there can be more than one. */
const SEVERAL: readonly string[] = ['include', 'exclude'];

interface ChipProps {
  limit: Limit;
  busy: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function Chip({ limit, busy, onEdit, onRemove }: ChipProps) {
  const text = limitText(limit);
  // What the task itself asks for cannot be taken away from it.
  if (limitPhrase(limit) === null) {
    return <span className={cx(BOX, 'border border-line border-dashed text-ink2')}>{text}</span>;
  }
  const editable = isForm(limit.kind) && !SEVERAL.includes(limit.kind);
  return (
    <span
      className={cx(
        'inline-flex rounded-sm border border-line-strong bg-surface text-ink2',
        busy && 'animate-pulse opacity-70',
      )}
    >
      {editable ? (
        <button type="button" onClick={onEdit} className={cx(BOX, 'hover:bg-sunken hover:text-ink')}>
          <span className="sr-only">{t('change')} </span>
          <span>{text}</span>
          <Pencil aria-hidden="true" size={11} />
        </button>
      ) : (
        <span className={BOX}>{text}</span>
      )}
      <button
        type="button"
        onClick={onRemove}
        aria-label={t('remove', { text })}
        className={cx(BOX, 'min-w-6 justify-center hover:bg-sunken hover:text-ink touch:min-w-11 max-md:min-w-11')}
      >
        <X aria-hidden="true" size={12} />
      </button>
    </span>
  );
}

function AddLimit({ limits, onAdd }: { limits: readonly Limit[]; onAdd: (value: string) => void }) {
  const kinds = new Set<string>(limits.map(({ kind }) => kind));
  const flags = Object.entries(FLAGS).filter(([kind]) => !kinds.has(kind));
  const forms = Object.entries(FORMS).filter(([kind]) => SEVERAL.includes(kind) || !kinds.has(kind));
  return (
    <select
      aria-label={t('addALimit')}
      value=""
      onChange={(event) => onAdd(event.target.value)}
      className={cx(BOX, 'link cursor-pointer border-0 bg-transparent pr-0 [field-sizing:content]')}
    >
      <option value="" disabled>
        {t('addALimit')}
      </option>
      {forms.map(([kind, label]) => (
        <option key={kind} value={kind}>
          {label}
        </option>
      ))}
      {flags.map(([kind, { label }]) => (
        <option key={kind} value={kind}>
          {label.charAt(0).toUpperCase() + label.slice(1)}
        </option>
      ))}
    </select>
  );
}

/** Props of `LimitChips`. */
export interface LimitChipsProps {
  requirements: Requirements;
  control: SentenceControl;
}

/** What was understood of the sentence, each part with its own way out, and more to ask for. */
export function LimitChips({ requirements, control }: LimitChipsProps) {
  const limits = limitsOf(requirements);
  const [form, setForm] = useState<{ kind: FormKind; limit?: Limit } | null>(null);
  const list = useRef<HTMLFieldSetElement>(null);
  const close = () => {
    setForm(null);
    list.current?.querySelector('select')?.focus();
  };
  return (
    <fieldset ref={list} className="grid min-w-0 gap-2">
      <legend className="sr-only">{t('limitsInYourSentence')}</legend>
      <ul className="flex flex-wrap items-center gap-1.5">
        {limits.map((limit) => (
          <li key={limitKey(limit)}>
            <Chip
              limit={limit}
              busy={control.busy === limitKey(limit)}
              onEdit={() => isForm(limit.kind) && setForm({ kind: limit.kind, limit })}
              onRemove={() => {
                control.remove(limit);
                list.current?.querySelector('select')?.focus();
              }}
            />
          </li>
        ))}
        <li>
          <AddLimit
            limits={limits}
            onAdd={(value) => (isForm(value) ? setForm({ kind: value }) : control.set({ kind: value } as Limit))}
          />
        </li>
      </ul>
      {form ? (
        <LimitForm
          key={form.kind}
          kind={form.kind}
          limit={form.limit}
          onSet={(next) => {
            control.set(next, form.limit);
            close();
          }}
          onCancel={close}
        />
      ) : null}
    </fieldset>
  );
}
