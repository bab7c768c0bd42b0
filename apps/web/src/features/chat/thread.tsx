import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Answer, LiveAnswer, Question } from './messages.tsx';
import type { ThreadMessage } from './queries.ts';
import type { Turn } from './turns.ts';
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

/** What of the saved messages stands beside a running turn: not its question twice, nor the answer it replaces. */
function besides(messages: readonly ThreadMessage[], turn: Turn | undefined): readonly ThreadMessage[] {
  if (!turn) return messages;
  return messages.filter(({ id }) => id !== turn.replaces && id !== turn.questionId);
}

function SavedMessages({ chat, shown }: { chat: Chat; shown: readonly ThreadMessage[] }) {
  const lastId = shown.at(-1)?.id;
  const { turn, answerAgain } = chat;
  return shown.map((message) =>
    message.role === 'user' ? (
      <Question key={message.id} id={message.id} text={message.content} />
    ) : (
      <Answer
        key={message.id}
        message={message}
        onAgain={message.id === lastId && !turn ? () => answerAgain() : undefined}
      />
    ),
  );
}

/** Follows the end of the chat unless the reader has scrolled up; another chat starts at its own end. */
function useReading(chatId: string, target: string | undefined, ready: boolean) {
  const stick = useStickToBottom({ initial: 'instant', resize: 'instant' });
  const { scrollToBottom, stopScroll } = stick;
  const opened = useRef('');
  useEffect(() => {
    if (!ready || opened.current === chatId) return;
    opened.current = chatId;
    const message = target ? document.getElementById(`m-${target}`) : null;
    if (message) {
      stopScroll();
      message.scrollIntoView({ block: 'start' });
    } else void scrollToBottom('instant');
  }, [chatId, target, ready, scrollToBottom, stopScroll]);
  return stick;
}

/** Props of `Thread`. */
export interface ThreadProps {
  chat: Chat;
  /** The id of a message to start reading at; the end of the chat when absent. */
  target: string | undefined;
  /** Shown in a chat without messages. */
  empty: ReactNode;
  /** Shown under the last message: why it was not answered. */
  notice: ReactNode;
}

/** The conversation: questions and answers with their receipts. */
export function Thread({ chat, target, empty, notice }: ThreadProps) {
  const { messages, turn, error, failure } = chat;
  const [count, setCount] = useState(WINDOW);
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } = useReading(chat.id, target, messages !== undefined);
  const saved = besides(messages ?? [], turn);
  const shown = saved.slice(-count);
  const isEmpty = messages !== undefined && saved.length === 0 && !turn && !failure;
  return (
    <div className="relative min-h-0 flex-1">
      <div ref={scrollRef} className="h-full overflow-y-auto overflow-x-hidden overscroll-contain">
        <div ref={contentRef} className="@container mx-auto w-full max-w-[872px] px-4 py-5">
          <div role="log" aria-live="off" aria-label="Conversation" className="grid gap-6">
            {saved.length > shown.length ? (
              <Button onClick={() => setCount(count + WINDOW)} className="justify-self-center">
                Show {Math.min(WINDOW, saved.length - shown.length)} earlier messages
              </Button>
            ) : null}
            <SavedMessages chat={chat} shown={shown} />
            {turn && turn.question !== null ? <Question id={turn.questionId} text={turn.question} /> : null}
            {turn ? <LiveAnswer turn={turn} /> : null}
          </div>
          {messages === undefined && !error ? <Loading /> : null}
          {messages === undefined && error ? (
            <ErrorState title="This chat could not be loaded" error={error} onRetry={chat.retryLoading} />
          ) : null}
          {isEmpty ? empty : null}
          <div className="pt-4 empty:hidden">{notice}</div>
        </div>
      </div>
      {isAtBottom ? null : (
        <Button
          onClick={() => void scrollToBottom('instant')}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-overlay"
        >
          <ArrowDown aria-hidden="true" size={15} />
          Jump to latest
        </Button>
      )}
    </div>
  );
}
