import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { TextField } from '../../components/text-field.tsx';
import { errorMessage } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { peopleQuery } from './queries.ts';
import { t } from './strings.ts';

/** Whose money is moved; the address is not known of somebody given by id. */
export interface Person {
  id: string;
  email: string | null;
}

/** Props of `PersonPicker`. */
export interface PersonPickerProps {
  /** The administrator who looks. */
  userId: string;
  person: Person | null;
  onChoose: (person: Person | null) => void;
}

const WAIT_MS = 250;

/** The text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function found(text: string, count: number | undefined): string {
  if (text === '' || count === undefined) return '';
  if (count === 0) return t('nobodyHasThisIn');
  return count === 1 ? t('onePersonFoundChoose') : t('peopleFoundChooseOne', { count });
}

/** Finds somebody by a part of their address or name, or takes an id. */
export function PersonPicker({ userId, person, onChoose }: PersonPickerProps) {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const asked = useSettled(text.trim());
  const isId = asked.startsWith('usr_');
  const { data, error } = useQuery(peopleQuery(userId, isId || person !== null ? '' : asked));
  const choose = (next: Person) => {
    onChoose(next);
    setText(next.email ?? next.id);
    // The button that was pressed goes away.
    field.current?.focus();
  };
  const people: Person[] = isId ? [{ id: asked, email: null }] : asked === '' ? [] : (data?.data ?? []);
  const said = isId ? '' : found(asked, data?.total);
  return (
    <div className="grid max-w-md gap-2">
      <TextField
        ref={field}
        label={t('person')}
        name="person"
        autoComplete="off"
        spellCheck={false}
        placeholder={t('eMailAddressName')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (person !== null) onChoose(null);
        }}
      />
      <p role="status" className={cx('text-ui empty:absolute', person ? 'text-ink' : 'text-ink2')}>
        {person ? (
          <>
            {t.nodes('chosen', { who: <strong className="font-semibold">{person.email ?? person.id}</strong> })}{' '}
            {person.email === null ? null : <code className="font-mono text-ink3 text-meta">{person.id}</code>}
          </>
        ) : (
          said
        )}
      </p>
      {error && person === null ? (
        <p role="alert" className="text-neg text-ui">
          {errorMessage(error)}
        </p>
      ) : null}
      {person === null && people.length > 0 ? (
        <ul className="border-line border-t">
          {people.map((each) => (
            <li key={each.id} className="border-line border-b">
              <button
                type="button"
                onClick={() => choose(each)}
                className="flex min-h-control w-full flex-wrap items-center gap-x-3 px-2 py-1 text-left text-ui hover:bg-sunken"
              >
                <span className="wrap-anywhere">{each.email ?? t('somebodyWithThisId')}</span>
                <code className="wrap-anywhere font-mono text-ink3 text-meta">{each.id}</code>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
