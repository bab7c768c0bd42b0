import { Check } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { cx } from '../../lib/cx.ts';
import { type Column, type Comparison, chosenAnswer, isComplete } from './comparison.ts';
import { AnswerBody, LiveBody } from './messages.tsx';
import { Receipt } from './receipt.tsx';
import { t } from './strings.ts';
import { laneKey, useTurns } from './turn-state.ts';
import type { Chat } from './use-chat.ts';

function ColumnBody({ chat, column }: { chat: Chat; column: Column }) {
  const key = laneKey(chat.id, column.lane ?? 'first');
  const turn = useTurns((state) => (column.lane === null ? undefined : state.turns[key]));
  const failure = useTurns((state) => (column.lane === null ? undefined : state.failures[key]));
  if (column.message) return <AnswerBody message={column.message} />;
  if (turn) return <LiveBody turn={turn} />;
  return (
    <p className="text-ui text-warn">
      {failure?.message ?? t('noAnswerCame')}{' '}
      {failure ? <code className="font-mono text-meta">{failure.code}</code> : null}
    </p>
  );
}

function ColumnFoot({ chat, column, chosen }: { chat: Chat; column: Column; chosen: boolean }) {
  const { message } = column;
  if (!message) return null;
  return (
    <div className="grid gap-2 border-line border-t pt-2">
      <Receipt message={message} inline />
      <div className="-ml-2 flex items-center gap-1">
        <CopyButton text={message.content} what={t('whatAnswer')} />
        <Button
          aria-pressed={chosen}
          variant={chosen ? 'secondary' : 'quiet'}
          onClick={() => chat.choose(message)}
          className={cx(chosen && 'border-accent')}
        >
          {chosen ? <Check aria-hidden="true" size={15} className="text-accent" /> : null}
          {chosen ? t('theChatGoesOn') : t('goOnWithThis')}
        </Button>
      </div>
    </div>
  );
}

/** Answers to one question side by side, each with its price; one is chosen to go on with. */
export function ComparisonView({ chat, comparison }: { chat: Chat; comparison: Comparison }) {
  const { columns } = comparison;
  const chosen = chosenAnswer(comparison);
  return (
    <section aria-label={t('answersSideBySide')} className="grid gap-3">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups answers */}
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={t('answers')}
        className="comparison"
      >
        {columns.map((column) => (
          <article
            key={column.message?.id ?? column.lane}
            className={cx(
              'flex min-w-0 flex-col gap-3 border-t-2 pt-2',
              column.message !== null && column.message === chosen ? 'border-accent' : 'border-line',
            )}
          >
            <h2 className="truncate font-mono text-ink2 text-meta">{column.modelId}</h2>
            <div className="min-w-0 flex-1">
              <ColumnBody chat={chat} column={column} />
            </div>
            <ColumnFoot chat={chat} column={column} chosen={column.message !== null && column.message === chosen} />
          </article>
        ))}
      </div>
      {isComplete(comparison) || !chat.answering ? (
        <p className="flex flex-wrap items-center gap-3 text-ink2 text-meta">
          <Button onClick={chat.closeComparison}>{t('closeComparison')}</Button>
          {t('theOthersStay')}
        </p>
      ) : null}
    </section>
  );
}
