import type { CreateApiKeyRequest } from '@q/contract/api-keys';
import { formatUsd } from '@q/contract/money';
import { type FormEvent, useRef, useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { readDollars } from '../../lib/read-dollars.ts';
import { createApiKey, EXPIRY_CHOICES, expiryOf, type NewApiKey, PERMISSION_CHOICES } from './api-keys.ts';
import { FormError, PasswordField, SubmitButton } from './form-parts.tsx';
import { t } from './strings.ts';
import { useSubmit } from './use-submit.ts';

type Permission = (typeof PERMISSION_CHOICES)[number]['value'];

const PRESET = PERMISSION_CHOICES.filter(({ preset }) => preset).map(({ value }) => value as Permission);

function check({ name = '', daily_limit_usd: limit = '' }: Record<string, string>): Record<string, string> {
  const faults: Record<string, string> = {};
  if (name.trim() === '') faults['name'] = t('giveTheKeyA');
  const nano = readDollars(limit);
  if (limit.trim() !== '' && (nano === null || nano < 0n)) faults['daily_limit_usd'] = t('enterDollarsAsA');
  return faults;
}

function Permissions({ chosen, onChange }: { chosen: readonly Permission[]; onChange: (next: Permission[]) => void }) {
  return (
    <fieldset className="grid gap-1">
      <legend className="pb-1 font-medium text-ui">{t('itMay')}</legend>
      {PERMISSION_CHOICES.map(({ value, label, note }) => (
        <label key={value} className="flex min-h-7 items-center gap-2 text-ui max-md:min-h-11">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, value] : chosen.filter((other) => other !== value))
            }
          />
          {label}
          <span className="text-ink3 text-meta">{note}</span>
        </label>
      ))}
    </fieldset>
  );
}

function toRequest(values: Record<string, string>, permissions: Permission[], days: string): CreateApiKeyRequest {
  const limit = readDollars(values['daily_limit_usd'] ?? '');
  const password = values['password'] ?? '';
  return {
    name: (values['name'] ?? '').trim(),
    permissions,
    expires_at: expiryOf(days, Date.now()),
    ...(limit === null ? {} : { daily_limit_usd: formatUsd(limit) }),
    ...(password === '' ? {} : { password }),
  };
}

function CreateKeyForm({
  firstField,
  onCreated,
}: {
  firstField: React.RefObject<HTMLInputElement | null>;
  onCreated: (key: NewApiKey) => void;
}) {
  const [permissions, setPermissions] = useState<Permission[]>(PRESET);
  const [days, setDays] = useState('');
  const [mustConfirm, setMustConfirm] = useState(false);
  const submission = useSubmit({
    fields: ['name', 'daily_limit_usd', 'password', 'expires_at'],
    check: (values) => {
      if (permissions.length === 0) return { permissions: t('chooseAtLeastOne') };
      return check(values);
    },
    send: async (values) => onCreated(await createApiKey(toRequest(values, permissions, days))),
  });
  const { fields } = submission.errors;
  if (fields['password'] && !mustConfirm) setMustConfirm(true);
  return (
    <form
      noValidate
      onSubmit={(event: FormEvent<HTMLFormElement>) => submission.onSubmit(event)}
      className="grid gap-4 px-4 py-3"
    >
      <FormError submission={submission} />
      <TextField
        ref={firstField}
        label={t('name')}
        name="name"
        autoComplete="off"
        maxLength={100}
        placeholder={t('laptop')}
        required
        error={fields['name']}
      />
      <TextField
        label={t('dailyLimitInDollars')}
        name="daily_limit_usd"
        inputMode="decimal"
        autoComplete="off"
        placeholder="5.00"
        hint={t('theKeyStopsFor')}
        error={fields['daily_limit_usd']}
      />
      <Select label={t('expires')} options={EXPIRY_CHOICES} value={days} onValueChange={setDays} />
      <Permissions chosen={permissions} onChange={setPermissions} />
      {fields['permissions'] ? (
        <p role="alert" className="text-meta text-neg">
          {fields['permissions']}
        </p>
      ) : null}
      {mustConfirm ? (
        <PasswordField
          label={t('yourPassword')}
          name="password"
          autoComplete="current-password"
          error={fields['password']}
        />
      ) : null}
      <SubmitButton submission={submission}>{t('createKey')}</SubmitButton>
    </form>
  );
}

/** Props of `CreateKeyDialog`. */
export interface CreateKeyDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (key: NewApiKey) => void;
}

/** Asks what a new key is for and what it may do. */
export function CreateKeyDialog({ open, onOpenChange, onCreated }: CreateKeyDialogProps) {
  const firstField = useRef<HTMLInputElement>(null);
  const [round, setRound] = useState(0);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('newApiKey')}
      className="md:w-[28rem]"
      initialFocus={firstField}
    >
      <CreateKeyForm
        key={round}
        firstField={firstField}
        onCreated={(key) => {
          // The next key starts with an empty form.
          setRound(round + 1);
          onCreated(key);
        }}
      />
    </Dialog>
  );
}
