import { type ReactNode, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { ApiError } from '../../lib/api-client.ts';
import { FormError, PasswordField } from '../account/form-parts.tsx';
import { type Submission, useSubmit } from '../account/use-submit.ts';
import { needsPassword, readAmount } from './read-amount.ts';
import { t } from './strings.ts';
import { useOnce } from './use-once.ts';

const REASON_LENGTH_MIN = 3;

/** How the fields that every such form has are drawn; `lead` and `children` draw its own, before and after the amount. */
interface MoneyFieldsProps {
  amountLabel: string;
  /** A hint under the amount. */
  amountHint?: string;
  signed?: boolean;
  lead?: (errors: Record<string, string>) => ReactNode;
  children?: (errors: Record<string, string>) => ReactNode;
}

/** Props of `MoneyForm`. */
export interface MoneyFormProps<T> extends MoneyFieldsProps {
  title: string;
  /** What it does, in a sentence. */
  explanation: string;
  action: string;
  /** True when the amount may be left out. */
  amountOptional?: boolean;
  path: string;
  /** Names of the form's own fields. */
  fields?: readonly string[];
  check?: (values: Record<string, string>) => Record<string, string>;
  /** The body of the request, from the fields and the amount; undefined when it was left out. May throw ApiError. */
  body: (values: Record<string, string>, amountUsd: string | undefined) => object;
  onDone: (answer: T) => void;
}

const NO_FIELDS: readonly string[] = [];

function faultsOf(values: Record<string, string>, props: { signed: boolean; amountOptional: boolean }) {
  const faults: Record<string, string> = {};
  const { amount_usd: amount = '', reason = '', password } = values;
  const read = readAmount(amount, { signed: props.signed });
  if ('fault' in read && !(props.amountOptional && amount.trim() === '')) faults['amount_usd'] = read.fault;
  if (reason.trim().length < REASON_LENGTH_MIN) faults['reason'] = t('sayWhyInA');
  if (password === '' && needsPassword(amount)) faults['password'] = t('enterYourPasswordThis');
  return faults;
}

/** The amount as the API takes it, where there is one. */
function amountOf(text: string | undefined): string | undefined {
  const read = readAmount(text ?? '', { signed: true });
  return 'amountUsd' in read ? read.amountUsd : undefined;
}

function Fields({ submission, ...props }: MoneyFieldsProps & { submission: Submission }) {
  const [amount, setAmount] = useState('');
  const { fields } = submission.errors;
  return (
    <>
      {props.lead?.(fields)}
      <TextField
        label={props.amountLabel}
        name="amount_usd"
        inputMode={props.signed ? 'text' : 'decimal'}
        autoComplete="off"
        value={amount}
        onChange={(event) => setAmount(event.target.value)}
        error={fields['amount_usd']}
        hint={props.amountHint}
      />
      {props.children?.(fields)}
      <TextField
        label={t('reason')}
        name="reason"
        autoComplete="off"
        maxLength={500}
        error={fields['reason']}
        hint={t('thePersonSeesIt')}
      />
      {/* The server has the last word: a refund without an amount may need it too. */}
      {needsPassword(amount) || fields['password'] !== undefined ? (
        <PasswordField
          label={t('yourPassword')}
          name="password"
          autoComplete="current-password"
          error={fields['password']}
          hint={t('neededAbove100')}
        />
      ) : null}
    </>
  );
}

/** A form that moves money: amount, reason, the administrator's password above $100, and what the server says to it. */
export function MoneyForm<T>(props: MoneyFormProps<T>) {
  const { signed = false, amountOptional = false, fields = NO_FIELDS } = props;
  const send = useOnce();
  const submission = useSubmit({
    fields: ['amount_usd', ...fields, 'reason', 'password'],
    check: (values) => ({ ...faultsOf(values, { signed, amountOptional }), ...props.check?.(values) }),
    send: async (values) => {
      const body = props.body(values, amountOf(values['amount_usd']));
      const reason = (values['reason'] ?? '').trim();
      props.onDone(await send<T>(props.path, { ...body, reason }, values['password'] ?? ''));
    },
  });
  return (
    <form
      noValidate
      onSubmit={submission.onSubmit}
      aria-label={props.title}
      className="grid max-w-md content-start gap-4"
    >
      <div>
        <h2 className="font-semibold text-h3">{props.title}</h2>
        <p className="text-ink2 text-ui">{props.explanation}</p>
      </div>
      <FormError submission={submission} />
      <Fields submission={submission} {...props} />
      <Button type="submit" busy={submission.busy} disabled={submission.waitSeconds > 0} className="justify-self-start">
        {props.action}
      </Button>
    </form>
  );
}

/** The refusal of a form that was sent before anybody was chosen, in the shape of the server's own refusals. */
export function nobodyChosen(): ApiError {
  return new ApiError(t('chooseAPersonFirst'), { code: 'invalid_request', status: 400 });
}
