import { Columns2, Pencil, RefreshCw, Replace } from 'lucide-react';
import { memo, type ReactNode, useEffect, useState } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Markdown } from './lazy-markdown.tsx';
import { Pictures } from './pictures.tsx';
import type { ThreadMessage } from './queries.ts';
import { Reasoning } from './reasoning.tsx';
import { Receipt } from './receipt.tsx';
import { t } from './strings.ts';
import { Thumbs, tellQuietly } from './thumbs.tsx';
import type { Turn } from './turn-state.ts';
import { Versions } from './versions.tsx';

/** The grid of every message: text, and the margin for its receipt where there is room. */
const ROW = 'grid gap-x-6 gap-y-2 @2xl:grid-cols-[minmax(0,1fr)_128px]';

/** What can be done with a message; the same functions all along, so that messages are not rendered again for them. */
export interface MessageActions {
  edit: (question: ThreadMessage) => void;
  again: (answer: ThreadMessage) => void;
  /** Asks for the model first. */
  againWith: (answer: ThreadMessage) => void;
  openVersion: (id: string) => void;
  compare: (answer: ThreadMessage) => void;
}

/** Something a person wrote: shown as it is, never as Markdown. */
function Words({ text }: { text: string }) {
  return text === '' ? null : <p className="max-w-[72ch] wrap-anywhere whitespace-pre-wrap text-read">{text}</p>;
}

/** A question that is being answered, as it was sent. */
export function LiveQuestion({ turn }: { turn: Turn }) {
  return (
    <article id={turn.questionId === null ? undefined : `m-${turn.questionId}`} className={ROW}>
      <div className="min-w-0 border-accent border-l-2 pl-3">
        <h2 className="sr-only">{t('you')}</h2>
        <Pictures images={turn.images} alt={t('pictureOfYourMessage')} />
        <Words text={turn.question ?? ''} />
      </div>
    </article>
  );
}

/** Props of `Question` and `Answer`. While `busy` nothing but reading and copying is offered. */
export interface MessageProps {
  message: ThreadMessage;
  busy: boolean;
  actions: MessageActions;
}

/** A saved question: it can be written anew, and its versions can be gone through. */
export const Question = memo(function Question({ message, busy, actions }: MessageProps) {
  const { id, alternatives, content, images } = message;
  return (
    <article id={`m-${id}`} className={`group ${ROW}`}>
      <div className="min-w-0">
        <div className="border-accent border-l-2 pl-3">
          <h2 className="sr-only">{t('you')}</h2>
          <Pictures images={images} alt={t('pictureOfYourMessage')} />
          <Words text={content} />
        </div>
        <div className="message-actions flex items-center" data-quiet={alternatives.length < 2 || undefined}>
          <IconButton label={t('editQuestion')} disabled={busy} onClick={() => actions.edit(message)}>
            <Pencil aria-hidden="true" size={14} />
          </IconButton>
          <CopyButton text={content} what={t('whatQuestion')} />
          <Versions
            id={id}
            alternatives={alternatives}
            what={t('whatQuestion')}
            disabled={busy}
            onOpen={actions.openVersion}
          />
        </div>
      </div>
    </article>
  );
});

/** How an answer ended when it did not end by itself; null when it did. */
function endNote({ finish_reason, stopped_by }: ThreadMessage): string | null {
  if (stopped_by === 'person') return t('stoppedYouPaidFor');
  if (stopped_by === 'balance') return t('stoppedTheBalanceWas');
  if (stopped_by === 'key_limit') return t('stoppedTheKeysLimit');
  if (stopped_by === 'connection') return t('theConnectionWasLost');
  if (finish_reason === 'length') return t('cutOffAtThe');
  if (finish_reason === 'content_filter') return t('endedByTheProviders');
  if (finish_reason === 'error') return t('theProviderBrokeOff');
  return null;
}

/** The words and pictures of a finished answer, and how it ended. */
export function AnswerBody({ message }: { message: ThreadMessage }) {
  const note = endNote(message);
  const { content, images, reasoning, reasoning_ms, model_id } = message;
  return (
    <>
      {reasoning ? <Reasoning text={reasoning} ms={reasoning_ms} /> : null}
      <Pictures images={images} alt={model_id === null ? t('pictureByModel') : t('pictureBy', { model: model_id })} />
      {content === '' ? null : <Markdown text={content} />}
      {content === '' && images.length === 0 ? <p className="text-ink3 text-ui">{t('noTextCame')}</p> : null}
      {note ? <p className="pt-2 text-ink2 text-meta">{note}</p> : null}
    </>
  );
}

/** A finished answer with its receipt. */
export const Answer = memo(function Answer({ message, busy, actions }: MessageProps) {
  const { id, alternatives, content, model_id } = message;
  return (
    <article id={`m-${id}`} className={ROW}>
      <div className="min-w-0">
        <h2 className="sr-only">{model_id ?? t('assistant')}</h2>
        <AnswerBody key={id} message={message} />
        <div className="-ml-2 flex flex-wrap items-center pt-1">
          <CopyButton key={id} text={content} what={t('whatAnswer')} onCopied={() => tellQuietly(id, 'copied')} />
          <Thumbs messageId={id} kept={message.thumb} />
          <IconButton label={t('answerAgain')} disabled={busy} onClick={() => actions.again(message)}>
            <RefreshCw aria-hidden="true" size={15} />
          </IconButton>
          <IconButton label={t('answerAgainWithAnother')} disabled={busy} onClick={() => actions.againWith(message)}>
            <Replace aria-hidden="true" size={15} />
          </IconButton>
          {alternatives.length > 1 ? (
            <IconButton label={t('compareAnswers')} disabled={busy} onClick={() => actions.compare(message)}>
              <Columns2 aria-hidden="true" size={15} />
            </IconButton>
          ) : null}
          <Versions
            id={id}
            alternatives={alternatives}
            what={t('whatAnswer')}
            disabled={busy}
            onOpen={actions.openVersion}
          />
          <span className="pl-2 font-mono text-ink3 text-meta">{model_id}</span>
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

/** What has come of an answer: the wait, the reasoning, then the text word by word. */
export function LiveBody({ turn }: { turn: Turn }) {
  const { answer, reasoning, reasoningMs } = turn;
  return (
    <>
      {reasoning === '' ? null : <Reasoning text={reasoning} ms={reasoningMs} running={answer === ''} />}
      {answer === '' ? <Waiting turn={turn} /> : <Markdown text={answer} growing />}
      {turn.reconnecting ? (
        <p role="status" className="pt-2 text-ui text-warn">
          {t('theConnectionWasLostReconnecting')}
        </p>
      ) : null}
    </>
  );
}

/** An answer on its way. */
export function LiveAnswer({ turn, children }: { turn: Turn; children?: ReactNode }) {
  return (
    <article className={ROW}>
      <div className="min-w-0">
        <h2 className="sr-only">{turn.modelId}</h2>
        <LiveBody turn={turn} />
        {children}
      </div>
    </article>
  );
}
