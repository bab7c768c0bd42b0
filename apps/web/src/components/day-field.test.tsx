import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DayField } from './day-field.tsx';

afterEach(cleanup);

/** A field whose day stands in an address: it is written back later than the change, here never. */
function show(value = '') {
  const onValueChange = vi.fn();
  const field = (day: string) => <DayField label="From" name="from" value={day} onValueChange={onValueChange} />;
  const view = render(field(value));
  return {
    input: screen.getByLabelText<HTMLInputElement>('From'),
    onValueChange,
    again: (day: string) => view.rerender(field(day)),
  };
}

describe('DayField', () => {
  it('keeps what is typed, and tells it once the year is whole', () => {
    const { input, onValueChange } = show();
    for (const day of ['0002-11-21', '0020-11-21', '0202-11-21', '2026-11-21']) {
      fireEvent.change(input, { target: { value: day } });
      expect(input.value).toBe(day);
    }
    expect(onValueChange.mock.calls).toEqual([['2026-11-21']]);
  });

  it('tells that the day was taken away', () => {
    const { input, onValueChange } = show('2026-11-21');
    fireEvent.change(input, { target: { value: '' } });
    expect(input.value).toBe('');
    expect(onValueChange.mock.calls).toEqual([['']]);
  });

  it('shows a day that came from elsewhere, and what counts when it is left half typed', () => {
    const { input, again } = show('2026-11-21');
    again('2026-11-22');
    expect(input.value).toBe('2026-11-22');
    fireEvent.change(input, { target: { value: '0020-11-21' } });
    fireEvent.blur(input);
    expect(input.value).toBe('2026-11-22');
  });
});
