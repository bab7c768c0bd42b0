import { useEffect, useId, useRef, useState } from 'react';
import { cx } from '../../lib/cx.ts';
import type { PromptVolume } from '../../lib/format.ts';
import { writeVolume } from './prompt-volume.ts';
import { t } from './strings.ts';

/** Long enough to type a number to its end. */
const DEBOUNCE_MS = 300;

/** Props of `VolumeFields`. */
export interface VolumeFieldsProps {
  volume: PromptVolume;
  /** The new value of `vol` in the URL. */
  onChange: (vol: string | undefined) => void;
  className?: string;
}

const FIELD =
  'min-h-control w-[4.75rem] rounded-sm border border-line-strong bg-surface px-1.5 text-right font-mono text-meta md:min-h-7';

/** "Your prompt": how many tokens go in and come out, for the cost column. */
export function VolumeFields({ volume, onChange, className }: VolumeFieldsProps) {
  const id = useId();
  const written = `${volume.input}-${volume.output}`;
  const [known, setKnown] = useState(written);
  const [draft, setDraft] = useState({ input: String(volume.input), output: String(volume.output) });
  const latest = useRef(onChange);
  latest.current = onChange;
  if (known !== written) {
    setKnown(written);
    setDraft({ input: String(volume.input), output: String(volume.output) });
  }
  useEffect(() => {
    const next = { input: Number(draft.input), output: Number(draft.output) };
    if (`${next.input}-${next.output}` === written) return;
    const timer = setTimeout(() => latest.current(writeVolume(next)), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [draft, written]);
  const digits = (text: string) => text.replace(/\D/g, '').slice(0, 8);
  return (
    <fieldset className={cx('flex items-center gap-1.5 whitespace-nowrap text-ink2 text-meta', className)}>
      <legend className="sr-only">{t('yourPromptInTokens')}</legend>
      <span aria-hidden="true" className="text-ink3">
        {t('yourPrompt')}
      </span>
      <input
        id={`${id}-in`}
        aria-label={t('tokensIn')}
        inputMode="numeric"
        value={draft.input}
        onChange={(event) => setDraft({ ...draft, input: digits(event.target.value) })}
        className={FIELD}
      />
      <span aria-hidden="true">{t('tokensInMark')}</span>
      <input
        id={`${id}-out`}
        aria-label={t('tokensOut')}
        inputMode="numeric"
        value={draft.output}
        onChange={(event) => setDraft({ ...draft, output: digits(event.target.value) })}
        className={FIELD}
      />
      <span aria-hidden="true">{t('tokensOutMark')}</span>
    </fieldset>
  );
}
