/** The classes of every one-line control: inputs and selects. */
export const inputClass =
  'min-h-control w-full rounded-sm border border-line-strong bg-surface px-2.5 text-ink text-ui aria-invalid:border-neg disabled:bg-sunken disabled:text-ink3';
