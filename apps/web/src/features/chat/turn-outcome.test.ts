import { describe, expect, it } from 'vitest';
import type { ThreadMessage } from './queries.ts';
import { appendMessages } from './turn-outcome.ts';

const message = (id: string, content = id, alternatives = [id]): ThreadMessage => ({
  id,
  parent_id: null,
  alternatives,
  role: id.startsWith('q') ? 'user' : 'assistant',
  content,
  images: [],
  reasoning: null,
  reasoning_ms: null,
  model_id: null,
  usage: null,
  cost_usd: null,
  finish_reason: null,
  stopped_by: null,
  receipt: null,
  thumb: null,
  created_at: '2026-01-01T00:00:00.000Z',
});

const shown = (branch: ThreadMessage[] | null) =>
  branch?.map(({ id, alternatives }) => [id, ...alternatives].join(' '));
const BRANCH = [message('q1'), message('a1'), message('q2'), message('a2')];

describe('the branch after a turn', () => {
  it('ends with its messages', () => {
    const turn = { messages: [message('q3'), message('a3')], parentId: 'a2' };
    expect(shown(appendMessages(BRANCH, turn))?.slice(4)).toEqual(['q3 q3', 'a3 a3']);
    expect(shown(appendMessages([], { ...turn, parentId: undefined }))).toEqual(['q3 q3', 'a3 a3']);
  });

  it('has another answer in the place of the first, which stays beside it', () => {
    const again = appendMessages(BRANCH, { messages: [message('a2b')], parentId: 'q2' });
    expect(shown(again)).toEqual(['q1 q1', 'a1 a1', 'q2 q2', 'a2b a2 a2b']);
    expect(shown(appendMessages(again ?? [], { messages: [message('a2c')], parentId: 'q2' }))?.[3]).toBe(
      'a2c a2 a2b a2c',
    );
  });

  it('goes on from a question written anew, and leaves what followed it', () => {
    const turn = { messages: [message('q1b'), message('a1b')], parentId: null };
    expect(shown(appendMessages(BRANCH, turn))).toEqual(['q1b q1 q1b', 'a1b a1b']);
  });

  it('answers a question that had no answer yet', () => {
    const turn = { messages: [message('a2')], parentId: 'q2' };
    expect(shown(appendMessages(BRANCH.slice(0, 3), turn))?.[3]).toBe('a2 a2');
  });

  it('knows an answer that came to the same question meanwhile', () => {
    const turn = { messages: [message('q2'), message('a2b')], parentId: 'a1' };
    expect(shown(appendMessages(BRANCH, turn))?.slice(2)).toEqual(['q2 q2', 'a2b a2 a2b']);
  });

  it('shows nothing twice when it was read again meanwhile', () => {
    const turn = { messages: [message('q2'), message('a2', 'whole')], parentId: undefined };
    expect(appendMessages(BRANCH, turn)?.map(({ content }) => content)).toEqual(['q1', 'a1', 'q2', 'whole']);
  });

  it('has to be read again when the parent is not on it', () => {
    expect(appendMessages(BRANCH, { messages: [message('q9')], parentId: 'a7' })).toBeNull();
  });
});
