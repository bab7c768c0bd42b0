import type { Ref } from 'react';
import { TextField } from '../../components/text-field.tsx';
import { useSession } from '../../lib/session-store.ts';
import { emailFault } from './field-faults.ts';
import { FormError, PasswordField, SubmitButton } from './form-parts.tsx';
import { signIn } from './sign-in.ts';
import { t } from './strings.ts';
import { useSubmit } from './use-submit.ts';

/** Props of `SignInForm`. */
export interface SignInFormProps {
  onSignedIn: () => void;
  onForgot: () => void;
  /** Gets the focus when the window opens. */
  firstField: Ref<HTMLInputElement>;
}

function check({ email = '', password = '' }: Record<string, string>): Record<string, string> {
  const faults = emailFault(email);
  return password === '' ? { ...faults, password: t('enterYourPassword') } : faults;
}

/** Signing in by e-mail and password. */
export function SignInForm({ onSignedIn, onForgot, firstField }: SignInFormProps) {
  const submission = useSubmit({
    fields: ['email', 'password'],
    check,
    send: async ({ email = '', password = '' }) => {
      await signIn({ email, password });
      onSignedIn();
    },
  });
  const endedElsewhere = useSession((state) => state.endedElsewhere);
  const { fields } = submission.errors;
  return (
    <form noValidate onSubmit={submission.onSubmit} className="grid max-w-sm gap-4">
      <div role="status" className="empty:absolute">
        {endedElsewhere ? (
          <p className="border-line-strong border-l-4 bg-surface px-4 py-2.5 text-ui">{t('yourSessionHas')}</p>
        ) : null}
      </div>
      <FormError submission={submission} />
      <TextField
        ref={firstField}
        label={t('eMail')}
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        required
        error={fields['email']}
      />
      <PasswordField label={t('password')} name="password" autoComplete="current-password" error={fields['password']} />
      <div className="flex flex-wrap items-center gap-4">
        <SubmitButton submission={submission}>{t('signIn')}</SubmitButton>
        <button type="button" onClick={onForgot} className="link min-h-control text-ui">
          {t('forgotThePassword')}
        </button>
      </div>
    </form>
  );
}
