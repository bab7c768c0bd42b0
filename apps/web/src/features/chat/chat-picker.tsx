import { lazy, useRef } from 'react';
import { Once } from '../../components/once.tsx';
import { readDraft } from './drafts.ts';
import { chooseSecond } from './second-model.ts';
import { t } from './strings.ts';
import { tellQuietly } from './thumbs.tsx';
import type { Chat } from './use-chat.ts';

const ModelPicker = lazy(async () => {
  const { ModelPicker: component } = await import('./model-picker.tsx');
  return { default: component };
});

/** What a model is being chosen for: the chat, another try, another answer, or to be asked beside the first. */
export type Picking =
  | { what: 'choose' | 'retry' | 'second' | 'sees'; questionId?: undefined }
  | { what: 'again'; questionId: string; answerId: string };

const TITLES: Record<Picking['what'], string> = {
  choose: t('model'),
  sees: t('modelsThatSeePictures'),
  retry: t('retryWithAnotherModel'),
  second: t('compareWith'),
  again: t('answerAgainWith'),
};

/** Sends what failed once more: the draft, the question written anew, or the wish for an answer. */
export function retry(chat: Chat, modelId: string): void {
  if (chat.failure?.answerAgain) chat.answerAgain({ modelId, questionId: chat.failure.questionId });
  else if (chat.failure?.anew) chat.sendEdit(modelId);
  else chat.send({ modelId });
}

/** What the chat is about to answer: the draft, or else the last question. */
function taskOf(chat: Chat): string {
  const last = chat.messages?.findLast(({ role }) => role === 'user');
  return readDraft(chat.id).trim() || (last?.content.trim() ?? '');
}

/** Props of `ChatPicker`. */
export interface ChatPickerProps {
  chat: Chat;
  picking: Picking | null;
  onClose: () => void;
  /** The model of the chat is chosen: back to writing. */
  onDone: () => void;
}

/** The choice of a model, for whatever it is wanted. */
export function ChatPicker({ chat, picking, onClose, onDone }: ChatPickerProps) {
  const last = useRef<Picking>({ what: 'choose' });
  if (picking) last.current = picking;
  const { what } = last.current;
  const onChoose = (modelId: string) => {
    if (picking?.what === 'second') return chooseSecond(chat.id, modelId);
    if (picking?.what === 'again') {
      tellQuietly(picking.answerId, 'regenerated');
      return chat.answerAgain({ modelId, questionId: picking.questionId });
    }
    chat.setModel(modelId);
    if (picking?.what === 'retry') retry(chat, modelId);
    else onDone();
  };
  return (
    <Once when={picking !== null}>
      <ModelPicker
        open={picking !== null}
        onOpenChange={(open) => (open ? undefined : onClose())}
        title={TITLES[what]}
        modelId={what === 'second' ? (chat.secondId ?? null) : chat.modelId}
        onlySees={what === 'sees'}
        task={what === 'sees' ? '' : taskOf(chat)}
        onChoose={onChoose}
      />
    </Once>
  );
}
