import type { ReactNode } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { t } from './strings.ts';

/** The list of chats as a sheet, where there is no room beside the thread. */
export function ChatsSheet(props: { open: boolean; onOpenChange: (open: boolean) => void; children: ReactNode }) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t('chats')} shape="sheet">
      {props.children}
    </Dialog>
  );
}
