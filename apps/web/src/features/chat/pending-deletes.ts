import type { QueryClient } from '@tanstack/react-query';
import { create } from 'zustand';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { useSession } from '../../lib/session-store.ts';
import { writeDraft } from './drafts.ts';
import { chatKeys, deleteSession } from './queries.ts';
import { focusRow } from './row-focus.ts';
import { t } from './strings.ts';

/** Chats that are gone from the list and can still be brought back. */
export const usePendingDeletes = create<{ ids: ReadonlySet<string> }>()(() => ({ ids: new Set() }));

function setPending(id: string, pending: boolean): void {
  usePendingDeletes.setState(({ ids }) => {
    const next = new Set(ids);
    if (pending) next.add(id);
    else next.delete(id);
    return { ids: next };
  });
}

async function finish(queryClient: QueryClient, id: string): Promise<void> {
  const userId = useSession.getState().user?.id ?? '';
  try {
    await deleteSession(id);
    writeDraft(id, '');
    queryClient.removeQueries({ queryKey: chatKeys.session(userId, id) });
    queryClient.removeQueries({ queryKey: chatKeys.messages(userId, id) });
  } catch (error) {
    toast(t('theChatIsStill', { why: errorMessage(error) }), { tone: 'bad' });
  }
  await queryClient.invalidateQueries({ queryKey: chatKeys.sessions(userId) });
  setPending(id, false);
}

function bringBack(id: string): void {
  setPending(id, false);
  focusRow(id);
}

/**
 * Takes a chat off the list, with a message to bring it back. It is deleted at the server when the message goes away;
 * when the page is left before that, it stays.
 */
export function deleteWithUndo(queryClient: QueryClient, chat: { id: string; title: string }): void {
  setPending(chat.id, true);
  toast(t('isDeleted', { title: chat.title }), {
    action: { label: t('undo'), run: () => bringBack(chat.id) },
    onExpire: () => void finish(queryClient, chat.id),
  });
}
