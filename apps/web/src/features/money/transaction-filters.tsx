import { useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { DayField } from '../../components/day-field.tsx';
import { Select } from '../../components/select.tsx';
import { t } from './strings.ts';
import { isFiltered, KIND_LABELS, type TransactionFilter } from './transaction-filter.ts';

const KINDS = [
  { value: '', label: t('allKinds') },
  ...Object.entries(KIND_LABELS).map(([value, label]) => ({ value, label })),
];

/** Props of `TransactionFilters`. */
export interface TransactionFiltersProps {
  filter: TransactionFilter;
  /** The models that can be asked for. */
  models: readonly string[];
  /** An empty text takes a filter away. */
  onChange: (name: keyof TransactionFilter, value: string) => void;
  onClear: () => void;
}

/** Which transactions are wanted: kind, model, first and last day. */
export function TransactionFilters({ filter, models, onChange, onClear }: TransactionFiltersProps) {
  const search = useRef<HTMLElement>(null);
  const { kind = '', model = '', from = '', to = '' } = filter;
  const known = [...new Set([...models, ...(model === '' ? [] : [model])])].sort();
  const isWrong = from !== '' && to !== '' && from > to;
  return (
    <search ref={search} className="grid items-start gap-2 min-[22rem]:grid-cols-2 sm:flex sm:flex-wrap">
      <Select
        label={t('kind')}
        options={KINDS}
        value={Object.hasOwn(KIND_LABELS, kind) ? kind : ''}
        onValueChange={(value) => onChange('kind', value)}
        className="sm:w-36"
      />
      <Select
        label={t('model')}
        options={[{ value: '', label: t('allModels') }, ...known.map((id) => ({ value: id, label: id }))]}
        value={model}
        onValueChange={(value) => onChange('model', value)}
        className="min-w-0 sm:w-56"
      />
      <DayField
        label={t('from')}
        name="from"
        value={from}
        max={to || undefined}
        onValueChange={(day) => onChange('from', day)}
        error={isWrong ? t('theFirstDayIs') : null}
        className="min-w-0 sm:w-40"
      />
      <DayField
        label={t('to')}
        name="to"
        value={to}
        min={from || undefined}
        onValueChange={(day) => onChange('to', day)}
        className="min-w-0 sm:w-40"
      />
      {isFiltered(filter) ? (
        <Button
          variant="quiet"
          onClick={() => {
            // This button is about to go.
            search.current?.querySelector('select')?.focus();
            onClear();
          }}
          className="justify-self-start sm:mt-6"
        >
          {t('clearFilters')}
        </Button>
      ) : null}
    </search>
  );
}
