import { create } from 'zustand';

/** A short message about something that happened, with one action at most (usually Undo). */
export interface ToastMessage {
  id: number;
  text: string;
  tone: 'plain' | 'good' | 'bad';
  action?: { label: string; run: () => void };
  /** Called when the message goes away and its action was not used: what could be undone is then final. */
  onExpire?: () => void;
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
export function toast(text: string, options: Partial<Pick<ToastMessage, 'tone' | 'action' | 'onExpire'>> = {}): number {
  lastId += 1;
  const message: ToastMessage = { id: lastId, text, tone: options.tone ?? 'plain' };
  if (options.action) message.action = options.action;
  if (options.onExpire) message.onExpire = options.onExpire;
  const toasts = [...useToasts.getState().toasts, message];
  useToasts.setState({ toasts: toasts.slice(-MOST) });
  for (const pushedOut of toasts.slice(0, -MOST)) pushedOut.onExpire?.();
  return message.id;
}

function removeToast(id: number): ToastMessage | undefined {
  const found = useToasts.getState().toasts.find((entry) => entry.id === id);
  if (found) useToasts.setState((state) => ({ toasts: state.toasts.filter((entry) => entry !== found) }));
  return found;
}

/** Takes a message away, by hand or after its time. */
export function dismissToast(id: number): void {
  removeToast(id)?.onExpire?.();
}

/** Does what the message offers, and takes it away. */
export function runToastAction(id: number): void {
  removeToast(id)?.action?.run();
}
