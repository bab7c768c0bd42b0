import './chat.css';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, useEffect, useMemo, useRef, useState } from 'react';
import { Once } from '../../components/once.tsx';
import { isEmbedded } from '../../lib/host.ts';
import { useShortcut } from '../../lib/use-shortcut.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ChatHeader } from './chat-header.tsx';
import { ChatPicker, type Picking, retry } from './chat-picker.tsx';
import { Composer } from './composer.tsx';
import { NEW_CHAT, readDraft, writeDraft } from './drafts.ts';
import { beginEdit } from './edits.ts';
import { FirstPrompts } from './first-prompts.tsx';
import { loadMarkdown } from './lazy-markdown.tsx';
import type { MessageActions } from './messages.tsx';
import { SessionList } from './session-list.tsx';
import { t } from './strings.ts';
import { Thread } from './thread.tsx';
import { TurnFailureNotice } from './turn-failure-notice.tsx';
import { useTurns } from './turn-state.ts';
import { UnansweredNotice } from './unanswered-notice.tsx';
import { type Chat, useChat } from './use-chat.ts';
import { useKeyboardHeight } from './use-keyboard-height.ts';
import { whyUnavailable } from './why-unavailable.ts';

const ParametersDialog = lazy(async () => {
  const { ParametersDialog: component } = await import('./parameters-dialog.tsx');
  return { default: component };
});

const ChatsSheet = lazy(async () => {
  const { ChatsSheet: component } = await import('./chats-sheet.tsx');
  return { default: component };
});

/** The same functions all along, acting on the chat as it is now. */
function useMessageActions(chat: Chat, pick: (picking: Picking) => void): MessageActions {
  const latest = useRef({ chat, pick });
  latest.current = { chat, pick };
  return useMemo(
    () => ({
      edit: (question) => beginEdit(latest.current.chat.id, question),
      again: ({ parent_id }) => latest.current.chat.answerAgain({ questionId: parent_id ?? undefined }),
      againWith: ({ id, parent_id }) => {
        if (parent_id !== null) latest.current.pick({ what: 'again', questionId: parent_id, answerId: id });
      },
      openVersion: (id) => latest.current.chat.openVersion(id),
      compare: (answer) => latest.current.chat.compare(answer),
    }),
    [],
  );
}

/** Puts the focus somewhere without opening the keyboard of a touch screen. */
function focusByKeys(field: HTMLElement | null): void {
  if (!window.matchMedia('(pointer: coarse)').matches) field?.focus({ preventScroll: true });
}

/** Opens the branch of the message that the address points at. */
function useTargetBranch(chat: Chat, target: string | undefined): void {
  const opened = useRef('');
  useEffect(() => {
    if (target === undefined || !chat.messages || opened.current === target) return;
    opened.current = target;
    if (!chat.messages.some(({ id }) => id === target)) chat.openVersion(target);
  });
}

