import type { ChatParameters } from '@q/contract/chat';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/text-field.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { cx } from '../../lib/cx.ts';
import { NUMBER_PARAMETERS, type ParameterFaults, readParameters } from './read-parameters.ts';
import { t } from './strings.ts';

function SystemPrompt({ value, fault }: { value: string; fault: string | undefined }) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium text-ui">
        {t('systemPrompt')}
      </label>
      <textarea
        id={id}
        name="system_prompt"
        rows={5}
        defaultValue={value}
        aria-describedby={`${id}-hint`}
        aria-invalid={fault !== undefined}
        className={cx(inputClass, 'resize-y py-1.5')}
      />
      <p id={`${id}-hint`} className={fault ? 'text-meta text-neg' : 'text-ink3 text-meta'}>
        {fault ?? t('goesAlongUnseenBefore')}
      </p>
    </div>
  );
}

/** Props of `ParametersDialog`. */
export interface ParametersDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  parameters: ChatParameters;
  onSave: (parameters: ChatParameters) => void;
}

function ParametersForm({ parameters, onSave }: Pick<ParametersDialogProps, 'parameters' | 'onSave'>) {
  const [faults, setFaults] = useState<ParameterFaults>({});
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const read = readParameters((name) => String(data.get(name) ?? ''));
    setFaults(read.faults);
    if (Object.keys(read.faults).length === 0) onSave(read.parameters);
  };
  return (
    <form noValidate onSubmit={onSubmit} className="grid gap-4 px-4 py-3">
      <SystemPrompt value={parameters.system_prompt ?? ''} fault={faults['system_prompt']} />
      <div className="grid grid-cols-2 gap-4">
        {NUMBER_PARAMETERS.map(({ name, label, hint }) => (
          <TextField
            key={name}
            label={label}
            name={name}
            inputMode="decimal"
            autoComplete="off"
            placeholder={t('modelsOwn')}
            defaultValue={parameters[name] === undefined ? '' : String(parameters[name])}
            hint={faults[name] ? null : hint}
            error={faults[name]}
          />
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary">
          {t('apply')}
        </Button>
        <Button onClick={() => onSave({})}>{t('backToTheModels')}</Button>
      </div>
    </form>
  );
}

/** How the model answers in this chat. Empty fields leave it to the model. */
export function ParametersDialog({ open, onOpenChange, parameters, onSave }: ParametersDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('parameters')} className="md:w-[32rem]">
      {open ? (
        <ParametersForm
          parameters={parameters}
          onSave={(next) => {
            onSave(next);
            onOpenChange(false);
          }}
        />
      ) : null}
    </Dialog>
  );
}
