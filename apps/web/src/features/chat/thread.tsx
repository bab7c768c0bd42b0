import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { ComparisonView } from './comparison-view.tsx';
import { type Edit, useEdit } from './edits.ts';
import { type EndFollower, followEnd } from './follow-end.ts';
import { Answer, LiveAnswer, LiveQuestion, type MessageActions, Question } from './messages.tsx';
import type { ThreadMessage } from './queries.ts';
import { QuestionEditor } from './question-editor.tsx';
import { t } from './strings.ts';
import type { Turn } from './turn-state.ts';
import type { Chat } from './use-chat.ts';

/** So many messages are on the page at first, and as many more are shown at a time: long chats stay quick. */
const WINDOW = 60;

function Loading() {
  return (
    <div aria-busy="true" className="grid gap-4 py-6">
      <Skeleton className="h-5 w-2/3" />
      <Skeleton className="h-24" />
      <Skeleton className="h-5 w-1/2" />
    </div>
  );
}

/** What of the saved branch stands before a running turn or a comparison: everything up to the message it follows. */
function before(messages: readonly ThreadMessage[], { turn, comparison }: Pick<Chat, 'turn' | 'comparison'>) {
  if (!turn && !comparison) return messages;
  const lastId = turn ? turn.parentId : comparison?.questionId;
  if (lastId === null) return [];
  // A question that was read again meanwhile stands in the turn already.
  const end =
    lastId === undefined
      ? messages.findIndex(({ id }) => id === turn?.questionId)
      : messages.findIndex(({ id }) => id === lastId) + 1;
  const isUnknown = lastId === undefined ? end === -1 : end === 0;
  return isUnknown ? messages : messages.slice(0, end);
}

interface SavedProps {
  chat: Chat;
  shown: readonly ThreadMessage[];
  edit: Edit | undefined;
  actions: MessageActions;
}

function SavedMessages({ chat, shown, edit, actions }: SavedProps) {
  const busy = chat.answering || chat.opening;
  return shown.map((message) => {
    // Versions of a message take each other's place, with their buttons and the focus on them.
    const place = `${message.role} after ${message.parent_id}`;
    if (message.role === 'assistant') return <Answer key={place} message={message} busy={busy} actions={actions} />;
    if (edit?.messageId === message.id && !chat.turn)
      return <QuestionEditor key={message.id} chat={chat} edit={edit} />;
    return <Question key={place} message={message} busy={busy} actions={actions} />;
  });
}

/** A running turn: the question it asks, and its answer unless that stands in a comparison. */
function Running({ turn, comparing }: { turn: Turn; comparing: boolean }) {
  return (
    <>
      {turn.question === null ? null : <LiveQuestion turn={turn} />}
      {comparing ? null : <LiveAnswer turn={turn} />}
    </>
  );
}

interface Reading {
  chatId: string;
  target: string | undefined;
  /** True once the messages are there. */
  ready: boolean;
  /** When the running turn was sent. */
  askedAt: number | undefined;
}

/** Follows the end of the chat unless the reader has scrolled up; another chat starts at its own end. */
function useReading({ chatId, target, ready, askedAt }: Reading) {
  const scrollRef = useRef<HTMLDivElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const follower = useRef<EndFollower>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  useLayoutEffect(() => {
    if (scrollRef.current === null || contentRef.current === null) return;
    const following = followEnd(scrollRef.current, contentRef.current, setAtEnd);
    follower.current = following;
    return following.stop;
  }, []);
  const opened = useRef('');
  useEffect(() => {
    const place = `${chatId} ${target ?? ''}`;
    if (!ready || opened.current === place) return;
    const sameChat = opened.current.startsWith(`${chatId} `);
    opened.current = place;
    if (sameChat && !target) return;
    const message = target ? document.getElementById(`m-${target}`) : null;
    if (message) {
      follower.current?.leave();
      message.scrollIntoView({ block: 'start' });
    } else follower.current?.toEnd();
  }, [chatId, target, ready]);
  // Whoever asks wants to see the answer, wherever they were reading.
  const followed = useRef(askedAt);
  useEffect(() => {
    if (askedAt !== undefined && askedAt !== followed.current) follower.current?.toEnd();
    followed.current = askedAt;
  }, [askedAt]);
  return { scrollRef, contentRef, isAtEnd, follower };
}

/** Props of `Thread`. */
export interface ThreadProps {
  chat: Chat;
  actions: MessageActions;
  /** The id of a message to start reading at; the end of the chat when absent. */
  target: string | undefined;
  /** Shown in a chat without messages. */
  empty: ReactNode;
  /** Shown under the last message: why it was not answered. */
  notice: ReactNode;
}

/** The conversation: questions and answers with their receipts. */
export function Thread({ chat, actions, target, empty, notice }: ThreadProps) {
  const { messages, turn, comparison, error, failure } = chat;
  const [count, setCount] = useState(WINDOW);
  const edit = useEdit(chat.id);
  const { scrollRef, contentRef, isAtEnd, follower } = useReading({
    chatId: chat.id,
    target,
    ready: messages !== undefined,
    askedAt: turn?.startedAt,
  });
  const steady = useMemo(() => {
    // Whoever goes through versions stays where they are, wherever the end then is.
    const openVersion = (id: string) => {
      follower.current?.leave();
      actions.openVersion(id);
    };
    return { ...actions, openVersion };
  }, [actions, follower]);
  const saved = before(messages ?? [], chat);
  const found = target === undefined ? -1 : saved.findIndex(({ id }) => id === target);
  const shown = saved.slice(-Math.max(count, found === -1 ? 0 : saved.length - found));
  const isEmpty = messages !== undefined && saved.length === 0 && !turn && !failure;
  return (
    <div className="relative min-h-0 flex-1">
      <div ref={scrollRef} className="h-full overflow-auto overscroll-contain">
        <div ref={contentRef} className="@container mx-auto w-full max-w-[872px] overflow-x-clip px-4 py-5">
          <div role="log" aria-live="off" aria-label={t('conversation')} className="grid gap-6">
            {saved.length > shown.length ? (
              <Button onClick={() => setCount(count + WINDOW)} className="justify-self-center">
                {t('showEarlierMessages', { count: Math.min(WINDOW, saved.length - shown.length) })}
              </Button>
            ) : null}
            <SavedMessages chat={chat} shown={shown} edit={edit} actions={steady} />
            {turn ? <Running turn={turn} comparing={comparison !== undefined} /> : null}
            {comparison ? <ComparisonView chat={chat} comparison={comparison} /> : null}
          </div>
          {messages === undefined && !error ? <Loading /> : null}
          {messages === undefined && error ? (
            <ErrorState title={t('thisChatCouldNot')} error={error} onRetry={chat.retryLoading} />
          ) : null}
          {isEmpty ? empty : null}
          <div className="pt-4 empty:hidden">{notice}</div>
        </div>
      </div>
      {isAtEnd ? null : (
        <Button
          onClick={() => follower.current?.toEnd()}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-overlay"
        >
          <ArrowDown aria-hidden="true" size={15} />
          {t('jumpToLatest')}
        </Button>
      )}
    </div>
  );
}
