import { describe, expect, it } from 'vitest';
import { COHERE_ERRORS } from './errors.ts';
import { fromResponse } from './from-response.ts';

const USAGE = {
  billed_units: { input_tokens: 50, output_tokens: 7 },
  tokens: { input_tokens: 1_537, output_tokens: 10 },
};
const answer = (message: object, more: object = {}) => ({
  id: 'answer-1',
  message: { role: 'assistant', ...message },
  finish_reason: 'COMPLETE',
  usage: USAGE,
  ...more,
});

describe('a whole answer', () => {
  it('holds text, reasoning and tool calls, and the tokens that are billed rather than those the model saw', () => {
    const message = {
      tool_plan: 'I will look.',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'I ' },
        { type: 'text', text: 'look.' },
        { type: 'something_new' },
      ],
      citations: [{ start: 0, end: 1, text: 'I' }],
      tool_calls: [
        { id: 'look_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
        { type: 'function', function: { name: 'now', arguments: 'null' } },
        { id: 'nameless', type: 'function', function: {} },
      ],
    };
    const usage = { ...USAGE, tokens: { ...USAGE.tokens, reasoning_tokens: 3 }, cached_tokens: 1_440 };
    expect(fromResponse(answer(message, { finish_reason: 'TOOL_CALL', usage }))).toEqual({
      choices: [
        {
          text: 'I look.',
          reasoning: 'Hm.',
          refusal: null,
          toolCalls: [
            { id: 'look_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
            { id: 'call_answer1_0_1', type: 'function', function: { name: 'now', arguments: '{}' } },
          ],
          finishReason: 'tool_calls',
          rawFinishReason: 'TOOL_CALL',
          logprobs: null,
        },
      ],
      usage: { inputTokens: 50, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7, reasoningTokens: 3 },
    });
  });

  it.each([
    ['COMPLETE', 'stop'],
    ['STOP_SEQUENCE', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['TOOL_CALL', 'tool_calls'],
    ['ERROR', 'error'],
    ['TIMEOUT', 'error'],
    ['ERROR_TOXIC', 'content_filter'],
    ['INVENTED', 'stop'],
    [null, 'stop'],
  ])('that ended by %s ended by %s', (finish_reason, wanted) => {
    expect(fromResponse(answer({}, { finish_reason })).choices[0]?.finishReason).toBe(wanted);
  });

  it.each<[string, unknown, object | null]>([
    ['fractions', { billed_units: { input_tokens: 4.2, output_tokens: 1.5 } }, { inputTokens: 5, outputTokens: 2 }],
    [
      'tokens only',
      { tokens: { input_tokens: 9, output_tokens: 2 }, cached_tokens: 12 },
      { inputTokens: 9, cachedInputTokens: 9, outputTokens: 2 },
    ],
    ['untrue billed units', { ...USAGE, billed_units: { input_tokens: -1, output_tokens: 7 } }, { inputTokens: 1_537 }],
    ['nothing', {}, null],
    ['an untrue count', { tokens: { input_tokens: 1, output_tokens: 1e300 } }, null],
    ['none', null, null],
  ])('counts %s', (_what, usage, wanted) => {
    const read = fromResponse(answer({}, { usage })).usage;
    if (wanted === null) expect(read).toBeNull();
    else expect(read).toMatchObject(wanted);
  });

  it.each([[{}], [null], [[]], [{ message: 'x' }]])('that is %j is none', (body) => {
    expect(() => fromResponse(body)).toThrow('The provider answered without an answer.');
  });
});

describe('an error', () => {
  const from = (status: number, body: unknown, headers = {}) =>
    COHERE_ERRORS.fromAnswer(
      { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
      'the-key-of-this-very-test',
      0,
    );
  const body = (message: string) => ({ id: 'x', message });

  it.each<[number, unknown, object]>([
    [
      400,
      body('invalid request: temperature must be between 0 and 1'),
      { kind: 'invalid_request', param: 'temperature' },
    ],
    [400, body('too many tokens: size limit exceeded by 11 tokens'), { kind: 'invalid_request', param: 'messages' }],
    [400, body('invalid request: response_format is not supported with tools'), { param: 'response_format' }],
    [400, body('something else'), { kind: 'invalid_request', param: null }],
    [401, body('invalid api token'), { kind: 'auth', retryable: false }],
    [400, body('invalid api token'), { kind: 'auth' }],
    [402, body('pay first'), { kind: 'auth' }],
    [404, body("model 'command-r' was removed on September 15, 2025"), { kind: 'invalid_request', param: 'model' }],
    [422, { id: 'x', message: 'bad tools', error_type: 'y' }, { kind: 'invalid_request', status: 422, param: 'tools' }],
    [429, body('You are using a Trial key, which is limited to 20 API calls / minute.'), { kind: 'rate_limited' }],
    [429, body('You are using a Trial key, which is limited to 1000 API calls / month.'), { kind: 'auth' }],
    [498, body('this text was blocked'), { kind: 'invalid_request', retryable: false }],
    [499, body('request cancelled'), { kind: 'upstream', retryable: false }],
    [500, body('internal'), { kind: 'upstream', retryable: true }],
    [501, body('not implemented'), { kind: 'invalid_request', retryable: false }],
    [503, '<html><head><title>Busy</title></head></html>', { kind: 'upstream', retryable: true }],
    [504, '', { kind: 'timeout', retryable: true }],
  ])('%s %j', (status, given, wanted) => {
    expect(from(status, given)).toMatchObject(wanted);
  });

  it('keeps the wait that was asked for, and the key out of the message', () => {
    const error = from(429, body('slow the-key-of-this-very-test'), { 'retry-after': '7' });
    expect(error).toMatchObject({ retryAfterMs: 7_000, message: 'slow [redacted]' });
  });

  it('is none where there is none', () => {
    expect(COHERE_ERRORS.fromObject(answer({}), undefined)).toBeNull();
  });
});
