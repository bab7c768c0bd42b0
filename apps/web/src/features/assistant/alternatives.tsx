import type { RecommendationAnswer } from '@q/contract/recommendations';
import { splitId } from '../marketplace/labels.ts';
import { type AnyPick, PickFigures } from './pick-facts.tsx';
import { PickActions } from './pick-row.tsx';
import { t } from './strings.ts';
import { savedPercent } from './volume-cost.ts';
import { callCost } from './words.ts';

function gains(name: 'budget' | 'speed', pick: AnyPick, best: AnyPick | undefined): string {
  if (name === 'budget') {
    const saved = best ? savedPercent(pick.estimated_cost_usd, best.estimated_cost_usd) : 0;
    if (Number(pick.estimated_cost_usd) === 0) return t('costsNothing');
    const cost = callCost(pick.estimated_cost_usd);
    return saved > 0 ? t('aCallLess', { cost, percent: saved }) : t('aCall', { cost });
  }
  const less = best ? best.speed.seconds - pick.speed.seconds : 0;
  const seconds = pick.speed.seconds.toFixed(1);
  return less > 0 ? t('wholeAnswerSooner', { seconds, sooner: less.toFixed(1) }) : t('wholeAnswerIn', { seconds });
}

/** Props of `Alternatives`. */
export interface AlternativesProps {
  answer: RecommendationAnswer;
  sentence: string;
}

/** What would be cheaper or faster than the best match. Nothing where nothing is. */
export function Alternatives({ answer, sentence }: AlternativesProps) {
  const { alternatives, recommendations, analysis } = answer;
  const rows = (['budget', 'speed'] as const).flatMap((name) => {
    const pick = alternatives[name];
    return pick ? [{ name, pick, title: name === 'budget' ? t('forLessMoney') : t('forLessWaiting') }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <section aria-label={t('alternativesToTheBest')} className="border-line border-t">
      {rows.map(({ name, pick, title }) => {
        const [provider, model] = splitId(pick.model_id);
        return (
          <div
            key={name}
            className="grid gap-x-3 gap-y-1 border-line border-b py-3 sm:grid-cols-[8.5rem_minmax(0,1fr)_auto] sm:items-center"
          >
            <h3 className="font-medium text-ink2 text-ui">{title}</h3>
            <div className="min-w-0">
              <p className="break-words text-ui">
                <span className="text-ink3">{provider}</span>
                <span className="font-semibold">{model}</span>
                <span className="text-ink2">: {gains(name, pick, recommendations[0])}</span>
              </p>
              <PickFigures pick={pick} />
            </div>
            <div className="flex flex-wrap gap-x-1.5">
              <PickActions pick={pick} analysis={analysis} sentence={sentence} />
            </div>
          </div>
        );
      })}
    </section>
  );
}
