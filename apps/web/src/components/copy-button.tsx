import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './icon-button.tsx';
import { t } from './strings.ts';
import { toast } from './toast-store.ts';

/** Props of `CopyButton`. `what` completes "Copy …": "model id". */
export interface CopyButtonProps {
  text: string | (() => string);
  what: string;
  className?: string;
  /** Called once the text is on the clipboard. */
  onCopied?: () => void;
}

/** Puts `text` on the clipboard and says so for two seconds, in sight and to screen readers. */
export function CopyButton({ text, what, className, onCopied }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setCopied(true);
      onCopied?.();
    } catch {
      toast(t('copyingRefused', { what }), { tone: 'bad' });
    }
  };
  return (
    <>
      <IconButton label={t('copy', { what })} onClick={() => void copy()} className={className ?? ''}>
        {copied ? <Check aria-hidden="true" size={16} className="text-pos" /> : <Copy aria-hidden="true" size={16} />}
      </IconButton>
      <span role="status" className="sr-only">
        {copied ? t('copied', { what }) : ''}
      </span>
    </>
  );
}
