import type { Model } from '@q/contract/models';
import { parseUsd } from '@q/contract/money';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { cx } from '../../lib/cx.ts';
import { formatCostNano, formatMostNano } from '../../lib/format.ts';
import { useSession } from '../../lib/session-store.ts';
import { answersInWords } from '../marketplace/availability.tsx';
import { ProviderMark } from '../marketplace/provider-mark.tsx';
import { Answer } from '../model/answer.tsx';
import { priceBefore, tryTokens, useQuotes } from '../model/quote.ts';
import { PromptField } from '../model/try-it.tsx';
import { type AskState, isAsking, useAsk } from '../model/use-ask.ts';
import { bestAnswers } from './best-answers.ts';
import { t } from './strings.ts';

/** One press of "Run on all". */
interface Run {
  number: number;
  prompt: string;
  maxTokens: number;
}

interface RunColumnProps {
  model: Model;
  /** The price before; null when it is not known. */
  price: string | null;
  run: Run | null;
  /** Grows when everything is to stop. */
  stops: number;
  /** What this answer is the best of here. */
  praise: readonly string[];
  onState: (id: string, state: AskState) => void;
}

function RunColumn({ model, price, run, stops, praise, onState }: RunColumnProps) {
  const { state, ask, stop } = useAsk();
  const latest = useRef({ ask, stop, onState });
  latest.current = { ask, stop, onState };
  useEffect(() => {
    if (run) void latest.current.ask({ model: model.id, prompt: run.prompt, maxTokens: run.maxTokens });
  }, [run, model.id]);
  useEffect(() => {
    if (stops > 0) latest.current.stop();
  }, [stops]);
  useEffect(() => latest.current.onState(model.id, state), [model.id, state]);
  return (
    <article className="min-w-0 border-line border-t bg-surface p-4 md:border-l md:first:border-l-0">
      <h3 className="flex items-center gap-2 pb-1 font-semibold text-ui">
        <ProviderMark provider={model.provider} name={model.provider_name} />
        <span className="min-w-0 truncate">{model.name}</span>
      </h3>
      <p className="pb-3 font-mono text-ink2 text-meta">
        {price ?? <span className="text-ink3">{t('noPriceYet')}</span>}
      </p>
      <Answer state={state} />
      {praise.length > 0 ? <p className="pt-1 font-semibold text-accent text-ui">{praise.join(', ')}</p> : null}
    </article>
  );
}

/** What all answers together would cost: expected and at most; null while it is not known. */
function totalBefore(quotes: ReturnType<typeof useQuotes>): string | null {
  const each = quotes?.data.flatMap(({ quote }) => (quote ? [quote] : [])) ?? [];
  if (each.length === 0) return null;
  const sum = (amounts: string[]) => amounts.reduce((all, amount) => all + (parseUsd(amount) ?? 0n), 0n);
  const expected = sum(each.map((quote) => quote.expected_usd));
  return t('togetherAtMost', {
    expected: formatCostNano(expected),
    maximum: formatMostNano(sum(each.map((quote) => quote.maximum_usd))),
  });
}

const COLUMNS = ['', 'md:grid-cols-1', 'md:grid-cols-2', 'md:grid-cols-3', 'md:grid-cols-2 xl:grid-cols-4'];

/** The same prompt on every model that can answer it now, with the price before and after. */
export function RunOnAll({ models }: { models: readonly Model[] }) {
  const signedIn = useSession(({ status }) => status === 'signed-in');
  const able = models.filter((model) => model.available && answersInWords(model));
  const [prompt, setPrompt] = useState('');
  const [run, setRun] = useState<Run | null>(null);
  const [stops, setStops] = useState(0);
  const [states, setStates] = useState<Readonly<Record<string, AskState>>>({});
  const maxTokens = Math.min(...able.map(tryTokens));
  const quotes = useQuotes(
    able.map(({ id }) => id),
    prompt,
    maxTokens,
  );
  const shown = able.map(({ id }) => states[id]);
  const busy = shown.some((state) => state && isAsking(state));
  const praise = bestAnswers(able.map(({ id }) => ({ id, state: states[id] })));
  const left = models.length - able.length;
  const start = () => {
    if (signedIn && !busy && prompt.trim() !== '')
      setRun({ number: (run?.number ?? 0) + 1, prompt: prompt.trim(), maxTokens });
  };
  if (able.length === 0) {
    return (
      <section aria-labelledby="run" className="px-5 py-5">
        <h2 id="run" className="font-semibold text-h3">
          {t('runTheSamePrompt')}
        </h2>
        <p className="pt-1 text-ink2 text-ui">{t('noneOfTheseModels')}</p>
      </section>
    );
  }
  return (
    <section aria-labelledby="run">
      <form
        className="grid gap-2 px-5 py-5"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          start();
        }}
      >
        <h2 id="run" className="font-semibold text-h3">
          {t('runTheSamePrompt')}
        </h2>
        <PromptField label={t('yourPrompt')} value={prompt} onChange={setPrompt} onSubmit={start} />
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="min-w-40 flex-1 text-ink2 text-ui" aria-live="polite">
            {totalBefore(quotes) ?? <span className="text-ink3">{t('thePriceStandsHere')}</span>}
            {left > 0 ? ` ${t('someCannotBeCalled', { count: left })}` : ''}
          </p>
          {busy ? <Button onClick={() => setStops(stops + 1)}>{t('stopAll')}</Button> : null}
          {signedIn ? (
            <Button type="submit" variant="primary" disabled={busy || prompt.trim() === ''}>
              {able.length === 1 ? t('runIt') : t('runOn', { count: able.length })}
            </Button>
          ) : (
            <Link
              to="."
              search={(before) => ({ ...before, account: 'sign-in' })}
              resetScroll={false}
              className={buttonClass('primary')}
            >
              {t('signInToRun')}
            </Link>
          )}
        </div>
      </form>
      <div className={cx('grid border-line border-b', COLUMNS[able.length])}>
        {able.map((model) => (
          <RunColumn
            key={model.id}
            model={model}
            price={priceBefore(model, prompt, quotes)}
            run={run}
            stops={stops}
            praise={praise[model.id] ?? []}
            onState={(id, state) => setStates((before) => ({ ...before, [id]: state }))}
          />
        ))}
      </div>
    </section>
  );
}
