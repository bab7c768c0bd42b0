import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type FormEvent, lazy, Suspense, useRef, useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { cx } from '../../lib/cx.ts';
import { SENTENCE_MAX } from './assistant-search.ts';
import { isChatTask } from './is-chat-task.ts';
import { t } from './panel-strings.ts';
import { usePick } from './use-pick.ts';

const CompactPicks = lazy(async () => {
  const { CompactPicks: component } = await import('./compact-picks.tsx');
  return { default: component };
});

/** "Ask Q Assistant" over a list of models: one field, and the three picks in place under it. */
export function AskPanel({ className }: { className?: string }) {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const choose = usePick();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') input.current?.focus();
    else setAsked(text.trim());
  };
  const close = () => {
    setAsked(null);
    input.current?.focus();
  };
  return (
    <section aria-label={t('askQAssistant')} className={cx('border-line border-b bg-surface px-5 py-2.5', className)}>
      <form onSubmit={onSubmit} className="flex items-center gap-2">
        <label htmlFor="ask-panel" className="shrink-0 font-medium text-ui max-sm:sr-only">
          {t('askQAssistant')}
        </label>
        <input
          ref={input}
          id="ask-panel"
          type="text"
          enterKeyHint="search"
          autoComplete="off"
          maxLength={SENTENCE_MAX}
          placeholder={t('whatDoYouNeed')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={cx(inputClass, 'min-w-0 flex-1')}
        />
        <Button type="submit">{t('ask')}</Button>
        {asked === null ? null : (
          <IconButton label={t('closeTheAnswer')} onClick={close}>
            <X aria-hidden="true" size={16} />
          </IconButton>
        )}
      </form>
      {asked === null ? null : (
        <div className="pt-3">
          <Suspense fallback={null}>
            <CompactPicks
              question={{ query: asked }}
              action={(pick, analysis) =>
                pick.available && isChatTask(analysis.task) ? (
                  <Link
                    to="/chat/new"
                    search={{ m: pick.model_id, q: asked }}
                    preload={false}
                    onClick={() => choose(pick.model_id, asked)}
                    className={buttonClass()}
                  >
                    {t('chatWithIt')}
                  </Link>
                ) : (
                  <span className="text-ink3 text-meta">{pick.available ? t('notAChat') : t('notConnectedHere')}</span>
                )
              }
            />
          </Suspense>
        </div>
      )}
    </section>
  );
}
