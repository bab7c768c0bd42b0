import { type ReactNode, useRef } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { t } from './strings.ts';

/** Props of `ConfirmDialog`. `action` names what happens: "Delete key", never "OK". */
export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  action: string;
  onConfirm: () => void;
  busy?: boolean;
  /** What cannot be taken back, in a sentence; more fields if the action needs them. */
  children: ReactNode;
}

/** Asks before something that cannot be undone. The safe answer has the focus. */
export function ConfirmDialog({ open, onOpenChange, title, action, onConfirm, busy, children }: ConfirmDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      className="md:w-[26rem]"
      initialFocus={cancel}
      footer={
        <div className="flex justify-end gap-2">
          <Button ref={cancel} onClick={() => onOpenChange(false)}>
            {t('cancel')}
          </Button>
          <Button variant="danger" onClick={onConfirm} busy={busy ?? false}>
            {action}
          </Button>
        </div>
      }
    >
      <div className="grid gap-3 px-4 py-3 text-ui">{children}</div>
    </Dialog>
  );
}
