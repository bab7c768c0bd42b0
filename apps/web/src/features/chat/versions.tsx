import { ChevronLeft, ChevronRight } from 'lucide-react';
import { IconButton } from '../../components/icon-button.tsx';
import { t } from './strings.ts';

/** Props of `Versions`. */
export interface VersionsProps {
  id: string;
  /** Ids of all versions, oldest first. */
  alternatives: readonly string[];
  /** What there are several of: "answer", "question". */
  what: string;
  disabled: boolean;
  onOpen: (id: string) => void;
}

/** "2 / 3" with the ways to the version before and after; nothing where there is only one. */
export function Versions({ id, alternatives, what, disabled, onOpen }: VersionsProps) {
  if (alternatives.length < 2) return null;
  const at = alternatives.indexOf(id);
  const before = alternatives[at - 1];
  const after = alternatives[at + 1];
  const step = (target: string | undefined) => (target === undefined ? undefined : () => onOpen(target));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups two ways
    <span role="group" aria-label={t('versionsOfThis', { what })} className="inline-flex items-center">
      <IconButton label={t('previous', { what })} disabled={disabled || before === undefined} onClick={step(before)}>
        <ChevronLeft aria-hidden="true" size={15} />
      </IconButton>
      <span className="whitespace-nowrap font-mono text-ink2 text-meta">
        <span aria-hidden="true">
          {at + 1} / {alternatives.length}
        </span>
        <span className="sr-only">{t('versionOf', { at: at + 1, count: alternatives.length })}</span>
      </span>
      <IconButton label={t('nextWhat', { what })} disabled={disabled || after === undefined} onClick={step(after)}>
        <ChevronRight aria-hidden="true" size={15} />
      </IconButton>
    </span>
  );
}
