import { CHAT_IMAGE_LIMITS } from '@q/contract/chat-image-limits';
import { useQueryClient } from '@tanstack/react-query';
import { toast } from '../../components/toast-store.ts';
import { ApiError } from '../../lib/api-client.ts';
import { randomId } from '../../lib/random-id.ts';
import { type Attachment, readAttachments, writeAttachments } from './attachments.ts';
import { preparePicture } from './prepare-picture.ts';
import { chatKeys, forgetPicture, keepPicture } from './queries.ts';
import { t } from './strings.ts';
import type { Chat } from './use-chat.ts';

function faultOf(error: unknown): string {
  return error instanceof ApiError || error instanceof Error ? error.message : t('thePictureCouldNotBe');
}

/** Attaching pictures to what is being written, and taking them off again. */
export function useAttach({ id, userId, signedIn }: Pick<Chat, 'id' | 'userId' | 'signedIn'>) {
  const queryClient = useQueryClient();
  const change = (key: string, next: Partial<Attachment>) =>
    writeAttachments(id, (now) => now.map((each) => (each.key === key ? { ...each, ...next } : each)));

  const upload = async (key: string, file: File) => {
    try {
      const data = await preparePicture(file);
      const image = await keepPicture(data);
      queryClient.setQueryData(chatKeys.picture(userId ?? '', image.id), file);
      change(key, { image });
    } catch (error) {
      change(key, { fault: faultOf(error) });
    }
  };

  return {
    /** Attaches files; those above the limit of a message are left out, which is said. */
    attach: async (files: readonly File[]) => {
      if (files.length === 0 || !(await signedIn())) return;
      const room = CHAT_IMAGE_LIMITS.perMessage - readAttachments(id).length;
      if (files.length > room) toast(t('aMessageCanHave', { most: CHAT_IMAGE_LIMITS.perMessage }), { tone: 'bad' });
      for (const file of files.slice(0, Math.max(room, 0))) {
        const key = randomId();
        writeAttachments(id, (now) => [...now, { key, name: file.name || t('picture'), image: null, fault: null }]);
        void upload(key, file);
      }
    },
    detach: ({ key, image }: Attachment) => {
      writeAttachments(id, (now) => now.filter((each) => each.key !== key));
      // A picture nobody forgot goes by itself after a day.
      if (image) void forgetPicture(image.id).catch(() => undefined);
    },
  };
}
