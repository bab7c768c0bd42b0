import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { cx } from '../../lib/cx.ts';
import { formatCount } from '../../lib/format.ts';
import { useSession } from '../../lib/session-store.ts';
import { Answer } from './answer.tsx';
import { priceBefore, tryTokens, useQuotes } from './quote.ts';
import { t } from './strings.ts';
import { isAsking, useAsk } from './use-ask.ts';

const PROMPT_LENGTH_MAX = 20_000;

/** Props of `PromptField`. */
export interface PromptFieldProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** Ctrl or ⌘ with Enter. */
  onSubmit: () => void;
}

/** The field for one prompt. */
export function PromptField({ label, value, onChange, onSubmit }: PromptFieldProps) {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    onSubmit();
  };
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium text-ui">
        {label}
      </label>
      <textarea
        id={id}
        rows={3}
        maxLength={PROMPT_LENGTH_MAX}
        value={value}
        placeholder={t('askSomethingTheModel')}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className={cx(inputClass, 'field-sizing-content max-h-64 min-h-22! resize-y py-2 text-read')}
      />
    </div>
  );
}

/** One question to the model, with its price before and after. Nothing of it is saved as a chat. */
export function TryIt({ model }: { model: Model }) {
  const signedIn = useSession(({ status }) => status === 'signed-in');
  const [prompt, setPrompt] = useState('');
  const { state, ask, stop } = useAsk();
  const maxTokens = tryTokens(model);
  const quotes = useQuotes([model.id], prompt, maxTokens);
  const refusal = quotes?.data[0]?.error;
  const price = priceBefore(model, prompt, quotes);
  const busy = isAsking(state);
  const canAsk = signedIn && prompt.trim() !== '' && !busy;
  const run = () => {
    if (canAsk) void ask({ model: model.id, prompt: prompt.trim(), maxTokens });
  };
  return (
    <section id="try-it" aria-labelledby="try" className="min-w-0">
      <h2 id="try" className="scroll-mt-14 pb-2 font-semibold text-h3">
        {t('tryIt')}
      </h2>
      <form
        className="grid gap-2"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          run();
        }}
      >
        <PromptField label={t('yourPrompt')} value={prompt} onChange={setPrompt} onSubmit={run} />
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="min-w-40 flex-1 text-ink2 text-ui" aria-live="polite">
            {refusal ? (
              refusal.message
            ) : price === null ? (
              <span className="text-ink3">{t('thePriceStandsHere')}</span>
            ) : (
              <span className="font-mono">{price}</span>
            )}
          </p>
          {busy ? <Button onClick={stop}>{t('stop')}</Button> : null}
          {signedIn ? (
            <Button type="submit" variant="primary" disabled={!canAsk}>
              {t('ask')}
            </Button>
          ) : (
            <Link
              to="."
              search={(before) => ({ ...before, account: 'sign-in' })}
              resetScroll={false}
              className={buttonClass('primary')}
            >
              {t('signInToAsk')}
            </Link>
          )}
        </div>
      </form>
      <p className="pt-1 text-ink3 text-meta">
        {t.nodes('oneQuestionOneAnswer', {
          tokens: formatCount(maxTokens),
          link: (
            <Link to="/chat" search={{ model: model.id }} className="link">
              {t('openAChat')}
            </Link>
          ),
        })}
      </p>
      <div className="pt-3 empty:hidden">
        <Answer state={state} />
      </div>
    </section>
  );
}
