import type { Recommendation } from '@q/contract/recommendations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Skeleton } from '../../components/skeleton.tsx';
import { errorMessage } from '../../lib/api-client.ts';
import { splitId } from '../marketplace/labels.ts';
import type { Question } from './assistant-search.ts';
import { PickFigures } from './pick-facts.tsx';
import { answerInPlaceQuery } from './queries.ts';
import { t } from './strings.ts';
import { type Analysis, costPerCall, ROLE_LABELS } from './words.ts';

/** Props of `CompactPicks`. */
export interface CompactPicksProps {
  question: Question;
  /** What can be done with each pick. */
  action: (pick: Recommendation, analysis: Analysis) => ReactNode;
}

/** The three picks in little room, with a way to all their reasons. */
export function CompactPicks({ question, action }: CompactPicksProps) {
  const { data, error } = useQuery(answerInPlaceQuery(question));
  if (error) {
    return (
      <p role="alert" className="py-2 text-neg text-ui">
        {errorMessage(error)}
      </p>
    );
  }
  if (!data) {
    return (
      <div aria-busy="true" className="grid gap-2 py-2">
        <Skeleton className="h-9" />
        <Skeleton className="h-9" />
        <Skeleton className="h-9" />
      </div>
    );
  }
  const { recommendations, analysis, no_match: noMatch } = data.answer;
  return (
    <div className="grid gap-1.5">
      {noMatch ? <p className="py-2 text-ui">{noMatch.reason}</p> : null}
      <ol aria-label={t('pickedByQAssistant')} className="border-line border-t empty:hidden">
        {recommendations.map((pick) => {
          const [provider, name] = splitId(pick.model_id);
          return (
            <li
              key={pick.model_id}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 border-line border-b py-2"
            >
              <div className="grid min-w-0 gap-0.5">
                <p className="break-words text-ui">
                  {pick.role ? <span className="text-accent">{ROLE_LABELS[pick.role]}: </span> : null}
                  <Link to="/models/$" params={{ _splat: pick.model_id }} className="hover:underline">
                    <span className="text-ink3">{provider}</span>
                    <span className="font-semibold">{name}</span>
                  </Link>{' '}
                  <span className="whitespace-nowrap font-mono text-meta">{costPerCall(pick.estimated_cost_usd)}</span>
                </p>
                <PickFigures pick={pick} />
              </div>
              {action(pick, analysis)}
            </li>
          );
        })}
      </ol>
      <p className="text-meta">
        <Link
          to="/"
          search={{ q: question.query, ...(question.available_only ? { available: true } : {}) }}
          className="link inline-flex items-center touch:min-h-11 max-md:min-h-11"
        >
          {t('allReasonsLimitsAnd')}
        </Link>
      </p>
    </div>
  );
}
