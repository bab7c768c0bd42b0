import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { cx } from '../lib/cx.ts';
import { IconButton } from './icon-button.tsx';
import { useOverlayContainer } from './overlay-container.ts';
import { t } from './strings.ts';

const SHAPES = {
  /** A centred window; on a phone it fills the width at the bottom. */
  window:
    'inset-x-0 bottom-0 max-h-[calc(100dvh-1rem)] rounded-t-md md:inset-x-auto md:top-1/2 md:bottom-auto md:left-1/2 md:max-h-[calc(100dvh-4rem)] md:-translate-x-1/2 md:-translate-y-1/2 md:rounded-md',
  /** A panel along the left edge, for filters and lists on a phone. */
  sheet: 'inset-y-0 left-0 w-[min(22rem,100vw-2rem)]',
} as const;

/** Props of `Dialog`. */
export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  shape?: keyof typeof SHAPES;
  /** Width and other classes of the window: `md:w-[40rem]`. */
  className?: string;
  /** What gets the focus on opening; the first control when absent. Never use `autoFocus` inside. */
  initialFocus?: RefObject<HTMLElement | null>;
  /** What gets the focus on closing; the element that had it before when absent. */
  finalFocus?: RefObject<HTMLElement | null>;
  /** Fixed under the scrolling content. */
  footer?: ReactNode;
  children: ReactNode;
}

/** A modal window. It stays mounted while closed, so what was typed stays and the focus returns to the opener. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, shape = 'window', className, footer, children } = props;
  const container = useOverlayContainer();
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <BaseDialog.Portal keepMounted container={container}>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Popup
          initialFocus={props.initialFocus}
          finalFocus={props.finalFocus}
          className={cx(
            'fixed z-50 flex flex-col border border-line bg-surface text-ink shadow-overlay transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0',
            // A window over this one puts it in the shade.
            'data-nested-dialog-open:after:absolute data-nested-dialog-open:after:inset-0 data-nested-dialog-open:after:z-20 data-nested-dialog-open:after:bg-scrim',
            SHAPES[shape],
            className,
          )}
        >
          <header className="flex items-center justify-between gap-4 border-line border-b py-1.5 pr-1.5 pl-4">
            <BaseDialog.Title className="wrap-anywhere min-w-0 font-semibold text-h3">{title}</BaseDialog.Title>
            <BaseDialog.Close render={<IconButton label={t('close')} />}>
              <X aria-hidden="true" size={18} />
            </BaseDialog.Close>
          </header>
          {description ? (
            <BaseDialog.Description className="px-4 pt-3 text-ink2 text-ui">{description}</BaseDialog.Description>
          ) : null}
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
          {footer ? (
            <footer className="border-line border-t px-4 py-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          ) : null}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
