import type { Recommendation, RecommendationAnswer } from '@q/contract/recommendations';
import { formatCost, formatCount } from '../../lib/format.ts';
import type { Factor } from './assistant-search.ts';
import { t } from './strings.ts';

export type Analysis = RecommendationAnswer['analysis'];
export type Requirements = Analysis['requirements'];
type Task = Analysis['task'];
export type Period = NonNullable<Requirements['budget']>['per'];

const TASK_LABELS: Record<Task, string> = {
  code: t('writingCode'),
  debug: t('findingAFaultIn'),
  data_sql: t('dataAndSQL'),
  math: t('mathematics'),
  reasoning: t('reasoning'),
  writing: t('writing'),
  roleplay: t('playingARole'),
  translation: t('translating'),
  summarization: t('summarizing'),
  extraction: t('extractingData'),
  classification: t('classifying'),
  qa: t('answeringQuestions'),
  brainstorm: t('findingIdeas'),
  tools: t('actingWithTools'),
  image_gen: t('makingImages'),
  vision: t('seeingImages'),
  embeddings: t('embeddings'),
  speech_to_text: t('speechToText'),
  text_to_speech: t('textToSpeech'),
  video_gen: t('makingVideo'),
};

/** What a task is called on the page. */
export function taskLabel(task: Task): string {
  return TASK_LABELS[task] ?? task;
}

export const FACTOR_LABELS: Record<Factor, string> = {
  capability: t('capability'),
  rating: t('rating'),
  cost: t('cost'),
  context: t('context2'),
  popularity: t('popularity'),
  provider_preference: t('provider'),
  speed: t('speed'),
  reliability: t('reliability'),
};

export const ROLE_LABELS: Record<NonNullable<Recommendation['role']>, string> = {
  best_match: t('bestMatch'),
  best_value: t('bestValue'),
  fastest: t('fastest'),
};

export const PERIOD_LABELS: Record<Period, string> = {
  call: t('perCallPeriod'),
  million_tokens: t('perMillionTokens'),
  day: t('aDay'),
  week: t('aWeek'),
  month: t('aMonth'),
  year: t('aYear'),
  total: t('inAll'),
};

/** What is given up when no model meets everything. */
export const RELAXED_LABELS: Record<Recommendation['relaxed'][number], string> = {
  speed: t('speedGivenUp'),
  provider: t('providerGivenUp'),
  budget: t('budgetGivenUp'),
};

/** The name of a language in English: `de` is "German"; the code itself where there is none. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** What a call costs, in words where it costs nothing: `$0.0140`, "free". */
export function callCost(usd: string): string {
  return Number(usd) === 0 ? t('free') : formatCost(usd);
}

/** The same with its unit: "$0.0140 per call", "free". */
export function costPerCall(usd: string): string {
  return Number(usd) === 0 ? t('free') : t('costPerCall', { cost: formatCost(usd) });
}

type WireFactor = Recommendation['factors'][Factor];

const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `2025-12` or `2025-12-03` as "Dec 2025"; what is no date stays as it is. */
function monthOf(asOf: string): string {
  const date = new Date(asOf);
  return Number.isNaN(date.getTime()) ? asOf : MONTH.format(date);
}

const UNKNOWN_WORDS: Partial<Record<Factor, string>> = {
  rating: t('nobodyHasRatedIt'),
  context: t('anyPromptFits'),
  reliability: t('noCallsYet'),
};

/** What a factor was judged by, in words: "LiveBench coding 71.2, Jul 2026", "$0.0140 a call", "no calls yet". */
export function factorWords(factor: Factor, judged: WireFactor): string {
  const { source, note, value } = judged;
  if (source) return `${source.name}: ${source.metric} ${source.value}, ${monthOf(source.as_of)}`;
  if (value === null) return UNKNOWN_WORDS[factor] ?? t('notKnownYet');
  if (factor === 'rating') return t('of5', { value });
  if (factor === 'cost')
    return Number(value) === 0 ? t('costsNothing') : t('aCall', { cost: formatCost(String(value)) });
  if (factor === 'context') return t('contextTokens', { tokens: formatCount(Number(value)) });
  if (factor === 'popularity') return t('callsHere', { count: Number(value) });
  if (factor === 'reliability') return t('recentCallsAnswered', { percent: (Number(value) * 100).toFixed(1) });
  if (factor === 'capability') return note ?? t('estimated');
  return note === undefined ? String(value) : `${value}, ${note}`;
}

/** How much of its points a factor gave, in a word; points for what is not known yet are assumed. */
export function shareWord({ points, max, value }: WireFactor): string {
  if (max === 0) return t('notCounted');
  if (value === null) return t('assumed');
  const share = points / max;
  if (share >= 0.85) return t('veryGood');
  if (share >= 0.6) return t('good');
  return share >= 0.35 ? t('fair') : t('weak');
}

/** Points as they are given, in halves: `16.5`, `20`. */
export function formatPoints(points: number): string {
  return Number.isInteger(points) ? String(points) : points.toFixed(1);
}
