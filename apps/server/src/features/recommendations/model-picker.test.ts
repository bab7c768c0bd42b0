import type { Analysis, Task } from '@q/assistant/analysis';
import { analysisFixture, factsFixture } from '@q/assistant/choose/choose-fixture';
import type { ChatCompletionRequest } from '@q/contract/chat';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createModelPicker } from './model-picker.ts';

const QUALITY: Record<string, number> = { 'a/good': 0.9, 'a/plain': 0.5, 'b/eyes': 0.6 };
const MODELS = [
  factsFixture({ id: 'a/good' }),
  factsFixture({ id: 'a/plain', price: { unit: 'token', input: 1_000n, output: 4_000n, image: 0n } }),
  factsFixture({ id: 'b/eyes', inputModalities: ['text', 'image'], capabilities: ['text', 'vision'] }),
];

function stage(over: { models?: typeof MODELS; tasks?: Analysis['tasks'] } = {}) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const state = { models: over.models ?? MODELS };
  const picker = createModelPicker({
    analyze: (query) => {
      asked.push(query);
      const tasks = over.tasks ?? [{ task: 'code' as Task, probability: 1 }];
      return analysisFixture(
        tasks[0]?.task ?? 'code',
        { low_cost: true, local: true },
        { tasks, complexity: 'complex' },
      );
    },
    chatModels: () => state.models,
    evidence: {
      qualityOf: ({ id }) => ({ value: QUALITY[id] ?? 0.5, uncertainty: 0.02, figure: null, estimated: 'guessed' }),
    },
    clock,
  });
  const pick = (userId: string, asked: ChatCompletionRequest, use: 'call' | 'quote' = 'call') => {
    const picked = picker(userId, asked, use);
    return picked instanceof AppError ? null : picked;
  };
  const refusal = (asked: ChatCompletionRequest) => {
    const picked = picker('usr_1', asked, 'call');
    return picked instanceof AppError ? picked : null;
  };
  return { pick, refusal, clock, asked, state };
}

function request(over: Partial<ChatCompletionRequest> = {}, first = 'Write a parser'): ChatCompletionRequest {
  return { model: 'q/auto', messages: [{ role: 'user', content: first }], ...over };
}
const longer = (first: string): Partial<ChatCompletionRequest> => ({
  messages: [
    { role: 'user', content: first },
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'Now in Rust' },
  ],
});

describe('a call to q/auto', () => {
  test('gets the model that fits its last question best, others that stand in for it, and the reason', () => {
    const { pick, asked } = stage();
    const picked = pick('usr_1', request());
    expect(picked?.modelIds[0]).toBe('a/good');
    expect(picked?.modelIds.length).toBeGreaterThan(1);
    expect(picked?.task).toBe('code');
    expect(picked?.reason).not.toBe('');
    pick('usr_1', request(longer('Hello')));
    expect(asked).toEqual(['Write a parser', 'Now in Rust']);
  });

  test('takes no wish from what the question speaks of', () => {
    expect(stage().pick('usr_1', request())?.modelIds[0]).toBe('a/good');
  });

  test('with an image gets a model that sees', () => {
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } },
    ];
    const picked = stage().pick('usr_1', request({ messages: [{ role: 'user', content }] }));
    expect(picked?.modelIds).toEqual(['b/eyes']);
  });

  test('keeps to the providers it names', () => {
    const { pick } = stage();
    expect(pick('usr_1', request({ provider: { only: ['b'] } }))?.modelIds).toEqual(['b/eyes']);
    expect(pick('usr_2', request({ provider: { ignore: ['a'] } }))?.modelIds).toEqual(['b/eyes']);
    expect(pick('usr_3', request({ provider: { only: ['c'] } }))).toBeNull();
  });

  test('gets none that cannot be called now', () => {
    const { pick } = stage({ models: MODELS.map((model) => ({ ...model, available: model.id === 'a/plain' })) });
    expect(pick('usr_1', request())?.modelIds).toEqual(['a/plain']);
    expect(stage({ models: [] }).pick('usr_1', request())).toBeNull();
  });

  describe('that is too long', () => {
    const small = factsFixture({ id: 'a/small', contextWindow: 10_000 });
    const large = factsFixture({ id: 'a/large', contextWindow: 20_000 });
    const huge = factsFixture({ id: 'a/huge', contextWindow: 900_000, available: false });
    const long = { messages: [{ role: 'user' as const, content: 'x'.repeat(100_000) }] };

    test('is told so, and what the longest model reads of those that could be picked', () => {
      const { refusal, pick } = stage({ models: [small, large, huge] });
      const error = refusal(request(long));
      expect([error?.code, error?.param]).toEqual(['invalid_request', 'messages']);
      expect(error?.message).toContain('about 25000 tokens');
      expect(error?.message).toContain('a/large, reads at most 20000');
      expect(pick('usr_1', request())).not.toBeNull();
    });

    test('is not told so where its length is not what stands in the way', () => {
      const { refusal } = stage({ models: [small, large, huge] });
      expect(refusal(request({ ...long, provider: { only: ['c'] } }))?.code).toBe('model_unavailable');
      expect(stage({ models: [huge] }).refusal(request(long))?.code).toBe('model_unavailable');
    });
  });

  test('that asks for a picture gets a model that answers in words', () => {
    const tasks = [
      { task: 'image_gen' as Task, probability: 0.9 },
      { task: 'writing' as Task, probability: 0.1 },
    ];
    expect(stage({ tasks }).pick('usr_1', request())?.task).toBe('writing');
  });
});

describe('a conversation', () => {
  const only = (id: string) => MODELS.filter((model) => model.id === id);

  test('stays with its model while that can serve it, and says so', () => {
    const { pick, state } = stage({ models: only('a/plain') });
    expect(pick('usr_1', request())?.modelIds[0]).toBe('a/plain');
    state.models = MODELS;
    const picked = pick('usr_1', request(longer('Write a parser')));
    expect(picked?.modelIds[0]).toBe('a/plain');
    expect(picked?.reason).toContain('This conversation began with it.');
    expect(pick('usr_1', request({}, 'Another beginning'))?.modelIds[0]).toBe('a/good');
    expect(pick('usr_2', request())?.modelIds[0]).toBe('a/good');
  });

  test('is not begun by a quote', () => {
    const { pick, state } = stage({ models: only('a/plain') });
    expect(pick('usr_1', request(), 'quote')?.modelIds[0]).toBe('a/plain');
    state.models = MODELS;
    expect(pick('usr_1', request())?.modelIds[0]).toBe('a/good');
    expect(pick('usr_1', request(longer('Write a parser')), 'quote')?.reason).toContain('This conversation began');
  });

  test('changes it when that can no longer serve it', () => {
    const { pick, state } = stage({ models: only('a/plain') });
    pick('usr_1', request());
    state.models = MODELS.map((model) => ({ ...model, available: model.id !== 'a/plain' }));
    expect(pick('usr_1', request(longer('Write a parser')))?.modelIds[0]).toBe('a/good');
  });

  test('is forgotten an hour after its last call', () => {
    const { pick, state, clock } = stage({ models: only('a/plain') });
    pick('usr_1', request());
    state.models = MODELS;
    clock.advance(59 * 60_000);
    expect(pick('usr_1', request())?.modelIds[0]).toBe('a/plain');
    clock.advance(61 * 60_000);
    expect(pick('usr_1', request())?.modelIds[0]).toBe('a/good');
  });
});
