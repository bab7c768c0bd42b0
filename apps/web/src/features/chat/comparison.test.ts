import { describe, expect, it } from 'vitest';
import { type Comparison, chosenAnswer, withChosen } from './comparison.ts';
import type { ThreadMessage } from './queries.ts';

const message = (id: string, alternatives = [id]): ThreadMessage => ({
  id,
  parent_id: null,
  alternatives,
  role: 'assistant',
  content: id,
  images: [],
  reasoning: null,
  reasoning_ms: null,
  model_id: 'a/b',
  usage: null,
  cost_usd: null,
  finish_reason: null,
  stopped_by: null,
  receipt: null,
  thumb: null,
  created_at: '2026-01-01T00:00:00.000Z',
});

const comparing = (chosenId: string | null, ...answers: (ThreadMessage | null)[]): Comparison => ({
  questionId: 'q',
  chosenId,
  columns: answers.map((answer) => ({ modelId: 'a/b', lane: null, message: answer })),
});

describe('a comparison', () => {
  it('goes on with the chosen answer, else with the first that is there', () => {
    expect(chosenAnswer(comparing('b', message('a'), message('b')))?.id).toBe('b');
    expect(chosenAnswer(comparing(null, message('a'), message('b')))?.id).toBe('a');
    expect(chosenAnswer(comparing(null, null, message('b')))?.id).toBe('b');
    expect(chosenAnswer(comparing(null, null, null))).toBeNull();
  });

  it('leaves a branch that ends with the chosen answer and knows the others', () => {
    const branch = [message('q'), message('b', ['a', 'b'])];
    const after = withChosen(branch, comparing('a', message('a'), message('b', ['a', 'b'])));
    expect(after.map(({ id }) => id)).toEqual(['q', 'a']);
    expect(after[1]?.alternatives).toEqual(['a', 'b']);
  });

  it('leaves a branch as it is that does not hold its question', () => {
    expect(withChosen([message('x')], comparing(null, message('a')))).toEqual([message('x')]);
  });
});
