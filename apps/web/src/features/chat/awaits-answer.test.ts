import { describe, expect, it } from 'vitest';
import { awaitsAnswer } from './awaits-answer.ts';
import type { ThreadMessage } from './queries.ts';

const NOW = Date.UTC(2026, 5, 1);
const said = (role: 'user' | 'assistant', minutesAgo: number) =>
  ({ role, created_at: new Date(NOW - minutesAgo * 60_000).toISOString() }) as ThreadMessage;

describe('a chat', () => {
  it('awaits an answer to a young question at its end, and to no other', () => {
    expect(awaitsAnswer([said('user', 1)], NOW)).toBe(true);
    expect(awaitsAnswer([said('user', 2), said('assistant', 1)], NOW)).toBe(false);
    expect(awaitsAnswer([said('user', 11)], NOW)).toBe(false);
    expect(awaitsAnswer([], NOW)).toBe(false);
  });
});
