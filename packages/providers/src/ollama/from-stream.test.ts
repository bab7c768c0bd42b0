import { describe, expect, it } from 'vitest';
import { createNdjsonReader } from '../http/read-ndjson.ts';
import { describeAnyBytes, fixtureOf, readPieces } from '../testing/stream-checks.ts';
import { createStreamReader } from './from-stream.ts';

const SECRET = 'the-secret-key-of-this-test';
const names = ['thinking-and-tools', 'generated', 'failed-midway'];
const fixtures = new Map(names.map((name) => [name, fixtureOf(`${name}.ndjson`, import.meta.url)]));
const open = () => createStreamReader(SECRET);
const readText = (text: string | Buffer) => readPieces([Buffer.from(text)], open(), createNdjsonReader());
const read = (name: string) => readText(fixtures.get(name)!);
const readLines = (...lines: object[]) => readText(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

const says = (content: string, more: object = {}) => ({
  message: { role: 'assistant', content },
  done: false,
  ...more,
});
const end = says('', { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 2 });

describe('a stream', () => {
  it('of thinking, text and tool calls', () => {
    expect(read('thinking-and-tools')).toEqual({
      error: null,
      parts: [
        { type: 'reasoning-delta', choice: 0, text: 'Zürich – ' },
        { type: 'reasoning-delta', choice: 0, text: '或者 Bern?' },
        { type: 'text-delta', choice: 0, text: 'I look. 🎉' },
        {
          type: 'tool-call-delta',
          choice: 0,
          index: 0,
          id: 'call_a',
          name: 'weather',
          arguments: '{"city":"Zürich"}',
        },
        {
          type: 'tool-call-delta',
          choice: 0,
          index: 1,
          id: 'call_261101T100000123456Z_0_1',
          name: 'time',
          arguments: '{}',
        },
        { type: 'finish', choice: 0, reason: 'tool_calls', raw: 'stop' },
        {
          type: 'usage',
          usage: { inputTokens: 292, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 143, reasoningTokens: 0 },
        },
      ],
    });
  });

  it('of generated text, whose prompt was in memory and is not counted', () => {
    expect(read('generated')).toEqual({
      error: null,
      parts: [
        { type: 'text-delta', choice: 0, text: 'Hé' },
        { type: 'text-delta', choice: 0, text: ' 你' },
        { type: 'finish', choice: 0, reason: 'length', raw: null },
        {
          type: 'usage',
          usage: { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 },
        },
      ],
    });
  });

  it('that fails midway hands out what came', () => {
    expect(read('failed-midway')).toEqual({
      parts: [{ type: 'text-delta', choice: 0, text: 'Hel' }],
      error: { kind: 'upstream', status: 0, message: 'the model runner has stopped' },
    });
  });

  it('is over at its last line', () => {
    expect(readLines(says('Hi'), end, says('more')).parts).toHaveLength(3);
  });

  it('bears log probabilities', () => {
    const logprobs = [{ token: 'Hi', logprob: -0.5, bytes: [72, 105] }];
    expect(readLines(says('Hi', { logprobs }), end).parts[0]).toEqual({
      type: 'text-delta',
      choice: 0,
      text: 'Hi',
      logprobs: { content: [{ ...logprobs[0], top_logprobs: [] }], refusal: null },
    });
  });

  it.each<[string, object[], string]>([
    ['ends without its last line', [says('Hi')], 'The provider cut the answer short.'],
    ['holds nothing', [], 'The provider answered without an answer.'],
    ['reports an error without words', [{ error: {} }], 'The provider reported an error without a message.'],
    ['reports an error in another form', [{ error: { message: 'no' } }], 'no'],
  ])('that %s is a fault', (_what, lines, message) => {
    expect(readLines(...lines).error).toMatchObject({ kind: 'upstream', message });
  });

  it.each([['{"message":'], ['"text"'], ['[]']])('with the line %s is a fault', (line) => {
    expect(readText(`${line}\n`).error).toMatchObject({ kind: 'upstream' });
  });

  it('keeps the key out of its errors', () => {
    expect(readLines({ error: `bad ${SECRET}` }).error?.message).toBe('bad [redacted]');
  });

  it('that tells no output counts nothing', () => {
    const { parts } = readLines(says('Hi'), says('', { done: true, prompt_eval_count: 3 }));
    expect(parts.at(-1)).toEqual({ type: 'finish', choice: 0, reason: 'stop', raw: null });
  });
});

describeAnyBytes(fixtures, open, createNdjsonReader);
