import type { Recommendation } from '@q/contract/recommendations';
import { Link } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { Badge } from '../../components/badge.tsx';
import { buttonClass } from '../../components/button.tsx';
import { cx } from '../../lib/cx.ts';
import { splitId } from '../marketplace/labels.ts';
import { FactorTable, Understood } from './factor-table.tsx';
import { isChatTask } from './is-chat-task.ts';
import { type AnyPick, PickCost, PickFigures } from './pick-facts.tsx';
import { t } from './strings.ts';
import { usePick } from './use-pick.ts';
import { type Analysis, ROLE_LABELS } from './words.ts';

/** Props of `PickActions`. */
export interface PickActionsProps {
  pick: AnyPick;
  analysis: Analysis;
  /** The task as it was asked; the chat starts with it. */
  sentence: string;
  primary?: boolean;
}

/** What can be done with a pick: chat with it, look at it, call it. */
export function PickActions({ pick, analysis, sentence, primary = false }: PickActionsProps) {
  const choose = usePick();
  const id = pick.model_id;
  const canChat = pick.available && isChatTask(analysis.task);
  return (
    <>
      {canChat ? (
        <Link
          to="/chat/new"
          search={{ m: id, q: sentence }}
          preload={false}
          onClick={() => choose(id, sentence)}
          className={buttonClass(primary ? 'primary' : 'secondary')}
        >
          {t('chatWithIt')}
        </Link>
      ) : null}
      <Link to="/models/$" params={{ _splat: id }} className={buttonClass(canChat ? 'quiet' : 'secondary')}>
        {t('openModel')}
      </Link>
      <Link to="/models/$" params={{ _splat: id }} hash="code" className={buttonClass('quiet')}>
        {t('useInCode')}
      </Link>
    </>
  );
}

/** Props of `PickRow`. */
export interface PickRowProps {
  pick: Recommendation;
  analysis: Analysis;
  sentence: string;
  open: boolean;
  onToggle: () => void;
}

/** One of the three picks: what it is for, why, what it costs, how fast it is; unfolded, where every point comes from. */
export function PickRow({ pick, analysis, sentence, open, onToggle }: PickRowProps) {
  const [provider, name] = splitId(pick.model_id);
  const detailsId = `why-${pick.rank}`;
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-3 border-line border-t py-4 sm:grid-cols-[1.75rem_minmax(0,1fr)_auto]">
      <span className="font-mono text-ink3 text-ui leading-6">{pick.rank}</span>
      <div className="grid min-w-0 gap-1">
        <div className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
          <h3 className="min-w-0 break-words text-h3">
            <span className="text-ink3">{provider}</span>
            <span className="font-semibold">{name}</span>
          </h3>
          {pick.role ? <Badge tone="accent">{ROLE_LABELS[pick.role]}</Badge> : null}
          {pick.available ? null : <Badge tone="warn">{t('notConnectedHere')}</Badge>}
        </div>
        <p className="max-w-[72ch] text-ink2 text-ui">{pick.reasoning}</p>
        <PickFigures pick={pick} />
      </div>
      <div className="max-sm:col-start-2 max-sm:pt-1">
        <PickCost pick={pick} volume={analysis.requirements.volume} />
      </div>
      <div className="col-start-2 flex flex-wrap items-center gap-x-1.5 gap-y-1 pt-3 sm:col-end-4">
        <PickActions pick={pick} analysis={analysis} sentence={sentence} primary={pick.rank === 1} />
        <button
          type="button"
          data-unfold={pick.rank}
          aria-expanded={open}
          aria-controls={detailsId}
          onClick={onToggle}
          className={buttonClass('quiet', 'sm:-mr-3 sm:ml-auto')}
        >
          {open ? t('fold') : t('why')}
          <span className="sr-only">: {pick.model_id}</span>
          <ChevronDown aria-hidden="true" size={15} className={cx(open && 'rotate-180')} />
        </button>
      </div>
      <div id={detailsId} hidden={!open} className="col-span-full pt-3 sm:col-start-2">
        {open ? (
          <div className="grid animate-fade gap-x-10 gap-y-5 md:grid-cols-[minmax(0,1fr)_15rem]">
            <FactorTable pick={pick} />
            <Understood analysis={analysis} pick={pick} />
          </div>
        ) : null}
      </div>
    </li>
  );
}
