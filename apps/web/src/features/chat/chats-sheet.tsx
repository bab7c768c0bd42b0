import type { ReactNode } from 'react';
import { Dialog } from '../../components/dialog.tsx';

/** The list of chats as a sheet, where there is no room beside the thread. */
export function ChatsSheet(props: { open: boolean; onOpenChange: (open: boolean) => void; children: ReactNode }) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title="Chats" shape="sheet">
      {props.children}
    </Dialog>
  );
}
