import { useEffect, useState } from 'react';
import { t } from './strings.ts';

/** "4 s", "1 min 5 s": whole seconds, at least one. */
function thoughtFor(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 1);
  return seconds < 60
    ? `${seconds} s`
    : t('minutesSeconds', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

/** Props of `Reasoning`. */
export interface ReasoningProps {
  text: string;
  /** How long it took, in milliseconds; null when nobody measured it. */
  ms: number | null;
  /** True while it goes on: it is shown as it comes, and folds by itself at the first word of the answer. */
  running?: boolean;
}

/** What a model thought before it answered, folded. */
export function Reasoning({ text, ms, running = false }: ReasoningProps) {
  const [open, setOpen] = useState(running);
  useEffect(() => setOpen(running), [running]);
  const title = running ? t('thinking') : ms === null ? t('thoughts') : t('thoughtFor', { time: thoughtFor(ms) });
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="pb-2 text-ui">
      <summary className="w-fit rounded-sm py-1 text-ink2">{title}</summary>
      <p className="max-w-[72ch] wrap-anywhere whitespace-pre-wrap border-line border-l-2 pl-3 text-ink2">{text}</p>
    </details>
  );
}
