import { type RefObject, useEffect } from 'react';
import { create } from 'zustand';

/** Stands for the link to a new chat, above the rows. */
export const NEW_CHAT_ROW = '';
/** A row that is not there by then will not come. */
const COMES_WITHIN_MS = 1_000;

const useWanted = create<{ id: string | null }>()(() => ({ id: null }));

const forget = (id: string) => useWanted.setState((state) => (state.id === id ? { id: null } : {}));

/** Wants the focus on the row of a chat, because what had it is gone: a deleted row, or the message that brought it back. */
export function focusRow(id: string): void {
  useWanted.setState({ id });
  setTimeout(() => forget(id), COMES_WITHIN_MS);
}

/** Puts the focus on the link of a row, as soon as it is wanted there. */
export function useRowFocus(id: string, link: RefObject<HTMLElement | null>): void {
  const isWanted = useWanted((state) => state.id === id);
  useEffect(() => {
    if (!isWanted) return;
    // A menu that closes gives the focus back first. The list beside the page is hidden on a phone, where another is in a sheet.
    const frame = requestAnimationFrame(() => {
      if (link.current === null || link.current.getClientRects().length === 0) return;
      forget(id);
      link.current.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [isWanted, id, link]);
}
