import { CHAT_IMAGE_LIMITS } from '@q/contract/chat-image-limits';
import { ArrowUp, ImagePlus, Square } from 'lucide-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { cx } from '../../lib/cx.ts';
import { useMedia } from '../../lib/use-media.ts';
import { AttachmentRow } from './attachment-row.tsx';
import { type Attachment, useAttachments } from './attachments.ts';
import { EstimateLine, LowBalance } from './composer-estimate.tsx';
import { useDraft, writeDraft } from './drafts.ts';
import { beginEdit } from './edits.ts';
import { loadMarkdown } from './lazy-markdown.tsx';
import { PICTURE_TYPES } from './prepare-picture.ts';
import { t } from './strings.ts';
import { useAttach } from './use-attach.ts';
import type { Chat } from './use-chat.ts';
import { drawsOnly, sees } from './what-models-do.ts';

/** Grows the field with its text, up to a part of the screen; then it scrolls. */
function useAutosize(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text changes the height that is measured
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text, field]);
}

/** Why the attached pictures cannot be sent to the chosen models; null when they can. */
function pictureFault(chat: Chat, attachments: readonly Attachment[]): string | null {
  if (attachments.length === 0) return null;
  const blind = [chat.model, chat.second].find((model) => model && (drawsOnly(model) || !sees(model)));
  return blind ? t('cannotSeePictures', { name: blind.name }) : null;
}

function PictureFault({ fault, onChoose }: { fault: string | null; onChoose: () => void }) {
  if (fault === null) return null;
  return (
    <p role="status" className="text-ui text-warn">
      {t.nodes('orRemoveThem', {
        fault,
        choose: (
          <button type="button" onClick={onChoose} className="link">
            {t('chooseAModelThat')}
          </button>
        ),
      })}
    </p>
  );
}

function AttachButton({ disabled, onFiles }: { disabled: boolean; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        label={t('attachPictures')}
        disabled={disabled}
        onClick={() => input.current?.click()}
        className="-ml-2"
      >
        <ImagePlus aria-hidden="true" size={17} />
      </IconButton>
      <input
        ref={input}
        type="file"
        accept={PICTURE_TYPES.join(',')}
        multiple
        hidden
        aria-label={t('pictures')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}

function SendButton({ chat, disabled }: { chat: Chat; disabled: boolean }) {
  if (chat.answering) {
    return (
      <Button onClick={chat.stop} busy={chat.turn?.stopping ?? false} className="transition-none! min-w-20">
        <Square aria-hidden="true" size={13} />
        {t('stop')}
      </Button>
    );
  }
  return (
    <Button type="submit" variant="primary" disabled={disabled} className="transition-none! min-w-20">
      <ArrowUp aria-hidden="true" size={15} />
      {t('send')}
    </Button>
  );
}

/** Pictures that are dropped or pasted here are attached; what else is pasted stays text. */
function useDropped(onFiles: (files: File[]) => void) {
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      },
      onPaste: (event: ClipboardEvent) => {
        const files = [...event.clipboardData.files].filter(({ type }) => type.startsWith('image/'));
        if (files.length === 0) return;
        event.preventDefault();
        onFiles(files);
      },
    },
  };
}

/** Enter sends, or says why not while an answer runs; ↑ in an empty field opens the last question for writing it anew. */
function useKeys(chat: Chat, { text, canSend }: { text: string; canSend: boolean }) {
  const touch = useMedia('(pointer: coarse)');
  const [early, setEarly] = useState<string | null>(null);
  if (early !== null && (early !== chat.id || !chat.answering)) setEarly(null);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter that ends the choice of a word in another script is not a wish to send.
    if (event.nativeEvent.isComposing) return;
    const isBlank = event.key === 'ArrowUp' && text === '' && !chat.answering;
    const last = isBlank ? chat.messages?.findLast(({ role }) => role === 'user') : undefined;
    if (event.key === 'Enter' && !event.shiftKey && !touch) {
      if (canSend) chat.send();
      else if (chat.answering && text.trim() !== '') setEarly(chat.id);
    } else if (last) beginEdit(chat.id, last);
    else return;
    event.preventDefault();
  };
  return { touch, onKeyDown, isEarly: early !== null };
}

/** Props of `Composer`. */
export interface ComposerProps {
  chat: Chat;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Asks for a model that takes pictures. */
  onChooseSeeing: () => void;
}

/** Where messages are written. What is typed is kept per chat until it is sent. */
export function Composer({ chat, field, onChooseSeeing }: ComposerProps) {
  const text = useDraft(chat.id);
  const attachments = useAttachments(chat.id);
  const { attach, detach } = useAttach(chat);
  const dropped = useDropped((files) => void attach(files));
  useAutosize(field, text);
  const fault = pictureFault(chat, attachments);
  const isReady = attachments.every(({ image }) => image !== null) && fault === null;
  const usable = chat.modelId !== null && chat.model?.available !== false && isReady;
  const isEmpty = text.trim() === '' && attachments.length === 0;
  const canSend = usable && !chat.answering && !isEmpty;
  const { touch, onKeyDown, isEarly } = useKeys(chat, { text, canSend });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) chat.send();
      }}
      {...dropped.handlers}
      className={cx(
        'border-line border-t bg-surface pb-[max(0.5rem,env(safe-area-inset-bottom))] max-md:pb-2',
        dropped.over && 'bg-accent-weak',
      )}
    >
      <div className="mx-auto grid w-full max-w-[872px] gap-2 px-4 pt-2.5">
        <AttachmentRow attachments={attachments} onDetach={detach} />
        <PictureFault fault={fault} onChoose={onChooseSeeing} />
        <LowBalance chat={chat} text={text} pictures={attachments.length} />
        <textarea
          ref={field}
          aria-label={t('message')}
          rows={2}
          value={text}
          placeholder={chat.model && drawsOnly(chat.model) ? t('describeAPicture') : t('askAnything')}
          enterKeyHint={touch ? 'enter' : 'send'}
          onChange={(event) => {
            void loadMarkdown();
            writeDraft(chat.id, event.target.value);
          }}
          onKeyDown={onKeyDown}
          className="max-h-[40dvh] min-h-15 w-full resize-none rounded-md border border-line-strong bg-canvas px-3 py-2 text-ink text-read max-md:text-h3"
        />
        <p role="status" className="text-meta text-warn empty:absolute">
          {isEarly ? t('stillAnswering') : null}
        </p>
        <div className="flex items-center gap-3">
          <AttachButton
            disabled={attachments.length >= CHAT_IMAGE_LIMITS.perMessage}
            onFiles={(files) => void attach(files)}
          />
          <EstimateLine chat={chat} text={text} pictures={attachments.length} />
          <span className="text-ink3 text-meta max-lg:hidden">
            {chat.answering ? t('escStops') : t('enterSendsShiftEnter')}
          </span>
          <SendButton chat={chat} disabled={!canSend} />
        </div>
      </div>
    </form>
  );
}
