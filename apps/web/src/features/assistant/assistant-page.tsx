import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { cx } from '../../lib/cx.ts';
import { useMedia } from '../../lib/use-media.ts';
import { useShortcut } from '../../lib/use-shortcut.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Alternatives } from './alternatives.tsx';
import { type AssistantSearch, PICKS, readAssistantSearch, SENTENCE_MAX, toQuestion } from './assistant-search.ts';
import { CatalogueFallback } from './catalogue-fallback.tsx';
import { Examples } from './examples.tsx';
import { PicksSkeleton } from './factor-table.tsx';
import { LimitChips } from './limit-chips.tsx';
import { NoFit, Relaxed } from './no-fit.tsx';
import { PickRow } from './pick-row.tsx';
import { PreferencesPanel, type QuestionPatch } from './preferences-panel.tsx';
import { answerInPlaceQuery, type TimedAnswer } from './queries.ts';
import { t } from './strings.ts';
import { useSentence } from './use-sentence.ts';

const route = getRouteApi('/');

interface AskFieldProps {
  asked: string;
  primary: boolean;
  onAsk: (sentence: string) => void;
}

/** The one line where the task is told. Enter asks. */
function AskField({ asked, primary, onAsk }: AskFieldProps) {
  const [text, setText] = useState(asked);
  const [known, setKnown] = useState(asked);
  const input = useRef<HTMLInputElement>(null);
  const fine = useMedia('(pointer: fine)');
  const starts = useRef(asked === '' && fine);
  // The address changed from outside: a chip, an example, the back button.
  if (asked !== known) {
    setKnown(asked);
    setText(asked);
  }
  useEffect(() => {
    // A phone would cover half the page with its keyboard.
    if (starts.current) input.current?.focus({ preventScroll: true });
  }, []);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const sentence = text.trim();
    if (sentence === '') input.current?.focus();
    else onAsk(sentence);
  };
  return (
    <search>
      <form onSubmit={onSubmit} className="flex gap-2">
        <label htmlFor="task" className="sr-only">
          {t('whatDoYouNeed')}
        </label>
        <input
          ref={input}
          id="task"
          type="text"
          enterKeyHint="search"
          autoComplete="off"
          maxLength={SENTENCE_MAX}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={t('aTaskAndWhat')}
          className="h-11 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-3 text-ink text-read max-md:text-h3"
        />
        <Button type="submit" variant={primary ? 'primary' : 'secondary'} className="h-11 rounded-md! px-4">
          {t('find', { count: PICKS })}
        </Button>
      </form>
    </search>
  );
}

function statusText({ answer, ms }: TimedAnswer): string {
  const { length } = answer.recommendations;
  const shown = Math.max(1, Math.round(ms));
  return length === 0 ? t('noModelIn', { ms: shown }) : t('modelsIn', { count: length, ms: shown });
}

/** Some picks cannot be called here: one click leaves them out. */
function NotConnected({
  answer,
  search,
  onChange,
}: Pick<AnswerProps, 'search' | 'onChange'> & Pick<TimedAnswer, 'answer'>) {
  const missing = answer.recommendations.filter(({ available }) => !available).length;
  if (missing === 0 || search.available) return null;
  return (
    <button
      type="button"
      onClick={() => onChange({ available: true, open: undefined })}
      className="link text-meta touch:min-h-11 max-md:min-h-11"
    >
      {t('leaveOutNotConnected', { count: missing })}
    </button>
  );
}

interface AnswerProps {
  timed: TimedAnswer;
  search: AssistantSearch;
  stale: boolean;
  /** Gets the focus when an answer has come. */
  heading: RefObject<HTMLHeadingElement | null>;
  onChange: (patch: QuestionPatch) => void;
}

