import { formatContext } from '../../lib/format.ts';
import { t } from './strings.ts';
import { languageName, PERIOD_LABELS, type Period, type Requirements } from './words.ts';

/** The wishes that are there or not: what they are called on the page, and the words that ask the assistant for them. */
export const FLAGS = {
  free_only: { label: t('free'), phrase: 'free only' },
  low_cost: { label: t('lowCost'), phrase: 'cheap' },
  fast: { label: t('fast'), phrase: 'fast' },
  best_quality: { label: t('bestQuality'), phrase: 'best quality' },
  local: { label: t('runsLocally'), phrase: 'running locally' },
  open_weights: { label: t('openWeights'), phrase: 'open weights' },
  private: { label: t('private'), phrase: 'data must stay private' },
  structured_output: { label: t('json'), phrase: 'answer as JSON' },
  tools: { label: t('tools'), phrase: 'with tool calling' },
  long_context: { label: t('longInput'), phrase: 'long documents' },
} as const;

type Flag = keyof typeof FLAGS;

/** The wishes with a figure or a name: they are asked for by a form. */
export const FORMS = {
  budget: t('budget'),
  volume: t('howManyCalls'),
  context: t('context'),
  include: t('onlyAProvider'),
  exclude: t('notAProvider'),
} as const;

export type FormKind = keyof typeof FORMS;

export const isForm = (kind: string): kind is FormKind => kind in FORMS;

/** One thing a sentence asks of a model, besides its task. */
export type Limit =
  | { kind: Flag }
  | { kind: 'budget'; amount: string; per: Period }
  | { kind: 'volume'; calls: number; per: Period }
  | { kind: 'context'; tokens: number }
  | { kind: 'include' | 'exclude'; provider: string }
  | { kind: 'language'; code: string }
  | { kind: 'reads' | 'makes'; modality: string };

function plainAmount(amount: string): string {
  const trimmed = amount.includes('.') ? amount.replace(/0+$/, '').replace(/\.$/, '') : amount;
  const cents = /^\d+\.\d$/.test(trimmed) ? `${trimmed}0` : trimmed;
  return cents === '' ? '0' : cents;
}

/** What was understood of a sentence, as single limits in the order they are shown. */
export function limitsOf(requirements: Requirements): Limit[] {
  const { budget, volume, providers, languages, min_context_tokens: tokens } = requirements;
  const limits: Limit[] = [];
  if (budget) limits.push({ kind: 'budget', amount: plainAmount(budget.amount_usd), per: budget.per });
  if (volume) limits.push({ kind: 'volume', calls: volume.calls, per: volume.per });
  for (const flag of Object.keys(FLAGS) as Flag[]) {
    // A length that is told says more than "long".
    if (requirements[flag] && !(flag === 'long_context' && tokens !== null)) limits.push({ kind: flag });
  }
  for (const provider of providers.include) limits.push({ kind: 'include', provider });
  for (const provider of providers.exclude) limits.push({ kind: 'exclude', provider });
  if (tokens !== null) limits.push({ kind: 'context', tokens });
  for (const code of languages) limits.push({ kind: 'language', code });
  for (const modality of requirements.input_modalities)
    if (modality !== 'text') limits.push({ kind: 'reads', modality });
  for (const modality of requirements.output_modalities)
    if (modality !== 'text') limits.push({ kind: 'makes', modality });
  return limits;
}

/** Tells limits apart: the same text is the same limit. */
export function limitKey(limit: Limit): string {
  return Object.values(limit).join(' ');
}

const MODALITY_LABELS: Record<string, string> = {
  image: t('images'),
  file: t('files'),
  embedding: t('embeddingsMade'),
};

/** A limit as its chip says it. */
export function limitText(limit: Limit): string {
  switch (limit.kind) {
    case 'budget':
      return t('upToBudget', { amount: `$${limit.amount}`, per: PERIOD_LABELS[limit.per] });
    case 'volume':
      return t('volumeLimit', { count: limit.calls, per: PERIOD_LABELS[limit.per] });
    case 'context':
      return t('contextFrom', { tokens: formatContext(limit.tokens) });
    case 'include':
      return t('only', { provider: limit.provider });
    case 'exclude':
      return t('not', { provider: limit.provider });
    case 'language':
      return languageName(limit.code);
    case 'reads':
    case 'makes':
      return t(limit.kind === 'reads' ? 'readsModality' : 'makesModality', {
        modality: MODALITY_LABELS[limit.modality] ?? limit.modality,
      });
    default:
      return FLAGS[limit.kind].label;
  }
}

/** Periods in the words the assistant reads; they stay English in every language of the page. */
const PERIOD_PHRASES: Record<Period, string> = {
  call: 'per call',
  million_tokens: 'per million tokens',
  day: 'a day',
  week: 'a week',
  month: 'a month',
  year: 'a year',
  total: 'in all',
};

/** The words that ask for a limit, to be put into a sentence; null for what only the task itself can ask. */
export function limitPhrase(limit: Limit): string | null {
  switch (limit.kind) {
    case 'budget':
      return `at most $${limit.amount} ${PERIOD_PHRASES[limit.per]}`;
    case 'volume':
      return `${limit.calls} calls ${PERIOD_PHRASES[limit.per]}`;
    case 'context':
      return `${limit.tokens} tokens of context`;
    case 'include':
      return `only from ${limit.provider}`;
    case 'exclude':
      return `not ${limit.provider}`;
    case 'language':
      return `in ${languageName(limit.code)}`;
    case 'reads':
    case 'makes':
      return null;
    default:
      return FLAGS[limit.kind].phrase;
  }
}

/** The sentence with one more wish at its end. */
export function addPhrase(sentence: string, phrase: string): string {
  const base = sentence.trim().replace(/[\s.,;。，]+$/, '');
  return base === '' ? phrase : `${base}, ${phrase}`;
}
