import type { ChatImage } from '@q/contract/sessions';
import { create } from 'zustand';
import { t } from './strings.ts';

/** A picture beside what is being written: on its way to the server, kept there, or refused. */
export interface Attachment {
  /** Names it on this page. */
  key: string;
  name: string;
  /** What the server made of it; null until then. */
  image: ChatImage | null;
  /** Why it cannot be sent, for people; null when it can, or may yet. */
  fault: string | null;
}

const useAttachmentStore = create<Record<string, readonly Attachment[]>>()(() => ({}));
const NONE: readonly Attachment[] = [];

/** The pictures attached in a chat and not sent, as they are now. */
export function readAttachments(chat: string): readonly Attachment[] {
  return useAttachmentStore.getState()[chat] ?? NONE;
}

/** The pictures attached in a chat, kept up to date. */
export function useAttachments(chat: string): readonly Attachment[] {
  return useAttachmentStore((all) => all[chat]) ?? NONE;
}

/** Changes the pictures attached in a chat. */
export function writeAttachments(chat: string, change: (now: readonly Attachment[]) => readonly Attachment[]): void {
  useAttachmentStore.setState({ [chat]: change(readAttachments(chat)) });
}

/** Gives back the pictures of a question that was not answered. */
export function returnAttachments(chat: string, images: readonly ChatImage[]): void {
  if (images.length === 0) return;
  const returned = images.map((image) => ({ key: image.id, name: t('picture'), image, fault: null }));
  writeAttachments(chat, (now) => [...returned, ...now]);
}

/** Forgets all of them, at sign-out. */
export function clearAttachments(): void {
  useAttachmentStore.setState({}, true);
}
