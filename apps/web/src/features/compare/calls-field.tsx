import { useEffect, useId, useRef, useState } from 'react';
import { t } from './strings.ts';

/** Long enough to type a number to its end. */
const REST_MS = 300;

/** How many calls the cost is told for. */
export function CallsField({ value, onChange }: { value: number; onChange: (calls: number) => void }) {
  const id = useId();
  const [known, setKnown] = useState(value);
  const [draft, setDraft] = useState(String(value));
  const latest = useRef(onChange);
  latest.current = onChange;
  if (known !== value) {
    setKnown(value);
    setDraft(String(value));
  }
  useEffect(() => {
    if (Number(draft) === value) return;
    const timer = setTimeout(() => latest.current(Number(draft)), REST_MS);
    return () => clearTimeout(timer);
  }, [draft, value]);
  return (
    <span className="inline-flex items-center gap-1.5 text-ink2 text-meta">
      <label htmlFor={id} className="text-ink3">
        {t('calls')}
      </label>
      <input
        id={id}
        inputMode="numeric"
        value={draft}
        onChange={(event) => setDraft(event.target.value.replace(/\D/g, '').slice(0, 9))}
        className="min-h-control w-24 rounded-sm border border-line-strong bg-surface px-1.5 text-right font-mono text-meta md:min-h-7"
      />
    </span>
  );
}
