import { CONTEXT_STEPS, PRICE_STEPS, RATING_STEPS } from '@q/contract/catalog-steps';
import type { ModelFacets } from '@q/contract/models';
import { Select, type SelectOption } from '../../components/select.tsx';
import { formatContext, formatCount } from '../../lib/format.ts';
import type { MarketplaceSearch } from './marketplace-search.ts';
import { t } from './strings.ts';
import type { SearchPatch } from './use-marketplace-search.ts';

/** Props of `LimitSelects`. */
export interface LimitSelectsProps {
  search: MarketplaceSearch;
  facets: ModelFacets | undefined;
  onChange: (patch: SearchPatch) => void;
}

interface Limit {
  steps: readonly (string | number)[];
  any: string;
  /** What stands in the URL now. */
  current: string | undefined;
  facet: ModelFacets['contexts'] | undefined;
  text: (value: string) => string;
}

/** The choices of a limit with how many models each would leave; a value from a hand-written URL joins them. */
function optionsOf({ steps, any, current, facet, text }: Limit): SelectOption[] {
  const values = steps.map(String);
  if (current !== undefined && !values.includes(current)) values.push(current);
  const counted = (value: string) => {
    const count = facet?.find((one) => one.value === value)?.count ?? 0;
    return facet && steps.map(String).includes(value) ? ` (${formatCount(count)})` : '';
  };
  return [{ value: '', label: any }, ...values.map((value) => ({ value, label: text(value) + counted(value) }))];
}

function contextText(value: string): string {
  return t('orMore', { tokens: formatContext(Number(value)) });
}

/** The limits of price, context and rating. */
export function LimitSelects({ search, facets, onChange }: LimitSelectsProps) {
  const limits = {
    min: {
      steps: PRICE_STEPS,
      any: t('fromAnyPrice'),
      current: search.min,
      facet: facets?.min_prices,
      text: (value: string) => t('fromPrice', { price: `$${value}` }),
    },
    max: {
      steps: PRICE_STEPS,
      any: t('upToAnyPrice'),
      current: search.max,
      facet: facets?.max_prices,
      text: (value: string) => t('upToPrice', { price: `$${value}` }),
    },
    ctx: {
      steps: CONTEXT_STEPS,
      any: t('anySize'),
      current: search.ctx?.toString(),
      facet: facets?.contexts,
      text: contextText,
    },
    stars: {
      steps: RATING_STEPS,
      any: t('anyRating'),
      current: search.stars?.toString(),
      facet: facets?.ratings,
      text: (value: string) => t('orBetter', { rating: value }),
    },
  } satisfies Record<string, Limit>;
  return (
    <div className="grid gap-3">
      <fieldset className="grid gap-1.5">
        <legend className="mb-1 font-medium text-ui">
          {t.nodes('inputPrice', { unit: <span className="font-normal text-ink3">{t('per1MTokens')}</span> })}
        </legend>
        <Select
          label={t('lowestInputPrice')}
          hideLabel
          value={search.min ?? ''}
          options={optionsOf(limits.min)}
          onValueChange={(value) => onChange({ min: value || undefined })}
        />
        <Select
          label={t('highestInputPrice')}
          hideLabel
          value={search.max ?? ''}
          options={optionsOf(limits.max)}
          onValueChange={(value) => onChange({ max: value || undefined })}
        />
      </fieldset>
      <Select
        label={t('contextWindowTokens')}
        value={search.ctx === undefined ? '' : String(search.ctx)}
        options={optionsOf(limits.ctx)}
        onValueChange={(value) => onChange({ ctx: value ? Number(value) : undefined })}
      />
      <Select
        label={t('rating')}
        value={search.stars === undefined ? '' : String(search.stars)}
        options={optionsOf(limits.stars)}
        onValueChange={(value) => onChange({ stars: value ? Number(value) : undefined })}
      />
    </div>
  );
}
