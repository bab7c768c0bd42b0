import type { ChatSession } from '@q/contract/sessions';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/text-field.tsx';
import { errorMessage } from '../../lib/api-client.ts';
import { chatKeys, updateSession } from './queries.ts';
import { t } from './strings.ts';

/** Props of `RenameDialog`: the chat to rename, null when none is. */
export interface RenameDialogProps {
  userId: string;
  session: ChatSession | null;
  onClose: () => void;
}

/** Gives a chat another title. */
export function RenameDialog({ userId, session, onClose }: RenameDialogProps) {
  const queryClient = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const rename = useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) => updateSession(id, { title }),
    onSuccess: (saved) => {
      queryClient.setQueryData(chatKeys.session(userId, saved.id), saved);
      void queryClient.invalidateQueries({ queryKey: chatKeys.sessions(userId) });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget).get('title') ?? '').trim();
    if (session && title !== '') rename.mutate({ id: session.id, title });
  };
  return (
    <Dialog
      open={session !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('renameChat')}
      className="md:w-[26rem]"
      initialFocus={field}
    >
      {session ? (
        <form onSubmit={onSubmit} className="grid gap-4 px-4 py-3">
          <TextField
            ref={field}
            label={t('title')}
            name="title"
            autoComplete="off"
            maxLength={200}
            required
            defaultValue={session.title}
            error={rename.error ? errorMessage(rename.error) : null}
          />
          <Button type="submit" variant="primary" busy={rename.isPending} className="justify-self-start">
            {t('rename')}
          </Button>
        </form>
      ) : null}
    </Dialog>
  );
}
