import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepPending, readPending } from './pending-turn.ts';

const request = { chat: 'new', modelId: 'a/b', question: 'Hello', key: 'k' };

afterEach(() => {
  sessionStorage.clear();
  vi.restoreAllMocks();
});

describe('a first question without an answer', () => {
  it('is there again for the same person, for ten minutes', () => {
    keepPending('usr_1', request);
    expect(readPending('usr_1')).toEqual(request);
    expect(readPending('usr_2')).toBeNull();
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 11 * 60_000);
    expect(readPending('usr_1')).toBeNull();
  });

  it('is gone once it is answered, and nothing else is taken for one', () => {
    keepPending('usr_1', request);
    keepPending('usr_1', null);
    expect(readPending('usr_1')).toBeNull();
    sessionStorage.setItem('q.asked', '{');
    expect(readPending('usr_1')).toBeNull();
  });
});
