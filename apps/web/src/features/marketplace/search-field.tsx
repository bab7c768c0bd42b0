import { Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { cx } from '../../lib/cx.ts';
import { searchFocusServed, useSearchFocus } from './search-focus.ts';
import { t } from './strings.ts';

/** How long typing must rest before the list follows. */
const DEBOUNCE_MS = 120;

/** Props of `SearchField`. */
export interface SearchFieldProps {
  /** The query in force, from the URL. */
  value: string;
  onSearch: (query: string) => void;
  /** Enter or arrow down: on to the results. */
  onLeave: () => void;
}

/** The catalogue's search field. The list follows while one types. */
export function SearchField({ value, onSearch, onLeave }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const focusWanted = useSearchFocus((state) => state.wanted);
  const latest = useRef(onSearch);
  latest.current = onSearch;

  // The URL changed from outside (back button, cleared filters): show that.
  if (value !== known) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }

  useEffect(() => {
    const query = text.trim();
    if (query === value) return;
    const timer = setTimeout(() => latest.current(query), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);

  useEffect(() => {
    if (!focusWanted) return;
    input.current?.focus();
    input.current?.select();
    searchFocusServed();
  }, [focusWanted]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      if (text === '') input.current?.blur();
      setText('');
    }
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      latest.current(text.trim());
      onLeave();
    }
  };

  return (
    <search className="relative block">
      <label htmlFor="model-search" className="sr-only">
        {t('searchModels')}
      </label>
      <Search
        aria-hidden="true"
        size={15}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink3"
      />
      <input
        ref={input}
        id="model-search"
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        placeholder={t('nameProviderTask')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className={cx(inputClass, 'pl-8', text !== '' && 'pr-10')}
      />
      {text === '' ? null : (
        <IconButton
          label={t('clearSearch')}
          className="absolute top-0 right-0"
          onClick={() => {
            setText('');
            input.current?.focus();
          }}
        >
          <X aria-hidden="true" size={15} />
        </IconButton>
      )}
    </search>
  );
}
