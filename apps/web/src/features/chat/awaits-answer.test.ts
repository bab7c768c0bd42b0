import { describe, expect, it } from 'vitest';
import { isYoung, unanswered } from './awaits-answer.ts';
import type { ThreadMessage } from './queries.ts';

const NOW = Date.UTC(2026, 5, 1);
const said = (role: 'user' | 'assistant', minutesAgo: number) =>
  ({ role, created_at: new Date(NOW - minutesAgo * 60_000).toISOString() }) as ThreadMessage;

describe('a chat', () => {
  it('awaits an answer to a question at its end, and to no other', () => {
    const question = said('user', 1);
    expect(unanswered([said('assistant', 2), question])).toBe(question);
    expect(unanswered([said('user', 2), said('assistant', 1)])).toBeNull();
    expect(unanswered([])).toBeNull();
  });

  it('may have it written by another server for a while', () => {
    expect([isYoung(said('user', 1), NOW), isYoung(said('user', 11), NOW)]).toEqual([true, false]);
  });
});