function Answer({ timed, search, stale, heading, onChange }: AnswerProps) {
  const { answer } = timed;
  const { recommendations, analysis } = answer;
  const sentence = search.q ?? '';
  const list = useRef<HTMLOListElement>(null);
  const navigate = useNavigate();
  const control = useSentence(sentence, (q) => onChange({ q, open: undefined }));
  const toggle = (rank: number) => onChange({ open: search.open === rank ? undefined : rank });
  const compared = recommendations.map(({ model_id: id }) => id);
  const sizes = { in: analysis.tokens.input, out: analysis.tokens.output };
  useShortcut(['1', '2', '3'], ({ key }) => {
    const button = list.current?.querySelector<HTMLElement>(`[data-unfold="${key}"]`);
    if (!button) return false;
    button.focus({ preventScroll: true });
    button.closest('li')?.scrollIntoView({ block: 'nearest' });
    toggle(Number(key));
    return true;
  });
  useShortcut(['c'], () => {
    if (compared.length < 2) return false;
    void navigate({ to: '/compare', search: { m: compared, ...sizes } });
    return true;
  });
  const helpers = { answer, search, control, onChange };
  return (
    <div aria-busy={stale} className={cx('grid gap-5', stale && 'opacity-60')}>
      <LimitChips requirements={analysis.requirements} control={control} />
      <PreferencesPanel search={search} onChange={onChange} />
      <Relaxed {...helpers} />
      <NoFit {...helpers} />
      {recommendations.length > 0 ? (
        <section aria-labelledby="picks">
          <div className="flex flex-wrap items-center gap-x-4 pb-1.5">
            <h2 ref={heading} id="picks" tabIndex={-1} className="rounded-sm text-ink3 text-meta">
              {t('pickedForThisTask')}
            </h2>
            <NotConnected answer={answer} search={search} onChange={onChange} />
            {compared.length > 1 ? (
              <Link
                to="/compare"
                search={{ m: compared, ...sizes }}
                className="link ml-auto inline-flex items-center text-meta touch:min-h-11 max-md:min-h-11"
              >
                {t('compareThese', { count: compared.length })}
              </Link>
            ) : null}
          </div>
          <ol ref={list}>
            {recommendations.map((pick) => (
              <PickRow
                key={pick.model_id}
                pick={pick}
                analysis={analysis}
                sentence={sentence}
                open={search.open === pick.rank}
                onToggle={() => toggle(pick.rank)}
              />
            ))}
          </ol>
          <Alternatives answer={answer} sentence={sentence} />
          <p className="pt-3 text-ink3 text-meta max-md:hidden">
            {t('keys1ToSays', { count: recommendations.length })}
          </p>
        </section>
      ) : null}
    </div>
  );
}

/** The front door: a task in, three models out, each with its reasons. Everything shown is in the URL. */
export function AssistantPage() {
  useTitle(t('assistant'));
  const search = readAssistantSearch(route.useSearch());
  const navigate = route.useNavigate();
  const question = toQuestion(search);
  const asked = useQuery({ ...answerInPlaceQuery(question ?? { query: '' }), enabled: question !== null });
  const wantsFocus = useRef(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = question === null ? undefined : asked.data;

  const change = (patch: QuestionPatch) => {
    const onlyLooks = Object.keys(patch).every((name) => name === 'open');
    void navigate({
      search: ({ account, ...before }) => ({
        ...readAssistantSearch({ ...before, ...patch }),
        ...(account === undefined ? {} : { account }),
      }),
      replace: onlyLooks,
      resetScroll: false,
    });
  };
  const ask = (q: string) => {
    wantsFocus.current = true;
    if (q === search.q) void asked.refetch();
    else change({ q, open: undefined });
  };
  const settled = shown !== undefined && !asked.isFetching;
  useEffect(() => {
    if (!settled || !wantsFocus.current) return;
    // Away from the field, so that the keys of the page work, and the answer is what is read next.
    wantsFocus.current = false;
    heading.current?.focus({ preventScroll: true });
  }, [settled]);

  return (
    <div className="mx-auto grid w-full max-w-[920px] gap-4 px-5 pt-8 pb-12 md:pt-14">
      <h1 className="font-semibold text-h1">{t('whatDoYouNeed')}</h1>
      <div className="grid gap-1.5">
        <AskField asked={search.q ?? ''} primary={!shown?.answer.recommendations.length} onAsk={ask} />
        <p role="status" className="min-h-4 text-ink3 text-meta">
          {settled && !asked.isPlaceholderData ? statusText(shown) : question ? '' : t('sayItInYour')}
        </p>
      </div>
      {question === null ? <Examples /> : null}
      {question !== null && asked.error ? (
        <>
          <ErrorState
            title={t('qAssistantDoesNot')}
            error={asked.error}
            onRetry={() => void asked.refetch()}
            busy={asked.isFetching}
          />
          <CatalogueFallback search={search} />
        </>
      ) : null}
      {question !== null && !asked.error && !shown ? <PicksSkeleton /> : null}
      {question !== null && !asked.error && shown ? (
        <Answer timed={shown} search={search} stale={asked.isPlaceholderData} heading={heading} onChange={change} />
      ) : null}
      <p className="text-ui">
        <Link to="/models" className={buttonClass('quiet', '-ml-3')}>
          {t('orLookThroughAll')}
        </Link>
      </p>
    </div>
  );
}
