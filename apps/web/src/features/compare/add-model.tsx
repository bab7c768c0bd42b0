import type { ModelList } from '@q/contract/models';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useRef, useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { api, errorMessage } from '../../lib/api-client.ts';
import { formatContext, formatPriceShort } from '../../lib/format.ts';
import { readHighlightQuery } from '../marketplace/highlight.ts';
import { Highlighted } from '../marketplace/highlighted.tsx';
import { ProviderMark } from '../marketplace/provider-mark.tsx';
import { t } from './strings.ts';

const FOUND_SHOWN = 30;

function useFound(text: string, open: boolean) {
  const query = new URLSearchParams({ per_page: String(FOUND_SHOWN), ...(text === '' ? {} : { q: text }) });
  return useQuery({
    queryKey: ['models', 'to-compare', text],
    queryFn: ({ signal }) => api<ModelList>(`/api/v1/models?${query}`, { signal, auth: 'if-ready' }),
    enabled: open,
    placeholderData: keepPreviousData,
  });
}

/** Props of `AddModel`. */
export interface AddModelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Models that are there already. */
  chosen: readonly string[];
  onAdd: (id: string) => void;
}

/** Finds one more model for the comparison. */
export function AddModel({ open, onOpenChange, chosen, onAdd }: AddModelProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const sought = useDeferredValue(text.trim());
  const { data, error } = useFound(sought, open);
  const query = readHighlightQuery(sought);
  const found = data?.data.filter(({ id }) => !chosen.includes(id));
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('addAModel')}
      initialFocus={field}
      className="max-md:h-[85dvh] md:h-[min(34rem,100dvh-4rem)] md:w-[32rem]"
    >
      <div className="sticky top-0 z-10 border-line border-b bg-surface px-4 py-2.5">
        <input
          ref={field}
          type="text"
          inputMode="search"
          aria-label={t('searchModels')}
          autoComplete="off"
          maxLength={200}
          placeholder={t('nameProviderTask')}
          className={inputClass}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <p role="status" className="px-4 py-2 text-ink3 text-meta empty:hidden">
        {error && !data ? errorMessage(error) : found?.length === 0 ? t('noOtherModelAnswers', { text }) : ''}
      </p>
      {found || error ? null : <Skeleton className="mx-4 my-3 h-24" />}
      <ul aria-label={t('models')}>
        {found?.map((model) => (
          <li key={model.id} className="border-line border-b">
            <button
              type="button"
              onClick={() => {
                onAdd(model.id);
                onOpenChange(false);
              }}
              className="-outline-offset-2! flex min-h-control w-full items-center gap-2.5 px-4 py-1.5 text-left text-ui hover:bg-sunken"
            >
              <ProviderMark provider={model.provider} name={model.provider_name} />
              <span className="min-w-0 flex-1 truncate">
                <Highlighted text={model.name} query={query} />
                <span className="block truncate text-ink3 text-meta">
                  <Highlighted text={model.id} query={query} />
                </span>
              </span>
              <span className="shrink-0 text-right font-mono text-meta">
                {model.pricing?.unit === 'image'
                  ? t('anImage', { price: `$${formatPriceShort(model.pricing.image)}` })
                  : `$${formatPriceShort(model.pricing?.input)} / $${formatPriceShort(model.pricing?.output)}`}
                <span className="block text-ink3">{formatContext(model.context_window)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
