import type { Model } from '@q/contract/models';
import { parsePricePerMillion } from '@q/contract/money';
import {
  formatContext,
  formatCostNano,
  formatCount,
  formatDate,
  formatPriceShort,
  formatSeconds,
  type PromptVolume,
} from '../../lib/format.ts';
import { callCostNano } from '../marketplace/estimate.tsx';
import { commissionTenths, formatTenths } from '../model/commission.ts';
import { t } from './strings.ts';

/** One model's value of one fact. */
export interface CompareCell {
  text: string;
  /** Why there is no value stands in `text`. */
  missing: boolean;
  /** True when no other model here has a better one, and some have a worse. */
  best: boolean;
}

/** One fact of all models. */
interface CompareRow {
  label: string;
  /** What the best value is called, such as "lowest"; null where none is better. */
  bestWord: string | null;
  cells: CompareCell[];
}

/** Facts that belong together. */
export interface CompareGroup {
  title: string;
  /** True when its values are figures, false when they are words. */
  figures: boolean;
  rows: CompareRow[];
}

/** A fact: its text, and a number to compare by. Null where there is none. */
interface Fact {
  label: string;
  missing: string;
  text: (model: Model) => string | null;
  /** How it is compared: which end is better, and what the best is called. */
  better?: { value: (model: Model) => number | bigint | null; end: 'low' | 'high'; word: string };
}

function isBetter(a: number | bigint, b: number | bigint, end: 'low' | 'high'): boolean {
  return end === 'low' ? a < b : a > b;
}

/** Which of the values are the best: none unless one is worse. */
function bestOf(values: readonly (number | bigint | null)[], end: 'low' | 'high'): boolean[] {
  const known = values.filter((value) => value !== null);
  const beaten = (value: number | bigint) => known.some((other) => isBetter(other, value, end));
  const someWorse = known.some(beaten);
  return values.map((value) => value !== null && someWorse && !beaten(value));
}

function toRow({ label, missing, text, better }: Fact, models: readonly Model[]): CompareRow {
  const best = better
    ? bestOf(
        models.map((model) => better.value(model)),
        better.end,
      )
    : [];
  const cells = models.map((model, index) => {
    const value = text(model);
    return { text: value ?? missing, missing: value === null, best: value !== null && (best[index] ?? false) };
  });
  return { label, bestWord: better?.word ?? null, cells };
}

function isSold(model: Model): boolean {
  return model.status !== 'retired';
}

function price(label: string, of: (model: Model) => string | null | undefined): Fact {
  return {
    label,
    missing: t('notSold'),
    text: (model) => (of(model) == null ? null : formatPriceShort(of(model))),
    better: {
      value: (model) => (isSold(model) ? parsePricePerMillion(of(model) ?? '') : null),
      end: 'low',
      word: t('lowest'),
    },
  };
}

function cost(label: string, volume: PromptVolume, calls: number): Fact {
  const nano = (model: Model) => {
    const one = isSold(model) && model.pricing ? callCostNano(model.pricing, volume) : null;
    return one === null ? null : one * BigInt(calls);
  };
  return {
    label,
    missing: t('notSold'),
    text: (model) => {
      const sum = nano(model);
      return sum === null ? null : sum === 0n ? t('free') : formatCostNano(sum);
    },
    better: { value: nano, end: 'low', word: t('lowest') },
  };
}

function prices(models: readonly Model[], volume: PromptVolume, calls: number): Fact[] {
  const has = (of: (model: Model) => string | null | undefined) => models.some((model) => of(model) != null);
  const cached = (model: Model) => model.pricing?.cached_input;
  const image = (model: Model) => model.pricing?.image;
  return [
    cost(t('oneCall'), volume, 1),
    cost(t('costOfCalls', { calls: formatCount(calls) }), volume, calls),
    price(t('inputM'), (model) => model.pricing?.input),
    ...(has(cached) ? [price(t('inputFromCacheM'), cached)] : []),
    price(t('outputM'), (model) => model.pricing?.output),
    ...(has(image) ? [{ ...price(t('oneImage'), image), better: numberOf(image) }] : []),
    {
      label: t('commissionInIt'),
      missing: t('noCommission'),
      text: (model) => {
        const tenths = commissionTenths(model.pricing, model.provider_pricing);
        return tenths === null ? null : formatTenths(tenths);
      },
    },
  ];
}

/** An image's price has more digits than a price of tokens; for telling which is lower a number does. */
function numberOf(of: (model: Model) => string | null | undefined): NonNullable<Fact['better']> {
  return { value: (model) => (of(model) == null ? null : Number(of(model))), end: 'low', word: t('lowest') };
}

