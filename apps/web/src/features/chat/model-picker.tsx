import type { Model } from '@q/contract/models';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { formatContext, formatPriceShort } from '../../lib/format.ts';

import { AskInPicker } from '../assistant/ask-in-picker.tsx';
import { splitId } from '../marketplace/labels.ts';
import { chatModelsQuery } from './queries.ts';
import { t } from './strings.ts';
import { drawsOnly } from './what-models-do.ts';
import { whyUnavailable } from './why-unavailable.ts';

/** More models that cannot be used than this help nobody. */
const UNAVAILABLE_MAX = 20;

function usePickerModels(q: string, open: boolean, onlySees: boolean) {
  const capability = onlySees ? 'vision' : 'text';
  const usable = useQuery({ ...chatModelsQuery(q, true, capability), enabled: open });
  const others = useQuery({ ...chatModelsQuery(q, false, capability), enabled: open });
  const drawing = useQuery({ ...chatModelsQuery(q, true, 'image_generation'), enabled: open && !onlySees });
  const talking = usable.data?.data ?? [];
  const known = new Set(talking.map(({ id }) => id));
  return {
    models: [
      ...talking,
      ...(onlySees ? [] : (drawing.data?.data ?? []).filter(({ id }) => !known.has(id))),
      ...(others.data?.data ?? []).slice(0, UNAVAILABLE_MAX),
    ],
    loading: usable.isPending || others.isPending,
    error: usable.error ?? others.error,
  };
}

function Prices({ pricing }: Pick<Model, 'pricing'>) {
  if (pricing?.unit === 'image') {
    return (
      <span className="text-right font-mono text-meta sm:col-span-2">
        {t('pricePerPicture', { price: `$${formatPriceShort(pricing.image)}` })}
      </span>
    );
  }
  return (
    <>
      <span className="text-right font-mono text-meta">
        <span className="sm:hidden">{formatPriceShort(pricing?.input)} / </span>
        <span className="max-sm:hidden">{formatPriceShort(pricing?.input)}</span>
        <span className="sm:hidden">{formatPriceShort(pricing?.output)}</span>
      </span>
      <span className="text-right font-mono text-meta max-sm:hidden">{formatPriceShort(pricing?.output)}</span>
    </>
  );
}

interface OptionProps {
  id: string;
  model: Model;
  selected: boolean;
  active: boolean;
  onChoose: () => void;
}

function Option({ id, model, selected, active, onChoose }: OptionProps) {
  const [provider, name] = splitId(model.id);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard works through the search field, which owns this list
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-disabled={!model.available}
      tabIndex={-1}
      onClick={model.available ? onChoose : undefined}
      className={cx(
        'grid min-h-control grid-cols-[1fr_auto] items-center gap-x-3 border-line border-b px-4 py-1.5 text-ui sm:grid-cols-[1fr_3.5rem_4.5rem_4.5rem]',
        active && 'bg-accent-weak',
        model.available ? 'cursor-pointer hover:bg-sunken' : 'text-ink3',
      )}
    >
      <span className="min-w-0 break-words">
        <span className="text-ink3">{provider}</span>
        <span className={cx('font-medium', model.available && 'text-ink')}>{name}</span>
        {selected ? <span className="text-accent"> ✓</span> : null}
        {drawsOnly(model) ? <span className="text-ink3 text-meta"> {t('drawsPictures')}</span> : null}
        {model.available ? null : <span className="block text-meta">{whyUnavailable(model)}</span>}
      </span>
      <span className="text-right font-mono text-meta max-sm:hidden">{formatContext(model.context_window)}</span>
      <Prices pricing={model.pricing} />
    </div>
  );
}

/** The next model that can be chosen, `step` rows further; stays at the ends. */
function nextActive(models: readonly Model[], activeId: string | null, step: number): string | null {
  const usable = models.filter(({ available }) => available);
  const index = usable.findIndex(({ id }) => id === activeId);
  const next = index === -1 ? 0 : Math.min(Math.max(index + step, 0), usable.length - 1);
  return usable[next]?.id ?? null;
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

/** Props of `ModelPicker`. */
export interface ModelPickerProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  modelId: string | null;
  /** Only models that take pictures. */
  onlySees: boolean;
  /** What is to be answered, for whoever does not know which model to take; empty when there is nothing yet. */
  task: string;
  onChoose: (modelId: string) => void;
}

function PickerList({
  modelId,
  onlySees,
  onChoose,
  open,
  field,
}: Omit<ModelPickerProps, 'title' | 'onOpenChange' | 'task'> & { field: React.RefObject<HTMLInputElement | null> }) {
  const listId = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState<string | null>(modelId);
  const { models, loading, error } = usePickerModels(useDeferredValue(text.trim()), open, onlySees);
  const shown = models.some(({ id }) => id === active) ? active : nextActive(models, null, 0);
  const optionId = (id: string) => `${listId}-${id}`;
  useEffect(() => {
    if (open && shown) document.getElementById(`${listId}-${shown}`)?.scrollIntoView({ block: 'nearest' });
  }, [open, shown, listId]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) setActive(nextActive(models, shown, step));
    else if (event.key === 'Enter' && shown) onChoose(shown);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="sticky top-0 z-10 border-line border-b bg-surface px-4 py-2.5">
        <input
          ref={field}
          role="combobox"
          aria-label={t('searchModels')}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={shown ? optionId(shown) : undefined}
          autoComplete="off"
          placeholder={t('searchModels')}
          className={inputClass}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div
          aria-hidden="true"
          className="grid grid-cols-[1fr_auto] gap-x-3 pt-2 text-ink3 text-micro sm:grid-cols-[1fr_3.5rem_4.5rem_4.5rem]"
        >
          <span>{t('model')}</span>
          <span className="text-right max-sm:hidden">{t('context')}</span>
          <span className="text-right">
            <span className="sm:hidden">{t('pricesHeadNarrow')}</span>
            <span className="max-sm:hidden">{t('pricesHead')}</span>
          </span>
          <span className="text-right max-sm:hidden">{t('outputPriceHead')}</span>
        </div>
      </div>
      <div role="listbox" id={listId} aria-label={t('models')} aria-busy={loading}>
        {models.map((model) => (
          <Option
            key={model.id}
            id={optionId(model.id)}
            model={model}
            selected={model.id === modelId}
            active={model.id === shown}
            onChoose={() => onChoose(model.id)}
          />
        ))}
      </div>
      <div role="status" className="px-4 py-3 text-ink2 text-ui">
        {loading && models.length === 0 ? <Skeleton className="h-5" /> : null}
        {error && models.length === 0 ? errorMessage(error) : null}
        {!loading && !error && models.length === 0 ? t('noModelAnswersTo', { text }) : null}
      </div>
    </>
  );
}

/** Chooses a model by name, with its prices; what cannot be used says why. */
export function ModelPicker({ open, onOpenChange, title, modelId, onlySees, task, onChoose }: ModelPickerProps) {
  const field = useRef<HTMLInputElement>(null);
  const choose = (id: string) => {
    onOpenChange(false);
    onChoose(id);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      initialFocus={field}
      footer={task === '' ? undefined : <AskInPicker task={task} onChoose={choose} />}
      className="max-md:h-[85dvh] md:h-[min(34rem,100dvh-4rem)] md:w-[38rem]"
    >
      <PickerList modelId={modelId} onlySees={onlySees} onChoose={choose} open={open} field={field} />
    </Dialog>
  );
}
