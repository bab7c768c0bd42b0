import { beforeEach, describe, expect, it, vi } from 'vitest';
import { dismissToast, runToastAction, toast, useToasts } from './toast-store.ts';

beforeEach(() => useToasts.setState({ toasts: [] }));

describe('a message with an action', () => {
  it('does either what it offers or what follows when it goes away, never both', () => {
    const run = vi.fn();
    const onExpire = vi.fn();
    const used = toast('Deleted', { action: { label: 'Undo', run }, onExpire });
    runToastAction(used);
    dismissToast(used);
    expect([run.mock.calls.length, onExpire.mock.calls.length]).toEqual([1, 0]);
    const passed = toast('Deleted', { action: { label: 'Undo', run }, onExpire });
    dismissToast(passed);
    runToastAction(passed);
    expect([run.mock.calls.length, onExpire.mock.calls.length]).toEqual([1, 1]);
    expect(useToasts.getState().toasts).toEqual([]);
  });

  it('becomes final when newer ones push it out', () => {
    const onExpire = vi.fn();
    toast('first', { onExpire });
    for (const text of ['second', 'third']) toast(text);
    expect(onExpire).not.toHaveBeenCalled();
    toast('fourth');
    expect(onExpire).toHaveBeenCalledTimes(1);
    expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(['second', 'third', 'fourth']);
  });
});
