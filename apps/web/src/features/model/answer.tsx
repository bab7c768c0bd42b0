import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { buttonClass } from '../../components/button.tsx';
import { formatCost, formatCount, formatSeconds } from '../../lib/format.ts';
import { t } from './strings.ts';
import { type AskState, isAsking } from './use-ask.ts';

const AnswerText = lazy(async () => {
  const { AnswerText: component } = await import('./answer-text.tsx');
  return { default: component };
});

const WAITING: Partial<Record<AskState['phase'], string>> = {
  waiting: t('waitingForTheFirst'),
  thinking: t('theModelIsThinking'),
};

/** What screen readers hear: how it stands, never the text as it comes. */
function statusText({ phase, end, stoppedCostUsd }: AskState): string {
  if (phase === 'done' && end) return t('answerComplete', { cost: formatCost(end.costUsd) });
  if (phase === 'stopped')
    return stoppedCostUsd === null ? t('answerStopped') : t('answerStoppedAt', { cost: formatCost(stoppedCostUsd) });
  if (phase === 'answering') return t('answering');
  return WAITING[phase] ?? '';
}

function Failure({ failure }: { failure: NonNullable<AskState['failure']> }) {
  return (
    <div role="alert" className="grid gap-2 border-neg border-l-4 px-3 py-1 text-ui">
      <p>
        {failure.message} <code className="font-mono text-ink3 text-meta">{failure.code}</code>
      </p>
      {failure.code === 'insufficient_balance' ? (
        <div>
          <Link
            to="."
            search={(before) => ({ ...before, account: 'balance' })}
            resetScroll={false}
            className={buttonClass()}
          >
            {t('addMoney')}
          </Link>
        </div>
      ) : null}
    </div>
  );
}

/** The price after, and how the answer came. */
function Bill({ state }: { state: AskState }) {
  const { end, phase, stoppedCostUsd } = state;
  if (phase === 'stopped') {
    return (
      <p className="text-ink2 text-ui">
        {stoppedCostUsd === null
          ? t('stoppedPayDelivered')
          : t.nodes('stoppedPaid', { cost: <data value={stoppedCostUsd}>{formatCost(stoppedCostUsd)}</data> })}
      </p>
    );
  }
  if (!end) return null;
  const facts = [
    t('tokensInOut', { inputTokens: formatCount(end.inputTokens), outputTokens: formatCount(end.outputTokens) }),
    t('firstIn', { time: formatSeconds(end.firstMs) }),
    t('allIn', { time: formatSeconds(end.totalMs) }),
  ];
  return (
    <div className="grid gap-0.5">
      {end.cutOff ? <p className="text-ink2 text-meta">{t('cutOffHereA')}</p> : null}
      <p className="flex flex-wrap items-baseline gap-x-3 text-ui">
        <span>
          {t.nodes('paid', {
            cost: (
              <data value={end.costUsd} className="font-medium font-mono">
                {formatCost(end.costUsd)}
              </data>
            ),
          })}
        </span>
        <span className="font-mono text-ink3 text-meta">{facts.join(' · ')}</span>
        {end.callId ? (
          <Link to="/receipts/$callId" params={{ callId: end.callId }} className="link text-meta">
            {t('receipt')}
          </Link>
        ) : null}
      </p>
    </div>
  );
}

/** An answer as it comes, and what it cost. Nothing before the first question. */
export function Answer({ state }: { state: AskState }) {
  if (state.phase === 'idle') return null;
  const plain = <p className="wrap-anywhere whitespace-pre-wrap text-read">{state.text}</p>;
  return (
    <div className="grid min-w-0 gap-2">
      <p role="status" className="sr-only">
        {statusText(state)}
      </p>
      {WAITING[state.phase] ? <p className="animate-pulse text-ink3 text-ui">{WAITING[state.phase]}</p> : null}
      {state.text === '' ? null : (
        <div className="min-w-0 max-w-[72ch] border-accent border-l-2 pl-3">
          <Suspense fallback={plain}>
            <AnswerText text={state.text} growing={isAsking(state)} />
          </Suspense>
        </div>
      )}
      {state.phase === 'done' && state.text === '' ? <p className="text-ink3 text-ui">{t('noTextCame')}</p> : null}
      {state.failure ? <Failure failure={state.failure} /> : null}
      <Bill state={state} />
    </div>
  );
}
