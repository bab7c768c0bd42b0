import { create } from 'zustand';

/** Whether somebody asked for the search field; the field takes the focus as soon as it can. */
export const useSearchFocus = create<{ wanted: boolean }>()(() => ({ wanted: false }));

/** Asks for the cursor in the catalogue's search field, now or as soon as the catalogue is on screen. */
export function requestSearchFocus(): void {
  useSearchFocus.setState({ wanted: true });
}

/** Called by the field when it has the focus. */
export function searchFocusServed(): void {
  useSearchFocus.setState({ wanted: false });
}
