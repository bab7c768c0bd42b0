import { Eye, EyeOff } from 'lucide-react';
import { type Ref, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { cx } from '../../lib/cx.ts';
import { type PasswordStrength, passwordStrength } from './password-strength.ts';
import { t } from './strings.ts';
import type { Submission } from './use-submit.ts';

/** What is wrong with the form as a whole, and how long to wait before the next try. Read out when it appears. */
export function FormError({ submission }: { submission: Submission }) {
  const { errors, waitSeconds } = submission;
  return (
    <div role="alert" className="empty:absolute">
      {errors.form === null ? null : (
        <p className="border-neg border-l-4 bg-sunken px-3 py-2 text-ui">
          {errors.form}{' '}
          {waitSeconds > 0 ? <span aria-hidden="true">{t('youCanTryAgain', { waitSeconds })}</span> : null}
        </p>
      )}
    </div>
  );
}

/** The button that sends a form; it waits when the server asked for that. */
export function SubmitButton({ submission, children }: { submission: Submission; children: string }) {
  return (
    <Button
      type="submit"
      variant="primary"
      busy={submission.busy}
      disabled={submission.waitSeconds > 0}
      className="justify-self-start"
    >
      {children}
    </Button>
  );
}

/** Props of `PasswordField`. */
export interface PasswordFieldProps {
  label: string;
  name: string;
  autoComplete: 'current-password' | 'new-password';
  error?: string | undefined;
  value?: string;
  onValueChange?: (value: string) => void;
  hint?: string;
  ref?: Ref<HTMLInputElement>;
}

/** A password that can be looked at. Pasting is allowed. */
export function PasswordField({ onValueChange, ...props }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      type={shown ? 'text' : 'password'}
      spellCheck={false}
      autoCapitalize="off"
      required
      {...(onValueChange ? { onChange: (event) => onValueChange(event.target.value) } : {})}
      end={
        <IconButton
          label={shown ? t('hidePassword') : t('showPassword')}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff aria-hidden="true" size={16} /> : <Eye aria-hidden="true" size={16} />}
        </IconButton>
      }
    />
  );
}

const LEVEL_COLORS = ['bg-neg', 'bg-warn', 'bg-info', 'bg-pos'] as const;

function StrengthMeter({ strength }: { strength: PasswordStrength }) {
  return (
    <div aria-hidden="true" className="grid grid-cols-3 gap-1">
      {[1, 2, 3].map((step) => (
        <span key={step} className={cx('h-1', step <= strength.level ? LEVEL_COLORS[strength.level] : 'bg-line')} />
      ))}
    </div>
  );
}

/** A new password with a judgement of its strength in words. */
export function NewPasswordField({
  error,
  email,
  label = t('password'),
  name = 'password',
  ref,
}: {
  error?: string | undefined;
  /** The owner's address, which must not be a part of it. */
  email: string;
  label?: string;
  name?: string;
  ref?: Ref<HTMLInputElement> | undefined;
}) {
  const [value, setValue] = useState('');
  const strength = passwordStrength(value, email);
  return (
    <div className="grid gap-1.5">
      <PasswordField
        {...(ref ? { ref } : {})}
        label={label}
        name={name}
        autoComplete="new-password"
        value={value}
        onValueChange={setValue}
        error={error}
        hint={strength.words}
      />
      {value === '' ? null : <StrengthMeter strength={strength} />}
    </div>
  );
}
