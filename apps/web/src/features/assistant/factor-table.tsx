import type { Recommendation } from '@q/contract/recommendations';
import { Skeleton } from '../../components/skeleton.tsx';
import { cx } from '../../lib/cx.ts';
import { FACTORS } from './assistant-search.ts';
import { t } from './strings.ts';
import {
  type Analysis,
  FACTOR_LABELS,
  factorWords,
  formatPoints,
  languageName,
  shareWord,
  taskLabel,
} from './words.ts';

/** How full a bar is, from 0 to 1. Decoration: the figures beside it say the same. */
function Bar({ share, strong = false }: { share: number; strong?: boolean }) {
  return (
    <span aria-hidden="true" className="block h-1.5 w-full bg-line">
      <span
        className={cx('block h-full', strong ? 'bg-accent' : 'bg-line-strong')}
        style={{ width: `${Math.min(Math.max(share, 0), 1) * 100}%` }}
      />
    </span>
  );
}

/** The eight factors of one model with their points, which add up to its score. The two that decided are marked in words and colour. */
export function FactorTable({ pick }: { pick: Omit<Recommendation, 'rank' | 'role'> }) {
  return (
    <table className="w-full border-collapse text-ui">
      <caption className="pb-1 text-left font-semibold">
        {t('whereThePointsCome', { score: formatPoints(pick.score) })}
      </caption>
      <thead className="text-ink3 text-micro">
        <tr className="border-line border-b">
          <th scope="col" className="py-1 text-left font-normal">
            {t('factor')}
          </th>
          <th scope="col" className="w-16 py-1 text-right font-normal">
            {t('points')}
          </th>
          <th scope="col" className="w-40 py-1 pl-4 text-left font-normal max-sm:hidden">
            {t('ofItsMost')}
          </th>
        </tr>
      </thead>
      <tbody>
        {FACTORS.map((factor) => {
          const judged = pick.factors[factor];
          const decided = pick.decided_by.includes(factor);
          return (
            <tr key={factor} className="border-line border-b align-top">
              <th scope="row" className="py-1.5 text-left font-normal">
                <span className={cx(decided && 'font-medium')}>{FACTOR_LABELS[factor]}</span>
                {decided ? <span className="text-accent text-meta"> {t('decided')}</span> : null}
                <span className="block break-words text-ink3 text-meta">{factorWords(factor, judged)}</span>
              </th>
              <td className="whitespace-nowrap py-1.5 text-right font-mono text-meta leading-5">
                <span data-points={factor}>{formatPoints(judged.points)}</span>
                <span className="text-ink3"> {t('of', { max: formatPoints(judged.max) })}</span>
              </td>
              <td className="py-1.5 pl-4 text-ink3 text-meta leading-5 max-sm:hidden">
                <span className="grid grid-cols-[3.5rem_1fr] items-center gap-2 whitespace-nowrap">
                  <Bar share={judged.max === 0 ? 0 : judged.points / judged.max} strong={decided} />
                  {shareWord(judged)}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" className="py-1.5 text-left font-semibold">
            {t('score')}
          </th>
          <td className="whitespace-nowrap py-1.5 text-right font-mono text-meta leading-5">
            <span data-points="score" className="font-semibold">
              {formatPoints(pick.score)}
            </span>
            <span className="text-ink3"> {t('of100')}</span>
          </td>
          <td className="max-sm:hidden" />
        </tr>
      </tfoot>
    </table>
  );
}

/** Tasks that are less likely than this are not worth a line. */
const PROBABILITY_MIN = 0.02;
const TASKS_MAX = 5;

/** What the assistant took the sentence for: tasks with probabilities, language, difficulty, size of a call. */
export function Understood({ analysis, pick }: { analysis: Analysis; pick: Pick<Recommendation, 'estimated_tokens'> }) {
  const likely = analysis.tasks.filter(({ probability }) => probability >= PROBABILITY_MIN).slice(0, TASKS_MAX);
  const { input, output } = pick.estimated_tokens;
  return (
    <section>
      <h4 className="pb-1 font-semibold">{t('whatWasUnderstood')}</h4>
      <ul className="border-line border-t text-ui">
        {likely.map(({ task, probability }) => (
          <li key={task} className="grid grid-cols-[1fr_3.5rem_2.5rem] items-center gap-2 border-line border-b py-1.5">
            {taskLabel(task)}
            <Bar share={probability} />
            <span className="text-right font-mono text-meta">{Math.round(probability * 100)} %</span>
          </li>
        ))}
      </ul>
      <p className="pt-2 text-ink3 text-meta">
        {t('oneCallIsTakenFor', {
          language: languageName(analysis.language),
          complexity: analysis.complexity,
          input,
          output,
        })}
      </p>
    </section>
  );
}

/** Three rows of the real height while the first answer is on its way. */
export function PicksSkeleton() {
  return (
    <div aria-busy="true">
      <p className="sr-only">{t('lookingForModels')}</p>
      {[0, 1, 2].map((row) => (
        <div key={row} className="grid h-36 content-start gap-2.5 border-line border-t py-4 pl-8 sm:pl-10">
          <Skeleton className="h-5 w-64 max-w-full" />
          <Skeleton className="h-4 w-full max-w-xl" />
          <Skeleton className="h-4 w-72 max-w-full" />
        </div>
      ))}
    </div>
  );
}
