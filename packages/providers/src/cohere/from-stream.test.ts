import { describe, expect, it } from 'vitest';
import { describeAnyBytes, fixtureOf, readPieces } from '../testing/stream-checks.ts';
import { createStreamReader } from './from-stream.ts';

const SECRET = 'the-secret-key-of-this-test';
const names = ['thinking-and-tools', 'cut-by-limit', 'failed-midway'];
const fixtures = new Map(names.map((name) => [name, fixtureOf(`${name}.sse`, import.meta.url)]));
const open = () => createStreamReader(SECRET);
const read = (name: string) => readPieces([fixtures.get(name)!], open());
const readEvents = (...events: object[]) =>
  readPieces([Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))], open());

const start = { type: 'message-start', id: 'answer-1', delta: { message: { role: 'assistant' } } };
const text = { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hi' } } } };
const end = { type: 'message-end', delta: { finish_reason: 'COMPLETE' } };
const call = (type: string, index: number, given: object) => ({
  type: `tool-call-${type}`,
  index,
  delta: { message: { tool_calls: given } },
});

describe('a stream', () => {
  it('of thinking, text and tool calls; plan, citations and what is unknown is left out', () => {
    expect(read('thinking-and-tools')).toEqual({
      error: null,
      parts: [
        { type: 'reasoning-delta', choice: 0, text: 'Zürich – ' },
        { type: 'reasoning-delta', choice: 0, text: '或者 Bern?' },
        { type: 'text-delta', choice: 0, text: 'I ' },
        { type: 'text-delta', choice: 0, text: 'look. 🎉' },
        { type: 'tool-call-delta', choice: 0, index: 0, id: 'weather_a', name: 'weather', arguments: '' },
        { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{"city":"Zü' },
        { type: 'tool-call-delta', choice: 0, index: 0, arguments: 'rich"}' },
        { type: 'tool-call-delta', choice: 0, index: 1, id: 'time_b', name: 'time', arguments: '' },
        { type: 'tool-call-delta', choice: 0, index: 1, arguments: '{}' },
        { type: 'finish', choice: 0, reason: 'tool_calls', raw: 'TOOL_CALL' },
        {
          type: 'usage',
          usage: { inputTokens: 51, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 67, reasoningTokens: 58 },
        },
      ],
    });
  });

  it('without end mark and without what is billed is whole', () => {
    expect(read('cut-by-limit')).toEqual({
      error: null,
      parts: [
        { type: 'text-delta', choice: 0, text: 'Hé' },
        { type: 'finish', choice: 0, reason: 'length', raw: 'MAX_TOKENS' },
        {
          type: 'usage',
          usage: { inputTokens: 9, cachedInputTokens: 4, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 },
        },
      ],
    });
  });

  it('that fails midway hands out what came', () => {
    expect(read('failed-midway')).toEqual({
      parts: [{ type: 'text-delta', choice: 0, text: 'Hel' }],
      error: { kind: 'upstream', status: 0, message: 'the model failed' },
    });
  });

  it('is over at its end', () => {
    expect(readEvents(start, text, end, text).parts).toHaveLength(2);
  });

  it.each<[string, object[], string]>([
    ['ends without its end', [start, text], 'The provider cut the answer short.'],
    ['holds nothing', [], 'The provider answered without an answer.'],
    ['begins twice', [start, text, start], 'The provider began its answer anew in the middle of a stream.'],
    ['reports an error', [start, { id: 'x', message: 'no more room' }], 'no more room'],
  ])('that %s is a fault', (_what, events, message) => {
    expect(readEvents(...events).error).toMatchObject({ kind: 'upstream', message });
  });

  it('with an event that is no JSON is a fault', () => {
    expect(readPieces([Buffer.from('data: {"type":\n\n')], open()).error).toMatchObject({ kind: 'upstream' });
  });

  it('keeps the key out of its errors', () => {
    expect(readEvents({ message: `bad ${SECRET}` }).error?.message).toBe('bad [redacted]');
  });

  it('completes calls whose end or id was forgotten, and those called with null', () => {
    const named = (name: string) => ({ function: { name, arguments: '' } });
    const { parts } = readEvents(
      start,
      call('start', 0, named('f')),
      call('delta', 0, { function: { arguments: 'null' } }),
      call('start', 1, [{ id: 'g_1', function: { name: 'g', arguments: '{"a":1}' } }]),
      call('delta', 7, { function: { arguments: 'stray' } }),
      { type: 'message-end', delta: {} },
    );
    expect(parts).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_answer1_0_0', name: 'f', arguments: '' },
      { type: 'tool-call-delta', choice: 0, index: 1, id: 'g_1', name: 'g', arguments: '' },
      { type: 'tool-call-delta', choice: 0, index: 1, arguments: '{"a":1}' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{}' },
      { type: 'finish', choice: 0, reason: 'tool_calls', raw: null },
    ]);
  });

  it('may be a whole answer instead', () => {
    const whole = { id: 'a', message: { content: [{ type: 'text', text: 'Hi' }] }, finish_reason: 'COMPLETE' };
    expect(readPieces([Buffer.from(JSON.stringify(whole))], open())).toEqual({
      error: null,
      parts: [
        { type: 'text-delta', choice: 0, text: 'Hi' },
        { type: 'finish', choice: 0, reason: 'stop', raw: 'COMPLETE' },
      ],
    });
  });
});

describeAnyBytes(fixtures, open);
