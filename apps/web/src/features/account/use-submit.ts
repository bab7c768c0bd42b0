import { type FormEvent, useEffect, useRef, useState } from 'react';
import { type FormErrors, formErrors, NO_ERRORS } from './form-errors.ts';

/** Counts down once a second while it is above zero. */
function useCountdown(errors: FormErrors): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    setLeft(errors.waitSeconds);
    if (errors.waitSeconds === 0) return;
    const timer = setInterval(() => setLeft((seconds) => Math.max(seconds - 1, 0)), 1000);
    return () => clearInterval(timer);
  }, [errors]);
  return left;
}

/** A form's submission: runs `send` with the fields' texts, one at a time, and turns refusals into words. */
export interface Submission {
  busy: boolean;
  errors: FormErrors;
  /** Seconds until the server takes another try; 0 when it does now. */
  waitSeconds: number;
  /** For `<form onSubmit>`. */
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

/**
 * Sends a form. `check` answers faults by field before anything is sent; `send` throws ApiError. After a fault the focus
 * goes to the first field that has one.
 */
export function useSubmit(options: {
  fields: readonly string[];
  check: (values: Record<string, string>) => Record<string, string>;
  send: (values: Record<string, string>) => Promise<void>;
}): Submission {
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState(NO_ERRORS);
  const form = useRef<HTMLFormElement | null>(null);
  const waitSeconds = useCountdown(errors);

  useEffect(() => {
    const [faulty] = Object.keys(errors.fields);
    const named = faulty === undefined ? null : form.current?.elements.namedItem(faulty);
    const field = named instanceof RadioNodeList ? named[0] : named;
    if (field instanceof HTMLElement) field.focus();
  }, [errors]);

  const submit = async (values: Record<string, string>) => {
    const fields = options.check(values);
    if (Object.keys(fields).length > 0) return setErrors({ ...NO_ERRORS, fields });
    setBusy(true);
    setErrors(NO_ERRORS);
    try {
      await options.send(values);
    } catch (error) {
      setErrors(formErrors(error, options.fields));
    } finally {
      setBusy(false);
    }
  };

  return {
    busy,
    errors,
    waitSeconds,
    onSubmit: (event) => {
      event.preventDefault();
      form.current = event.currentTarget;
      const data = new FormData(event.currentTarget);
      const values = Object.fromEntries(options.fields.map((name) => [name, String(data.get(name) ?? '')]));
      if (!busy) void submit(values);
    },
  };
}
