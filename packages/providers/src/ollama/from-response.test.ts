import { describe, expect, it } from 'vitest';
import { OLLAMA_ERRORS } from './errors.ts';
import { fromResponse } from './from-response.ts';

const answer = (message: object, more: object = {}) => ({
  created_at: '2026-11-01T10:00:00Z',
  message: { role: 'assistant', content: '', ...message },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 10,
  eval_count: 4,
  ...more,
});

describe('a whole answer', () => {
  it('holds text, thinking, tool calls and counts', () => {
    const tool_calls = [
      { id: 'call_1', function: { index: 0, name: 'look', arguments: { at: 1 } } },
      { function: { name: 'now', arguments: null } },
      { function: { name: 'said', arguments: '{"b":2}' } },
      { function: {} },
    ];
    expect(fromResponse(answer({ content: 'I look.', thinking: 'Hm.', tool_calls }))).toEqual({
      choices: [
        {
          text: 'I look.',
          reasoning: 'Hm.',
          refusal: null,
          toolCalls: [
            { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
            { id: 'call_20261101T100000Z_0_1', type: 'function', function: { name: 'now', arguments: '{}' } },
            { id: 'call_20261101T100000Z_0_2', type: 'function', function: { name: 'said', arguments: '{"b":2}' } },
          ],
          finishReason: 'tool_calls',
          rawFinishReason: 'stop',
          logprobs: null,
        },
      ],
      usage: { inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 4, reasoningTokens: 0 },
    });
  });

  it('of /api/generate is read as well', () => {
    const generated = { response: 'Hi', thinking: 'Hm.', done: true, done_reason: 'stop', context: [1], eval_count: 1 };
    expect(fromResponse(generated)).toMatchObject({
      choices: [{ text: 'Hi', reasoning: 'Hm.', finishReason: 'stop', rawFinishReason: null }],
      usage: { inputTokens: 0, outputTokens: 1 },
    });
  });

  it.each([
    ['stop', 'stop', null],
    ['length', 'length', null],
    ['load', 'stop', 'load'],
    ['invented', 'stop', 'invented'],
    [undefined, 'stop', null],
  ])('that ended by %s ended by %s', (done_reason, finishReason, rawFinishReason) => {
    expect(fromResponse(answer({}, { done_reason })).choices[0]).toMatchObject({ finishReason, rawFinishReason });
  });

  it.each([
    [{ eval_count: undefined }],
    [{ eval_count: -1 }],
    [{ prompt_eval_count: 1e300 }],
    [{ prompt_eval_count: '10' }],
  ])('with %j has no usage', (counts) => {
    expect(fromResponse(answer({}, counts)).usage).toBeNull();
  });

  it.each([[{}], [null], [[]], [{ message: 'x' }]])('that is %j is none', (body) => {
    expect(() => fromResponse(body)).toThrow('The provider answered without an answer.');
  });
});

describe('an error', () => {
  const from = (status: number, body: unknown) =>
    OLLAMA_ERRORS.fromAnswer(
      { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) },
      'the-key-of-this-very-test',
      0,
    );

  it.each<[number, unknown, object]>([
    [400, { error: '"gemma3" does not support tools' }, { kind: 'invalid_request', param: 'tools' }],
    [400, { error: '"gemma3" does not support thinking' }, { kind: 'invalid_request', param: 'reasoning_effort' }],
    [400, { error: '"nomic-embed-text" does not support chat' }, { kind: 'invalid_request', param: 'model' }],
    [400, { error: 'the input length exceeds the context length' }, { kind: 'invalid_request', param: 'messages' }],
    [400, { error: 'invalid JSON schema in format' }, { kind: 'invalid_request', param: 'response_format' }],
    [400, { error: 'something else' }, { kind: 'invalid_request', param: null }],
    [401, { error: 'unauthorized' }, { kind: 'auth', retryable: false }],
    [
      404,
      { error: "model 'x' not found" },
      { kind: 'invalid_request', param: 'model', message: "model 'x' not found" },
    ],
    [404, '404 page not found', { kind: 'invalid_request', message: '404 page not found' }],
    [429, { error: 'slow down' }, { kind: 'rate_limited', retryable: true }],
    [499, { error: 'client closed' }, { kind: 'upstream', retryable: false }],
    [500, { error: 'model requires more system memory' }, { kind: 'upstream', retryable: true }],
    [502, { error: { message: 'upstream is away' } }, { kind: 'upstream', message: 'upstream is away' }],
    [503, { error: 'server busy' }, { kind: 'upstream', retryable: true }],
    [504, '', { kind: 'timeout', retryable: true }],
  ])('%s %j', (status, given, wanted) => {
    expect(from(status, given)).toMatchObject(wanted);
  });

  it('bears no key', () => {
    expect(from(500, { error: 'no the-key-of-this-very-test' }).message).toBe('no [redacted]');
  });

  it('is none where there is none', () => {
    expect(OLLAMA_ERRORS.fromObject(answer({}), undefined)).toBeNull();
  });
});
