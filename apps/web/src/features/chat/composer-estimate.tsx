import type { Model } from '@q/contract/models';
import { parseUsd } from '@q/contract/money';
import { Link } from '@tanstack/react-router';
import { lazy, useState } from 'react';
import { BalanceFigure } from '../../components/balance-figure.tsx';
import { Once } from '../../components/once.tsx';
import { formatCompact, formatContext, formatCostNano } from '../../lib/format.ts';
import { useSession } from '../../lib/session-store.ts';
import { balanceOutlook } from './low-balance.ts';
import {
  contextTokens,
  countTokens,
  drawingCostNano,
  expectedAnswerTokens,
  nextCostNano,
  pictureTokens,
} from './next-cost.ts';
import { t } from './strings.ts';
import type { Chat } from './use-chat.ts';
import { drawsOnly } from './what-models-do.ts';

const ContextDialog = lazy(async () => {
  const { ContextDialog: component } = await import('./context-dialog.tsx');
  return { default: component };
});

/** About what goes out with the next message, in tokens, and what it costs in nano-dollars; null where no price is known. */
interface Estimate {
  used: number;
  nano: bigint | null;
}

/** The estimate of the next message: of one model, or of both that are asked. */
function estimateNext(chat: Chat, text: string, pictures: number): Estimate {
  const messages = chat.messages ?? [];
  const hidden = messages.length === 0 ? countTokens(chat.parameters.system_prompt ?? '') : 0;
  const tokens = {
    context: contextTokens(messages) + hidden,
    draft: countTokens(text) + pictureTokens(pictures),
    answer: expectedAnswerTokens(messages, chat.parameters.max_tokens),
  };
  const costOf = (model: Model | undefined) => {
    if (!model?.available) return null;
    return drawsOnly(model) ? drawingCostNano(model.pricing, tokens.draft) : nextCostNano(model.pricing, tokens);
  };
  const first = costOf(chat.model);
  const second = chat.secondId === undefined ? 0n : costOf(chat.second);
  return {
    used: tokens.context + tokens.draft,
    nano: first === null || second === null ? null : first + second,
  };
}

function ContextMeter({ used, total, onOpen }: { used: number; total: number; onOpen: () => void }) {
  const percent = Math.min((used / total) * 100, 100);
  const isFull = used > total * 0.9;
  return (
    <button
      type="button"
      onClick={onOpen}
      title={t('whatFillsTheContext')}
      className="-mx-1 flex min-h-7 items-center gap-2 rounded-sm px-1 hover:bg-sunken hover:text-ink2 touch:min-h-11"
    >
      <span aria-hidden="true" className="block h-1.5 w-16 bg-line max-sm:hidden">
        <span className={`block h-full ${isFull ? 'bg-warn' : 'bg-accent'}`} style={{ width: `${percent}%` }} />
      </span>
      <span className="whitespace-nowrap">
        <span className="sr-only">
          {t('contextDetails', { used: formatCompact(used), total: formatContext(total) })}
        </span>
        <span aria-hidden="true">
          {formatCompact(used)} / {formatContext(total)}
        </span>
      </span>
    </button>
  );
}

/** What the next message costs, and how full the context is. */
export function EstimateLine({ chat, text, pictures }: { chat: Chat; text: string; pictures: number }) {
  const [open, setOpen] = useState(false);
  const { used, nano } = estimateNext(chat, text, pictures);
  const total = chat.model?.context_window;
  return (
    <div className="flex min-w-0 flex-1 items-center gap-4 font-mono text-ink3 text-meta max-sm:gap-2">
      {nano === null ? null : (
        <span className="whitespace-nowrap">
          <span className="sr-only">{t('theNextMessageCosts')} </span>
          <span aria-hidden="true" className="max-[23rem]:hidden">
            {t('nextCosts')}{' '}
          </span>
          {formatCostNano(nano)}
        </span>
      )}
      {total ? <ContextMeter used={used} total={total} onOpen={() => setOpen(true)} /> : null}
      <Once when={open}>
        <ContextDialog open={open} onOpenChange={setOpen} chat={chat} draft={text} pictures={pictures} />
      </Once>
    </div>
  );
}

/** Says in time that the balance runs out, with the way to add to it; nothing while there is enough. */
export function LowBalance({ chat, text, pictures }: { chat: Chat; text: string; pictures: number }) {
  const balanceUsd = useSession((state) => state.balanceUsd);
  const { nano } = estimateNext(chat, text, pictures);
  const outlook = balanceOutlook(balanceUsd === null ? null : parseUsd(balanceUsd), nano);
  if (balanceUsd === null || outlook.state === 'enough' || chat.failure?.code === 'insufficient_balance') return null;
  const balance = <BalanceFigure usd={balanceUsd} />;
  const addMoney = (
    <Link to="." search={(before) => ({ ...before, account: 'balance' })} resetScroll={false} className="link">
      {t('addMoney')}
    </Link>
  );
  return (
    <p role="status" className="text-meta text-warn">
      {outlook.state === 'short'
        ? t.nodes('balanceMayNotBeEnough', { balance, addMoney })
        : t.nodes('balanceLasts', { balance, count: outlook.messages, addMoney })}
    </p>
  );
}
