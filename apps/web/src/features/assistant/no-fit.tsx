import type { RecommendationAnswer } from '@q/contract/recommendations';
import { Link } from '@tanstack/react-router';
import { Button, buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import type { AssistantSearch } from './assistant-search.ts';
import { limitKey, limitText } from './limits.ts';
import type { QuestionPatch } from './preferences-panel.tsx';
import { t } from './strings.ts';
import { toCatalogue } from './to-catalogue.ts';
import type { SentenceControl } from './use-sentence.ts';
import { budgetThatFits, waysOut } from './ways-out.ts';
import { RELAXED_LABELS } from './words.ts';

/** Props of `Relaxed` and `NoFit`. */
export interface NoFitProps {
  answer: RecommendationAnswer;
  search: AssistantSearch;
  control: SentenceControl;
  onChange: (patch: QuestionPatch) => void;
}

function WaysOut({ names, answer, search, control, onChange }: NoFitProps & { names: readonly string[] }) {
  const { limits, patch } = waysOut(names, answer.analysis.requirements, search);
  return (
    <>
      {limits.map((limit) => (
        <Button key={limitKey(limit)} busy={control.busy === limitKey(limit)} onClick={() => control.remove(limit)}>
          {t('without', { limit: limitText(limit) })}
        </Button>
      ))}
      {patch ? <Button onClick={() => onChange(patch.change)}>{patch.label}</Button> : null}
    </>
  );
}

/** Names one after the other: "speed and the budget". */
const listed = (names: readonly string[]) => names.reduce((first, second) => t('givenUpTwo', { first, second }));

/** Says that no model meets every wish, which were given up, and how to change them. Nothing when all are met. */
export function Relaxed(props: NoFitProps) {
  const { answer, control } = props;
  if (answer.relaxed.length === 0) return null;
  const budget = budgetThatFits(answer);
  return (
    <section aria-label={t('whatHadToBe')} className="grid gap-2 border-warn border-l-4 py-1 pl-4">
      <p className="text-ui">
        {t.nodes('noModelMeetsEveryWish', {
          said: <strong className="font-semibold">{t('noModelMeetsEvery')}</strong>,
          what: listed(answer.relaxed.map((name) => RELAXED_LABELS[name])),
        })}
      </p>
      <div className="flex flex-wrap gap-2">
        {budget ? (
          <Button onClick={() => control.set(budget.next, budget.now)}>
            {t('makeIt', { next: limitText(budget.next) })}
          </Button>
        ) : null}
        <WaysOut {...props} names={answer.relaxed} />
      </div>
    </section>
  );
}

/** Says why nothing is recommended, and what to change. */
export function NoFit(props: NoFitProps) {
  const { answer } = props;
  if (!answer.no_match) return null;
  return (
    <div className="border-line border-t">
      <EmptyState
        title={t('noModelFitsThis')}
        className="py-8"
        actions={
          <>
            <WaysOut {...props} names={[answer.no_match.requirement]} />
            <Link
              to="/models"
              search={toCatalogue(answer.analysis.requirements, props.search)}
              className={buttonClass()}
            >
              {t('seeWhatComesNear')}
            </Link>
          </>
        }
      >
        {answer.no_match.reason}
      </EmptyState>
    </div>
  );
}
