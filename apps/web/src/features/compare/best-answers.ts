import { parseUsd } from '@q/contract/money';
import type { AskState } from '../model/use-ask.ts';
import { t } from './strings.ts';

/** An answer of one model to the prompt all were asked. */
export interface RunAnswer {
  id: string;
  state: AskState | undefined;
}

/** What each model's answer is the best of, once all have ended: the cheapest, the first to begin, the first to end. Nothing for one alone. */
export function bestAnswers(answers: readonly RunAnswer[]): Readonly<Record<string, string[]>> {
  const done = answers.flatMap(({ id, state }) =>
    state?.phase === 'done' && state.end ? [{ id, end: state.end }] : [],
  );
  const pending = answers.some(({ state }) => !state || !['done', 'failed', 'stopped'].includes(state.phase));
  const praise: Record<string, string[]> = {};
  if (pending || done.length < 2) return praise;
  const figures: [word: string, of: (end: (typeof done)[number]['end']) => number | null][] = [
    [t('lowestCost'), (end) => Number(parseUsd(end.costUsd) ?? 0n)],
    [t('firstToBegin'), (end) => end.firstMs],
    [t('firstToEnd'), (end) => end.totalMs],
  ];
  for (const [word, of] of figures) {
    const values = done.flatMap(({ end }) => of(end) ?? []);
    const least = Math.min(...values);
    if (values.length < 2 || values.every((value) => value === least)) continue;
    for (const { id, end } of done) if (of(end) === least) praise[id] = [...(praise[id] ?? []), word];
  }
  return praise;
}
