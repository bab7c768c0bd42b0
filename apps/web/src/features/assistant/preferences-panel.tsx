import { ChevronDown } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Switch } from '../../components/switch.tsx';
import { cx } from '../../lib/cx.ts';
import {
  type AssistantSearch,
  FACTORS,
  type Preference,
  USUAL_WEIGHTS,
  WEIGHT_MAX,
  type Weights,
  weightsOf,
  writeWeights,
} from './assistant-search.ts';
import { t } from './strings.ts';
import { FACTOR_LABELS } from './words.ts';

/** A change of the question beside its sentence; undefined takes a param away. */
export type QuestionPatch = { [K in keyof AssistantSearch]?: AssistantSearch[K] | undefined };

/** Props of `PreferencesPanel`. */
export interface PreferencesPanelProps {
  search: AssistantSearch;
  onChange: (patch: QuestionPatch) => void;
}

const PREFER_LABELS: Record<Preference, string> = {
  balanced: t('balanced'),
  quality: t('quality'),
  price: t('price'),
  speed: t('speed'),
};

/** Sliders give many values on their way: only where they rest is asked for. */
const REST_MS = 250;

function PreferChoice({ search, onChange }: PreferencesPanelProps) {
  const name = useId();
  const chosen = search.prefer ?? 'balanced';
  return (
    <fieldset className="flex">
      <legend className="sr-only">{t('whatCountsMost')}</legend>
      {(Object.keys(PREFER_LABELS) as Preference[]).map((prefer) => (
        <label
          key={prefer}
          className={cx(
            'inline-flex min-h-control cursor-pointer items-center border border-line-strong px-2.5 text-ui not-first-of-type:border-l-0 first-of-type:rounded-l-sm last-of-type:rounded-r-sm has-focus-visible:z-10 has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2 md:min-h-7',
            prefer === chosen ? 'bg-accent text-on-accent' : 'bg-surface text-ink2 hover:bg-sunken',
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={prefer === chosen}
            onChange={() => onChange({ prefer: prefer === 'balanced' ? undefined : prefer })}
          />
          {PREFER_LABELS[prefer]}
        </label>
      ))}
    </fieldset>
  );
}

function WeightFields({ search, onChange }: PreferencesPanelProps) {
  const id = useId();
  const known = writeWeights(weightsOf(search));
  const [seen, setSeen] = useState(known);
  const [weights, setWeights] = useState<Weights>(() => weightsOf(search));
  const latest = useRef(onChange);
  latest.current = onChange;
  if (seen !== known) {
    setSeen(known);
    setWeights(weightsOf(search));
  }
  useEffect(() => {
    const w = writeWeights(weights);
    if (w === known) return;
    const timer = setTimeout(() => latest.current({ w }), REST_MS);
    return () => clearTimeout(timer);
  }, [weights, known]);
  const sum = FACTORS.reduce((total, factor) => total + weights[factor], 0);
  return (
    <fieldset className="grid gap-x-8 gap-y-1 border-line border-y py-3 sm:grid-cols-2">
      <legend className="sr-only">{t('howMuchEachFactor')}</legend>
      {FACTORS.map((factor) => (
        <div key={factor} className="grid grid-cols-[6rem_1fr_3rem] items-center gap-3">
          <label htmlFor={`${id}-${factor}`} className="text-ui">
            {FACTOR_LABELS[factor]}
          </label>
          <input
            id={`${id}-${factor}`}
            type="range"
            min={0}
            max={WEIGHT_MAX}
            step={1}
            value={weights[factor]}
            aria-valuetext={t('ofTheScore', {
              weight: weights[factor],
              percent: sum === 0 ? 0 : Math.round((weights[factor] * 100) / sum),
            })}
            onChange={(event) => setWeights({ ...weights, [factor]: Number(event.target.value) })}
            className="min-h-control w-full min-w-0 md:min-h-7"
          />
          <span aria-hidden="true" className="text-right font-mono text-meta">
            {sum === 0 ? '–' : `${Math.round((weights[factor] * 100) / sum)} %`}
          </span>
        </div>
      ))}
      <p className="flex flex-wrap items-center gap-x-3 pt-1 text-ink3 text-meta sm:col-span-2">
        {sum === 0 ? t('withNothingCountedThe') : t('sharesOfThe100')}
        {known === undefined ? null : (
          <button
            type="button"
            className="link min-h-6 touch:min-h-11 max-md:min-h-11"
            onClick={() => setWeights({ ...USUAL_WEIGHTS })}
          >
            {t('backToTheUsual')}
          </button>
        )}
      </p>
    </fieldset>
  );
}

/** What counts more than usual, and which models are looked at. Each change asks again. */
export function PreferencesPanel({ search, onChange }: PreferencesPanelProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1.5">
        <PreferChoice search={search} onChange={onChange} />
        <Switch
          label={t('availableNow')}
          checked={search.available ?? false}
          onCheckedChange={(available) => onChange({ available: available || undefined })}
        />
        <Switch
          label={t('freeOnly')}
          checked={search.free ?? false}
          onCheckedChange={(free) => onChange({ free: free || undefined })}
        />
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className="inline-flex min-h-control items-center gap-1 rounded-sm px-2 text-ink2 text-ui hover:bg-sunken hover:text-ink max-sm:-ml-2 sm:-mr-2 sm:ml-auto md:min-h-7"
        >
          {search.w === undefined ? t('weights') : t('weightsYours')}
          <ChevronDown aria-hidden="true" size={15} className={cx(open && 'rotate-180')} />
        </button>
      </div>
      <div id={id} hidden={!open}>
        {open ? <WeightFields search={search} onChange={onChange} /> : null}
      </div>
    </div>
  );
}
