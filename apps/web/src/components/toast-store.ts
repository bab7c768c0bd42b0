import { create } from 'zustand';

/** A short message about something that happened, with one action at most (usually Undo). */
export interface ToastMessage {
  id: number;
  text: string;
  tone: 'plain' | 'good' | 'bad';
  action?: { label: string; run: () => void };
}

interface ToastState {
  toasts: ToastMessage[];
}

/** What `Toaster` shows, oldest first. */
export const useToasts = create<ToastState>()(() => ({ toasts: [] }));

/** More than this at once is noise: the oldest goes. */
const MOST = 3;
let lastId = 0;

/** Shows a message and says it politely to screen readers. Returns its id. */
export function toast(text: string, options: Partial<Pick<ToastMessage, 'tone' | 'action'>> = {}): number {
  lastId += 1;
  const message: ToastMessage = { id: lastId, text, tone: options.tone ?? 'plain' };
  if (options.action) message.action = options.action;
  useToasts.setState((state) => ({ toasts: [...state.toasts, message].slice(-MOST) }));
  return message.id;
}

/** Takes a message away. */
export function dismissToast(id: number): void {
  useToasts.setState((state) => ({ toasts: state.toasts.filter((entry) => entry.id !== id) }));
}