function sized(label: string, missing: string, word: string, of: (model: Model) => number | null): Fact {
  return {
    label,
    missing,
    text: (model) => (of(model) === null ? null : formatContext(of(model))),
    better: { value: of, end: 'high', word },
  };
}

const SIZES: Fact[] = [
  sized(t('contextTokens'), t('notCounted'), t('largest'), (model) => model.context_window),
  sized(t('longestAnswerTokens'), t('notPublished'), t('longest'), (model) => model.max_output),
];

function measured(label: string, of: (model: Model) => number | null, write: (value: number) => string): Fact {
  return {
    label,
    missing: t('noDataYet'),
    text: (model) => {
      const value = of(model);
      return value === null ? null : write(value);
    },
  };
}

const MEASURED: Fact[] = [
  {
    ...measured(t('firstTokenMedian'), (model) => model.latency.ttft_ms_p50, formatSeconds),
    better: { value: (model) => model.latency.ttft_ms_p50, end: 'low', word: t('fastest') },
  },
  {
    ...measured(t('firstTokenSlowest5'), (model) => model.latency.ttft_ms_p95, formatSeconds),
    better: { value: (model) => model.latency.ttft_ms_p95, end: 'low', word: t('fastest') },
  },
  {
    ...measured(
      t('tokensASecond'),
      (model) => model.latency.tokens_per_second,
      (value) => value.toFixed(0),
    ),
    better: { value: (model) => model.latency.tokens_per_second, end: 'high', word: t('fastest') },
  },
  {
    ...measured(
      t('answered7Days'),
      (model) => model.success_rate,
      (value) => `${(value * 100).toFixed(2)} %`,
    ),
    better: { value: (model) => model.success_rate, end: 'high', word: t('highest') },
  },
  {
    label: t('rating'),
    missing: t('noReviewsYet'),
    text: (model) =>
      model.rating === null
        ? null
        : t('ratingOf5', { rating: model.rating.toFixed(1), reviews: formatCount(model.reviews) }),
    better: { value: (model) => model.rating, end: 'high', word: t('highest') },
  },
  {
    label: t('callsHere'),
    missing: t('noneYet'),
    text: (model) => (model.usage_count > 0 ? formatCount(model.usage_count) : null),
  },
];

function abilities(models: readonly Model[]): Fact[] {
  const all = [...new Set(models.flatMap(({ capabilities }) => capabilities))];
  const words = (one: string) => one.charAt(0).toUpperCase() + one.slice(1).replaceAll('_', ' ');
  return [
    { label: t('takes'), missing: t('notPublished'), text: (model) => model.modalities.input.join(', ') || null },
    { label: t('gives'), missing: t('notPublished'), text: (model) => model.modalities.output.join(', ') || null },
    ...all.map(
      (one): Fact => ({
        label: words(one),
        missing: t('no'),
        text: (model) => (model.capabilities.includes(one) ? t('yes') : null),
      }),
    ),
  ];
}

const STAGES: Record<Model['status'], string> = {
  active: t('onSale'),
  deprecated: t('deprecated'),
  retired: t('retired'),
};

const LIFE: Fact[] = [
  { label: t('provider'), missing: '', text: (model) => model.provider_name },
  { label: t('hereAndNow'), missing: t('notConnected'), text: (model) => (model.available ? t('available') : null) },
  { label: t('stage'), missing: '', text: (model) => STAGES[model.status] },
  {
    label: t('released'),
    missing: t('notPublished'),
    text: ({ lifecycle }) => (lifecycle.released_at ? formatDate(lifecycle.released_at) : null),
    better: {
      value: ({ lifecycle }) => (lifecycle.released_at ? Date.parse(lifecycle.released_at) : null),
      end: 'high',
      word: t('newest'),
    },
  },
  {
    label: t('switchedOff'),
    missing: t('noDayNamed'),
    text: ({ lifecycle }) => (lifecycle.retires_at ? formatDate(lifecycle.retires_at) : null),
  },
];

/** The facts of models beside each other, the best of each row marked: what a call and `calls` calls of `volume` cost, sizes, measured figures. */
export function compareRows(models: readonly Model[], volume: PromptVolume, calls: number): CompareGroup[] {
  const groups: { title: string; figures: boolean; facts: readonly Fact[] }[] = [
    { title: t('price'), figures: true, facts: prices(models, volume, calls) },
    { title: t('size'), figures: true, facts: SIZES },
    { title: t('measuredHere'), figures: true, facts: MEASURED },
    { title: t('canDo'), figures: false, facts: abilities(models) },
    { title: t('life'), figures: false, facts: LIFE },
  ];
  return groups.map(({ title, figures, facts }) => ({
    title,
    figures,
    rows: facts.map((fact) => toRow(fact, models)),
  }));
}
