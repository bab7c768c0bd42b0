import type { ApiKey } from '@q/contract/api-keys';
import { useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { Select } from '../../components/select.tsx';
import { GRACE_CHOICES, type NewApiKey, rotateApiKey } from './api-keys.ts';
import { FormError, PasswordField, SubmitButton } from './form-parts.tsx';
import { t } from './strings.ts';
import { useSubmit } from './use-submit.ts';

function RotateKeyForm({ apiKey, onRotated }: { apiKey: ApiKey; onRotated: (key: NewApiKey) => void }) {
  const [grace, setGrace] = useState('3600');
  const [mustConfirm, setMustConfirm] = useState(false);
  const submission = useSubmit({
    fields: ['password'],
    check: () => ({}),
    send: async ({ password = '' }) => {
      const change = { graceSeconds: Number(grace), ...(password === '' ? {} : { password }) };
      onRotated(await rotateApiKey(apiKey.id, change));
    },
  });
  const { fields } = submission.errors;
  if (fields['password'] && !mustConfirm) setMustConfirm(true);
  return (
    <form noValidate onSubmit={submission.onSubmit} className="grid gap-4 px-4 py-3">
      <FormError submission={submission} />
      <p className="wrap-anywhere text-ui">{t('getsANewSecret', { name: apiKey.name })}</p>
      <Select label={t('theOldSecret')} options={GRACE_CHOICES} value={grace} onValueChange={setGrace} />
      {mustConfirm ? (
        <PasswordField
          label={t('yourPassword')}
          name="password"
          autoComplete="current-password"
          error={fields['password']}
        />
      ) : null}
      <SubmitButton submission={submission}>{t('replaceSecret')}</SubmitButton>
    </form>
  );
}

/** Props of `RotateKeyDialog`: the key to rotate, null when none is. */
export interface RotateKeyDialogProps {
  apiKey: ApiKey | null;
  onClose: () => void;
  onRotated: (key: NewApiKey) => void;
}

/** Replaces the secret of a key, with a time in which both work. */
export function RotateKeyDialog({ apiKey, onClose, onRotated }: RotateKeyDialogProps) {
  return (
    <Dialog
      open={apiKey !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('rotateKey')}
      className="md:w-[28rem]"
    >
      {apiKey ? <RotateKeyForm key={apiKey.id} apiKey={apiKey} onRotated={onRotated} /> : null}
    </Dialog>
  );
}
