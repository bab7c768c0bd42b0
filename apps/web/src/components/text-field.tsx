import { Field } from '@base-ui/react/field';
import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from '../lib/cx.ts';
import { inputClass } from './text-field-class.ts';

/** Props of `TextField`. `error` is one sentence, shown under the field and read with it. */
export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'defaultValue' | 'value'> {
  label: string;
  name: string;
  value?: string;
  defaultValue?: string;
  error?: string | null | undefined;
  hint?: ReactNode;
  /** Something at the end of the field's row: a reveal button, a unit. */
  end?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** A labelled one-line field whose hint and error are tied to it. */
export function TextField({ label, name, error, hint, end, className, ref, ...input }: TextFieldProps) {
  return (
    <Field.Root name={name} invalid={Boolean(error)} className={cx('grid gap-1', className)}>
      <Field.Label className="font-medium text-ui">{label}</Field.Label>
      <div className="flex items-center gap-2">
        <Field.Control ref={ref} className={inputClass} {...input} />
        {end}
      </div>
      {hint ? <Field.Description className="text-ink3 text-meta">{hint}</Field.Description> : null}
      <Field.Error match={Boolean(error)} className="text-meta text-neg">
        {error}
      </Field.Error>
    </Field.Root>
  );
}
