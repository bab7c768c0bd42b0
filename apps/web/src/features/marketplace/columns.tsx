import type { Model } from '@q/contract/models';
import type { ReactNode } from 'react';
import { Price } from '../../components/price.tsx';
import {
  formatContext,
  formatPriceShort,
  formatSeconds,
  isZeroPrice,
  type PromptVolume,
  UNKNOWN,
} from '../../lib/format.ts';
import { Availability } from './availability.tsx';
import { Estimate } from './estimate.tsx';
import type { Sort } from './marketplace-search.ts';
import { Sparkline } from './sparkline.tsx';
import { t } from './strings.ts';

/** One column of the table after the name. */
export interface Column {
  key: string;
  label: string;
  /** Under the label, so that cells hold bare figures. */
  unit: string;
  align: 'text-left' | 'text-right' | 'text-center';
  /** Width, and from which width of the list on it is shown. */
  show: string;
  /** The order that a click on the head asks for. */
  sort?: Sort;
  cell: (model: Model, volume: PromptVolume) => ReactNode;
}

/** A figure in mono digits, or a gap that screen readers hear as "no data yet". */
export function Figure({ text, missing = t('noDataYet') }: { text: string; missing?: string }) {
  if (text === UNKNOWN) {
    return (
      <span className="text-ink3">
        <span aria-hidden="true">{UNKNOWN}</span>
        <span className="sr-only">{missing}</span>
      </span>
    );
  }
  return <span className="font-mono">{text}</span>;
}

/** The output price; a model that answers no tokens (embeddings) sells none. */
function outputPrice(model: Model): ReactNode {
  const { pricing } = model;
  if (pricing?.unit === 'image') {
    return (
      <span className="whitespace-nowrap font-mono">
        {formatPriceShort(pricing.image)}
        <span className="text-ink3 text-micro">{t('perImage')}</span>
      </span>
    );
  }
  if (model.category === 'embedding' && isZeroPrice(pricing?.output))
    return <Figure text={UNKNOWN} missing={t('noneSold')} />;
  return <Price value={pricing?.output} short />;
}

const EVERY: Record<string, Column> = {
  days: {
    key: 'days',
    label: t('days14'),
    unit: t('calls'),
    align: 'text-left',
    show: 'w-19 hidden @min-[1100px]:table-cell',
    cell: (model) => <Sparkline days={model.daily_calls} />,
  },
  context: {
    key: 'context',
    label: t('context'),
    unit: t('tokens'),
    align: 'text-right',
    show: 'w-18',
    sort: 'context',
    cell: (model) => <Figure text={formatContext(model.context_window)} missing={t('notCounted')} />,
  },
  input: {
    key: 'input',
    label: t('input'),
    unit: t('pricePerMillion'),
    align: 'text-right',
    show: 'w-18',
    cell: (model) => <Price value={model.pricing?.input} short />,
  },
  output: {
    key: 'output',
    label: t('output'),
    unit: t('pricePerMillion'),
    align: 'text-right',
    show: 'w-22',
    cell: outputPrice,
  },
  first: {
    key: 'first',
    label: t('firstToken'),
    unit: t('secondsMedian'),
    align: 'text-right',
    show: 'w-22 hidden @min-[1100px]:table-cell',
    cell: (model) => <Figure text={formatSeconds(model.latency.ttft_ms_p50).replace(' s', '')} />,
  },
  speed: {
    key: 'speed',
    label: t('speed'),
    unit: t('tokensPerSecond'),
    align: 'text-right',
    show: 'w-16 hidden @min-[900px]:table-cell',
    sort: 'speed',
    cell: (model) => (
      <Figure text={model.latency.tokens_per_second === null ? UNKNOWN : model.latency.tokens_per_second.toFixed(0)} />
    ),
  },
  answered: {
    key: 'answered',
    label: t('answered'),
    unit: t('percent7Days'),
    align: 'text-right',
    show: 'w-22 hidden @min-[1300px]:table-cell',
    cell: (model) => <Figure text={model.success_rate === null ? UNKNOWN : (model.success_rate * 100).toFixed(2)} />,
  },
  rating: {
    key: 'rating',
    label: t('rating'),
    unit: t('outOf5'),
    align: 'text-right',
    show: 'w-18 hidden @min-[900px]:table-cell',
    sort: 'rating',
    cell: (model) => (
      <Figure text={model.rating === null ? UNKNOWN : model.rating.toFixed(1)} missing={t('noReviewsYet')} />
    ),
  },
  estimate: {
    key: 'estimate',
    label: t('estimateShort'),
    unit: t('dollarsPerCall'),
    align: 'text-right',
    show: 'w-20',
    sort: 'price',
    cell: (model, volume) =>
      model.status === 'retired' ? (
        <Figure text={UNKNOWN} missing={t('notSold')} />
      ) : (
        <Estimate pricing={model.pricing} volume={volume} bare />
      ),
  },
  available: {
    key: 'available',
    label: t('availability'),
    unit: '',
    align: 'text-left',
    show: 'w-44',
    cell: (model) => <Availability model={model} />,
  },
};

function pick(...keys: string[]): Column[] {
  return keys.map((key) => EVERY[key]).filter((column): column is Column => column !== undefined);
}

/** The columns of a wide table, in order. */
export const COLUMNS = pick(
  'days',
  'context',
  'input',
  'output',
  'first',
  'speed',
  'answered',
  'rating',
  'estimate',
  'available',
);

const PHONE_FIGURE: Record<Sort, string> = {
  popularity: 'input',
  relevance: 'input',
  price: 'input',
  newest: 'context',
  rating: 'rating',
  context: 'context',
  speed: 'speed',
};

/** On a phone: the figure the order is about, and the cost of one call. */
export function phoneColumns(sort: Sort): Column[] {
  return pick(PHONE_FIGURE[sort], 'estimate').map((column) => ({
    ...column,
    show: column.key === 'estimate' ? 'w-21' : 'w-17',
  }));
}