/** Esc stops the answer from anywhere on the page, and ⌘⇧O starts a new chat. */
function usePageKeys(chat: Chat, openNew: () => void): void {
  useEffect(() => {
    // The keys of another application are not ours.
    if (isEmbedded()) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="dialog"][data-open]'))
        chat.stop();
      if (event.key.toLowerCase() !== 'o' || !event.shiftKey || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      openNew();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
}

/** Puts `?q=` into the composer of a new chat, once, unless something is typed there already. */
function useQuestionFromUrl(chatId: string, q: string | undefined): void {
  useEffect(() => {
    if (chatId === NEW_CHAT && q !== undefined && readDraft(NEW_CHAT) === '') writeDraft(NEW_CHAT, q);
  }, [chatId, q]);
}

/** Says what happens to the answer, to those who cannot see it. */
function TurnStatus({ chat }: { chat: Chat }) {
  const outcome = useTurns((state) => state.outcomes[chat.id]);
  return (
    <p role="status" className="sr-only">
      {chat.answering ? t('answering') : (outcome ?? '')}
    </p>
  );
}

function UnavailableNotice({ chat, onChoose }: { chat: Chat; onChoose: () => void }) {
  const why = chat.model ? whyUnavailable(chat.model) : null;
  if (why === null) return null;
  return (
    <p role="status" className="border-line border-t bg-surface px-4 py-2 text-center text-ui text-warn">
      {chat.model?.name}: {why}{' '}
      <button type="button" onClick={onChoose} className="link">
        {t('chooseAnotherModel')}
      </button>
    </p>
  );
}

interface NoticeProps {
  chat: Chat;
  onRetryWith: () => void;
  /** The notice, and its button with it, is about to go. */
  onGone: () => void;
}

function Notice({ chat, onRetryWith, onGone }: NoticeProps) {
  const { failure, unansweredId, comparison, opening } = chat;
  if (!failure) {
    if (unansweredId === null || comparison || opening) return null;
    const onRetry = () => {
      chat.answerAgain({ questionId: unansweredId });
      onGone();
    };
    return <UnansweredNotice onRetry={onRetry} />;
  }
  return (
    <TurnFailureNotice
      chat={chat.id}
      failure={failure}
      onRetry={() => {
        retry(chat, failure.modelId);
        onGone();
      }}
      onRetryWith={onRetryWith}
    />
  );
}

/** The chat: the person's conversations, one of them open. */
export function ChatPage() {
  const { sessionId } = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const chat = useChat(sessionId ?? NEW_CHAT, search.model);
  const [picking, setPicking] = useState<Picking | null>(null);
  const [listOpen, setListOpen] = useState(false);
  const [parametersOpen, setParametersOpen] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const frame = useKeyboardHeight();
  const openNew = () => {
    void navigate({ to: '/chat' });
    field.current?.focus();
  };
  const onDeleted = () => {
    openNew();
    // The menu that is closing gives the focus back to a button that is gone.
    requestAnimationFrame(() => field.current?.focus());
  };
  useTitle(chat.session?.title ?? t('newChat'));
  useQuestionFromUrl(chat.id, search.q);
  usePageKeys(chat, openNew);
  useShortcut(['m'], () => {
    setPicking({ what: 'choose' });
    return true;
  });
  const actions = useMessageActions(chat, setPicking);
  useTargetBranch(chat, search.m);
  useEffect(() => {
    if (sessionId !== undefined) void loadMarkdown();
  }, [sessionId]);
  const list = (onOpen: () => void) => (
    <SessionList userId={chat.userId} currentId={sessionId ?? null} onOpen={onOpen} onCurrentDeleted={onDeleted} />
  );
  return (
    <div ref={frame} className="chat-frame flex">
      <aside aria-label={t('yourChats')} className="w-60 shrink-0 border-line border-r bg-surface max-md:hidden">
        {list(() => field.current?.focus())}
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <ChatHeader
          chat={chat}
          onOpenList={() => setListOpen(true)}
          onOpenPicker={() => setPicking({ what: 'choose' })}
          onOpenSecond={() => setPicking({ what: 'second' })}
          onOpenParameters={() => setParametersOpen(true)}
          onDeleted={onDeleted}
        />
        <Thread
          chat={chat}
          actions={actions}
          target={search.m}
          empty={
            <FirstPrompts
              model={chat.model}
              onChoose={(prompt) => {
                writeDraft(chat.id, prompt);
                field.current?.focus();
              }}
            />
          }
          notice={
            <Notice
              chat={chat}
              onRetryWith={() => setPicking({ what: 'retry' })}
              onGone={() => focusByKeys(field.current)}
            />
          }
        />
        <TurnStatus chat={chat} />
        <UnavailableNotice chat={chat} onChoose={() => setPicking({ what: 'choose' })} />
        <Composer chat={chat} field={field} onChooseSeeing={() => setPicking({ what: 'sees' })} />
      </div>
      <Once when={listOpen}>
        <ChatsSheet open={listOpen} onOpenChange={setListOpen}>
          {list(() => setListOpen(false))}
        </ChatsSheet>
      </Once>
      <ChatPicker
        chat={chat}
        picking={picking}
        onClose={() => setPicking(null)}
        onDone={() => field.current?.focus()}
      />
      <Once when={parametersOpen}>
        <ParametersDialog
          open={parametersOpen}
          onOpenChange={setParametersOpen}
          parameters={chat.parameters}
          onSave={chat.setParameters}
        />
      </Once>
    </div>
  );
}
