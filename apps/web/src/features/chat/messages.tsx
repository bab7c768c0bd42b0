import { RefreshCw } from 'lucide-react';
import { memo, type ReactNode, useEffect, useState } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Markdown } from './markdown.tsx';
import type { ThreadMessage } from './queries.ts';
import { Receipt } from './receipt.tsx';
import type { Turn } from './turns.ts';

/** The grid of every message: text, and the margin for its receipt where there is room. */
const ROW = 'grid gap-x-6 gap-y-2 @2xl:grid-cols-[minmax(0,1fr)_128px]';

/** Something a person wrote: shown as it is, never as Markdown. */
export const Question = memo(function Question({ id, text }: { id: string | null; text: string }) {
  return (
    <article id={id === null ? undefined : `m-${id}`} className={ROW}>
      <div className="min-w-0 border-accent border-l-2 pl-3">
        <h2 className="sr-only">You</h2>
        <p className="max-w-[72ch] wrap-anywhere whitespace-pre-wrap text-read">{text}</p>
      </div>
    </article>
  );
});

function Reasoning({ text, open }: { text: string; open: boolean }) {
  return (
    <details open={open} className="pb-2 text-ui">
      <summary className="w-fit rounded-sm py-1 text-ink2">Reasoning</summary>
      <p className="max-w-[72ch] wrap-anywhere whitespace-pre-wrap border-line border-l-2 pl-3 text-ink2">{text}</p>
    </details>
  );
}

/** How an answer ended when it did not end by itself; null when it did. */
function endNote({ finish_reason, stoppedBy }: ThreadMessage): string | null {
  if (stoppedBy === 'person') return 'Stopped. You paid for what was delivered.';
  if (stoppedBy === 'balance') return 'Stopped: the balance was used up.';
  if (finish_reason === 'length') return 'Cut off at the limit of tokens.';
  if (finish_reason === 'content_filter') return 'Ended by the provider’s content filter.';
  if (finish_reason === 'error') return 'The provider broke off here. You paid for what was delivered.';
  return null;
}

/** Props of `Answer`. */
export interface AnswerProps {
  message: ThreadMessage;
  /** Offers another answer; only the last one can be replaced. */
  onAgain?: (() => void) | undefined;
}

/** A finished answer with its receipt. */
export const Answer = memo(function Answer({ message, onAgain }: AnswerProps) {
  const note = endNote(message);
  return (
    <article id={`m-${message.id}`} className={ROW}>
      <div className="min-w-0">
        <h2 className="sr-only">{message.model_id ?? 'Assistant'}</h2>
        {message.reasoning ? <Reasoning text={message.reasoning} open={false} /> : null}
        {message.content === '' ? (
          <p className="text-ink3 text-ui">No text came.</p>
        ) : (
          <Markdown text={message.content} />
        )}
        {note ? <p className="pt-2 text-ink2 text-meta">{note}</p> : null}
        <div className="-ml-2 flex items-center pt-1">
          <CopyButton text={message.content} what="answer" />
          {onAgain ? (
            <IconButton label="Answer again" onClick={onAgain}>
              <RefreshCw aria-hidden="true" size={15} />
            </IconButton>
          ) : null}
          <span className="pl-2 font-mono text-ink3 text-meta">{message.model_id}</span>
        </div>
      </div>
      <Receipt message={message} />
    </article>
  );
});

function Waiting({ turn }: { turn: Turn }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(now - turn.startedAt, 0) / 1000;
  return (
    <p className="flex items-baseline gap-3 font-mono text-ink3 text-meta">
      <span className="motion-safe:animate-pulse">{turn.modelId}</span>
      {seconds.toFixed(1)} s
    </p>
  );
}

/** An answer on its way: the wait, the reasoning, then the text word by word. */
export function LiveAnswer({ turn, children }: { turn: Turn; children?: ReactNode }) {
  return (
    <article className={ROW}>
      <div className="min-w-0">
        <h2 className="sr-only">{turn.modelId}</h2>
        {turn.reasoning === '' ? null : <Reasoning text={turn.reasoning} open={turn.answer === ''} />}
        {turn.answer === '' ? <Waiting turn={turn} /> : <Markdown text={turn.answer} growing />}
        {children}
      </div>
    </article>
  );
}
