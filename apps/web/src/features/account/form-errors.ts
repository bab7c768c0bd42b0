import { ApiError, errorMessage } from '../../lib/api-client.ts';

/** What went wrong with a form: by field, or with the whole of it. */
export interface FormErrors {
  fields: Record<string, string>;
  /** For the whole form; null when fields say it all. */
  form: string | null;
  /** Seconds to wait before the next try; 0 when there is no need. */
  waitSeconds: number;
}

/** A form without faults. */
export const NO_ERRORS: FormErrors = { fields: {}, form: null, waitSeconds: 0 };

/** The server begins a field's sentence with its name ("password: must have …"); beside the field that is said already. */
function sentenceFor(field: string, message: string): string {
  const words = message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
  const first = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

/** Turns a refused call into words beside the fields that `known` names; everything else is about the form. */
export function formErrors(error: unknown, known: readonly string[]): FormErrors {
  if (!(error instanceof ApiError)) return { ...NO_ERRORS, form: errorMessage(error) };
  if (error.status === 429) {
    const waitSeconds = error.retryAfter ?? 0;
    return { fields: {}, form: error.message, waitSeconds };
  }
  if (error.param !== null && known.includes(error.param))
    return { ...NO_ERRORS, fields: { [error.param]: sentenceFor(error.param, error.message) } };
  // The token of a link is a field that nobody sees.
  const form = error.param === 'token' ? sentenceFor('token', error.message) : error.message;
  return { ...NO_ERRORS, form };
}
