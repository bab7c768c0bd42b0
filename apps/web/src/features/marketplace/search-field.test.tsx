import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SearchField } from './search-field.tsx';
import { requestSearchFocus } from './search-focus.ts';

const onSearch = vi.fn();
const onLeave = vi.fn();

function show(value = '') {
  const field = (next: string) => <SearchField value={next} onSearch={onSearch} onLeave={onLeave} />;
  const view = render(field(value));
  return {
    input: screen.getByRole<HTMLInputElement>('textbox', { name: 'Search models' }),
    again: (next: string) => view.rerender(field(next)),
  };
}

function wait(ms: number): void {
  act(() => {
    vi.advanceTimersByTime(ms);
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
  vi.useRealTimers();
});

describe('SearchField', () => {
  it('searches once when typing rests', () => {
    const { input } = show();
    for (const text of ['c', 'cl', 'cla']) {
      fireEvent.change(input, { target: { value: text } });
      wait(100);
    }
    expect(onSearch).not.toHaveBeenCalled();
    wait(20);
    expect(onSearch.mock.calls).toEqual([['cla']]);
  });

  it('does not search again for what is already in the URL', () => {
    const { input } = show('claude');
    fireEvent.change(input, { target: { value: 'claude ' } });
    wait(500);
    expect(onSearch).not.toHaveBeenCalled();
    expect(input.value).toBe('claude ');
  });

  it('shows a query that came from elsewhere, such as the back button', () => {
    const { input, again } = show('claude');
    again('gpt');
    expect(input.value).toBe('gpt');
    wait(500);
    expect(onSearch).not.toHaveBeenCalled();
  });

  it('keeps what is being typed when the URL catches up late', () => {
    const { input, again } = show();
    fireEvent.change(input, { target: { value: 'cl' } });
    wait(120);
    fireEvent.change(input, { target: { value: 'cl ' } });
    again('cl');
    expect(input.value).toBe('cl ');
  });

  it('searches at once and goes on to the results with Enter', () => {
    const { input } = show();
    fireEvent.change(input, { target: { value: ' opus ' } });
    fireEvent.keyDown(input, { key: 'Enter' });
    expect(onSearch).toHaveBeenCalledWith('opus');
    expect(onLeave).toHaveBeenCalledOnce();
  });

  it('is emptied by Escape, and left by a second one', () => {
    const { input } = show('claude');
    input.focus();
    fireEvent.keyDown(input, { key: 'Escape' });
    wait(120);
    expect(onSearch.mock.calls).toEqual([['']]);
    fireEvent.keyDown(input, { key: 'Escape' });
    expect(document.activeElement).not.toBe(input);
  });

  it('takes the focus when it is asked for, now or before it was there', () => {
    requestSearchFocus();
    const { input } = show();
    expect(document.activeElement).toBe(input);
    input.blur();
    act(() => requestSearchFocus());
    expect(document.activeElement).toBe(input);
  });
});
