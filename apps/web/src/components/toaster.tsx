import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { cx } from '../lib/cx.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { t } from './strings.ts';
import { dismissToast, runToastAction, type ToastMessage, useToasts } from './toast-store.ts';

/** Long enough to read a sentence and reach its action; waiting stops while a pointer or the focus is on it. */
const SHOWN_MS = 7000;

const TONES = { plain: 'border-l-accent', good: 'border-l-pos', bad: 'border-l-neg' } as const;

function Toast({ message }: { message: ToastMessage }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(message.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, message.id]);
  const { action } = message;
  return (
    <li
      className={cx(
        'pointer-events-auto flex animate-fade items-center gap-2 rounded-md border border-line border-l-4 bg-surface py-1 pr-1 pl-3 text-ink text-ui shadow-overlay',
        TONES[message.tone],
      )}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="wrap-anywhere min-w-0 flex-1 py-1.5">{message.text}</span>
      {action ? (
        <Button variant="quiet" className="text-accent" onClick={() => runToastAction(message.id)}>
          {action.label}
        </Button>
      ) : null}
      <IconButton label={t('dismiss')} onClick={() => dismissToast(message.id)}>
        <X aria-hidden="true" size={16} />
      </IconButton>
    </li>
  );
}

/** The corner where messages appear. Mounted once, always in the page, so that screen readers watch it from the start. */
export function Toaster() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <section
      aria-label={t('notifications')}
      className="pointer-events-none fixed right-0 bottom-[calc(var(--tabbar)+var(--toast-lift,0px))] z-60 w-full max-w-md p-3"
    >
      <div role="status" aria-live="polite" aria-relevant="additions">
        <ol className="grid gap-2">
          {toasts.map((message) => (
            <Toast key={message.id} message={message} />
          ))}
        </ol>
      </div>
    </section>
  );
}
