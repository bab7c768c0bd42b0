import { describe, expect, it } from 'vitest';
import { createStopper } from './stopper.ts';

describe('a stopper', () => {
  it('tells those who listen once, with the reason at hand', () => {
    const { signal, stop } = createStopper();
    const heard: unknown[] = [];
    const listener = () => void heard.push(signal.reason);
    signal.addEventListener('abort', listener);
    signal.addEventListener('abort', listener);
    stop('gone');
    stop('again');
    expect(heard).toEqual(['gone']);
    expect(signal.aborted).toBe(true);
  });

  it('tells nobody who has stopped listening, and everybody else even if one leaves while they are told', () => {
    const { signal, stop } = createStopper();
    const heard: string[] = [];
    const leaving = () => {
      heard.push('leaving');
      signal.removeEventListener('abort', leaving);
    };
    const left = () => void heard.push('left');
    signal.addEventListener('abort', leaving);
    signal.addEventListener('abort', left);
    signal.addEventListener('abort', () => void heard.push('last'));
    signal.removeEventListener('abort', left);
    stop();
    expect(heard).toEqual(['leaving', 'last']);
    expect(signal.reason).toBeInstanceOf(Error);
  });
});
