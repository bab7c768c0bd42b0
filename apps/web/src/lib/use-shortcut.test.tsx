import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setShortcutsEnabled, useShortcut } from './use-shortcut.ts';

const handler = vi.fn<(event: KeyboardEvent) => boolean | undefined>(() => true);

function Page() {
  useShortcut(['j', '/'], handler);
  return (
    <>
      <input aria-label="field" />
      <button type="button">button</button>
    </>
  );
}

/** Whether the page was left to the browser (true) or the key was taken (false). */
function press(key: string, target: Element = document.body, more: KeyboardEventInit = {}): boolean {
  return fireEvent.keyDown(target, { key, ...more });
}

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
  setShortcutsEnabled(true);
});

describe('useShortcut', () => {
  it('takes its keys anywhere but in fields', () => {
    render(<Page />);
    expect(press('j')).toBe(false);
    expect(press('/', screen.getByRole('button'))).toBe(false);
    expect(press('j', screen.getByLabelText('field'))).toBe(true);
    expect(press('x')).toBe(true);
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('leaves combinations to the browser', () => {
    render(<Page />);
    expect([press('j', document.body, { ctrlKey: true }), press('j', document.body, { metaKey: true })]).toEqual([
      true,
      true,
    ]);
    expect(handler).not.toHaveBeenCalled();
  });

  it('is dead while a window covers the page and when single keys are switched off', () => {
    render(<Page />);
    const window = document.body.appendChild(document.createElement('div'));
    window.setAttribute('role', 'dialog');
    window.setAttribute('data-open', '');
    expect(press('j')).toBe(true);
    window.remove();
    setShortcutsEnabled(false);
    expect(press('j')).toBe(true);
    expect(localStorage.getItem('q.shortcuts')).toBe('off');
    expect(handler).not.toHaveBeenCalled();
  });

  it('lets the key through when the handler has no use for it', () => {
    handler.mockReturnValueOnce(false);
    render(<Page />);
    expect(press('j')).toBe(true);
  });
});
