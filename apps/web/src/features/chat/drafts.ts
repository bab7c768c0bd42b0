import { create } from 'zustand';

const PREFIX = 'q.draft.';
/** The chat that does not exist yet; everywhere else a chat is named by its session id. */
export const NEW_CHAT = 'new';
/** Longer texts are kept on the page only: they would fill the storage of the whole site. */
const LENGTH_MAX = 200_000;

function stored(chat: string): string {
  try {
    return localStorage.getItem(PREFIX + chat) ?? '';
  } catch {
    return '';
  }
}

const useDraftStore = create<Record<string, string>>()(() => ({}));

/** What was typed in a chat and not sent; empty when nothing was. */
export function readDraft(chat: string): string {
  return useDraftStore.getState()[chat] ?? stored(chat);
}

/** The draft of a chat, kept up to date. */
export function useDraft(chat: string): string {
  return useDraftStore((drafts) => drafts[chat]) ?? stored(chat);
}

/** Keeps what is being typed in a chat, over reloads too; an empty text forgets it. */
export function writeDraft(chat: string, text: string): void {
  useDraftStore.setState({ [chat]: text });
  try {
    if (text === '') localStorage.removeItem(PREFIX + chat);
    else if (text.length <= LENGTH_MAX) localStorage.setItem(PREFIX + chat, text);
  } catch {
    // Full or blocked storage: the text is still on the page.
  }
}

/** Gives back a question that was not answered: before whatever has been typed since. */
export function returnToDraft(chat: string, question: string): void {
  const typed = readDraft(chat);
  writeDraft(chat, typed === '' ? question : `${question}\n\n${typed}`);
}

/** Forgets every draft of this browser, at sign-out. */
export function clearDrafts(): void {
  useDraftStore.setState({}, true);
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Without storage there are none.
  }
}
