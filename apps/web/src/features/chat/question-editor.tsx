import { useEffect, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { useMedia } from '../../lib/use-media.ts';
import { type Edit, endEdit, writeEdit } from './edits.ts';
import { Pictures } from './pictures.tsx';
import { t } from './strings.ts';
import type { Chat } from './use-chat.ts';

/** An earlier question being written anew: sent, it begins a branch of its own, and the old one stays. */
export function QuestionEditor({ chat, edit }: { chat: Chat; edit: Edit }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const touch = useMedia('(pointer: coarse)');
  const { text } = edit;
  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text changes the height that is measured
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text]);
  const isEmpty = text.trim() === '' && edit.images.length === 0;
  return (
    <form
      aria-label={t('editTheQuestion')}
      onSubmit={(event) => {
        event.preventDefault();
        chat.sendEdit();
      }}
      className="grid gap-2 border-accent border-l-2 pl-3"
    >
      <Pictures images={edit.images} alt={t('pictureOfYourMessage')} />
      <textarea
        ref={field}
        aria-label={t('question')}
        rows={2}
        value={text}
        onChange={(event) => writeEdit(chat.id, event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') endEdit(chat.id);
          else if (event.key === 'Enter' && !event.shiftKey && !touch) chat.sendEdit();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        className="max-h-[50dvh] w-full resize-none rounded-md border border-line-strong bg-canvas px-3 py-2 text-ink text-read max-md:text-h3"
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" disabled={isEmpty || chat.answering}>
          {t('sendAgain')}
        </Button>
        <Button variant="quiet" onClick={() => endEdit(chat.id)}>
          {t('cancel')}
        </Button>
        <span className="text-ink3 text-meta">{t('theFirstVersionAnd')}</span>
      </div>
    </form>
  );
}
