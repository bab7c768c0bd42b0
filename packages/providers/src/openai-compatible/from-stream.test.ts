import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseReader, type SseEvent } from '../http/read-sse.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { createStreamReader } from './from-stream.ts';
import { type AnswerQuirks, PRESETS } from './quirks.ts';

const folder = join(import.meta.dirname, '__fixtures__');
const fixture = (name: string): Buffer => readFileSync(join(folder, `${name}.sse`));

interface Outcome {
  parts: StreamPart[];
  error: { kind: string; status: number; message: string } | null;
}

/** Reads the bytes in the given pieces, as the provider does. */
function read(pieces: Uint8Array[], quirks: AnswerQuirks = PRESETS.openai.quirks): Outcome {
  const parts: StreamPart[] = [];
  const events = createSseReader();
  const stream = createStreamReader(quirks, 'sk-secret-key-of-the-test');
  try {
    for (const piece of pieces) {
      const found: SseEvent[] = [];
      events.push(piece, found);
      for (const event of found) stream.push(event, parts);
    }
    const rest: SseEvent[] = [];
    events.end(rest);
    for (const event of rest) stream.push(event, parts);
    stream.end(parts);
  } catch (thrown) {
    if (!(thrown instanceof ProviderError)) throw thrown;
    return { parts, error: { kind: thrown.kind, status: thrown.status, message: thrown.message } };
  }
  return { parts, error: null };
}

function readChunks(...chunks: object[]): Outcome {
  return read([Buffer.from(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`)]);
}

const delta = (value: object, more: object = {}) => ({
  id: 'chatcmpl-Xyz9',
  choices: [{ index: 0, delta: value, ...more }],
});
const tools = (parts: StreamPart[]) => parts.filter((part) => part.type === 'tool-call-delta');

describe('streams of each provider', () => {
  it('reads tool calls in pieces, then usage in a chunk without choices', () => {
    expect(read([fixture('openai-tools')])).toEqual({
      error: null,
      parts: [
        { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_aaa', name: 'weather', arguments: '' },
        { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{"city":"Zü' },
        { type: 'tool-call-delta', choice: 0, index: 0, arguments: 'rich"}' },
        { type: 'tool-call-delta', choice: 0, index: 1, id: 'call_bbb', name: 'time', arguments: '{}' },
        { type: 'finish', choice: 0, reason: 'tool_calls', raw: null },
        {
          type: 'usage',
          usage: {
            inputTokens: 90,
            cachedInputTokens: 64,
            cacheWriteTokens: 0,
            outputTokens: 160,
            reasoningTokens: 128,
          },
        },
      ],
    });
  });

  it('reads reasoning beside text, and usage in the finish chunk with cache hits', () => {
    expect(read([fixture('deepseek-reasoning')])).toEqual({
      error: null,
      parts: [
        { type: 'reasoning-delta', choice: 0, text: 'Zwei und zwei ' },
        { type: 'reasoning-delta', choice: 0, text: 'sind vier – 四.' },
        { type: 'text-delta', choice: 0, text: '4 🎉' },
        { type: 'finish', choice: 0, reason: 'stop', raw: null },
        {
          type: 'usage',
          usage: {
            inputTokens: 400,
            cachedInputTokens: 320,
            cacheWriteTokens: 0,
            outputTokens: 30,
            reasoningTokens: 22,
          },
        },
      ],
    });
  });

  it('reads content in an array, whole tool calls without a number, and cached tokens under another name', () => {
    expect(read([fixture('mistral-thinking')])).toEqual({
      error: null,
      parts: [
        { type: 'reasoning-delta', choice: 0, text: 'Let me see.' },
        { type: 'text-delta', choice: 0, text: 'Here: ' },
        { type: 'tool-call-delta', choice: 0, index: 0, id: 'g6fVbXS8K', name: 'look', arguments: '{"a": 1}' },
        { type: 'tool-call-delta', choice: 0, index: 1, id: 'h7gWcYT9L', name: 'find', arguments: '{"b": 2}' },
        { type: 'finish', choice: 0, reason: 'tool_calls', raw: null },
        {
          type: 'usage',
          usage: { inputTokens: 50, cachedInputTokens: 48, cacheWriteTokens: 0, outputTokens: 30, reasoningTokens: 0 },
        },
      ],
    });
  });

  it('hands out what came before an error event', () => {
    expect(read([fixture('groq-error')])).toEqual({
      parts: [{ type: 'reasoning-delta', choice: 0, text: 'Hm.' }],
      error: { kind: 'invalid_request', status: 400, message: 'Failed to call a function.' },
    });
  });

  it('hands out the usage that stands beside an error', () => {
    const { parts, error } = read([fixture('openrouter-interrupted')]);
    expect(parts.map((part) => part.type)).toEqual(['reasoning-delta', 'finish', 'usage']);
    expect(error).toEqual({ kind: 'upstream', status: 502, message: 'Upstream idle timeout' });
  });

  it('bills reasoning on top where the provider counts it apart', () => {
    const { parts } = read([fixture('xai-whole-call')], PRESETS.xai.quirks);
    expect(parts.at(-1)).toMatchObject({
      usage: { inputTokens: 100, cachedInputTokens: 90, outputTokens: 50, reasoningTokens: 30 },
    });
    expect(tools(parts)).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_01', name: 'add', arguments: '{"a":2,"b":3}' },
    ]);
  });

  it('keeps alternatives apart, with log probabilities and refusals', () => {
    const { parts, error } = read([fixture('two-alternatives')]);
    expect(error).toBeNull();
    expect(parts).toMatchObject([
      { type: 'text-delta', choice: 0, text: 'A' },
      {
        type: 'text-delta',
        choice: 1,
        text: 'Z',
        logprobs: { content: [{ token: 'Z', top_logprobs: [{ token: 'Y' }] }] },
      },
      { type: 'refusal-delta', choice: 1, text: 'No.' },
      { type: 'finish', choice: 1, reason: 'content_filter', raw: null },
      { type: 'finish', choice: 0, reason: 'stop', raw: 'eos' },
      { type: 'usage', usage: { inputTokens: 41, cachedInputTokens: 4, outputTokens: 15 } },
    ]);
  });

  it('reads an error that is bare JSON over several lines', () => {
    expect(read([fixture('raw-error')])).toEqual({
      parts: [{ type: 'text-delta', choice: 0, text: 'Half' }],
      error: { kind: 'upstream', status: 499, message: 'The operation was cancelled.' },
    });
  });

  it('reads the function call that tool calls replaced', () => {
    const { parts } = read([fixture('legacy-function')]);
    expect(tools(parts)).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_old_0_0', name: 'joke', arguments: '' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{"n":1}' },
    ]);
    expect(parts.at(-1)).toEqual({ type: 'finish', choice: 0, reason: 'tool_calls', raw: 'function_call' });
  });
});

describe('tool calls', () => {
  const call = (piece: object) => delta({ tool_calls: [piece] });

  it('are two when a second id comes under the same number', () => {
    const { parts } = readChunks(
      call({ index: 0, id: 'a', function: { name: 'x', arguments: '{}' } }),
      call({ index: 0, id: 'b', function: { name: 'x', arguments: '{}' } }),
    );
    expect(tools(parts).map(({ index, id }) => ({ index, id }))).toEqual([
      { index: 0, id: 'a' },
      { index: 1, id: 'b' },
    ]);
  });

  it('stay one when each piece repeats id and name, or has an id of its own without a name', () => {
    const { parts } = readChunks(
      call({ index: 0, id: 'a', function: { name: 'x', arguments: '{"q":' } }),
      call({ index: 0, id: 'a', function: { name: 'x', arguments: '1' } }),
      call({ index: 0, id: 'random', function: { arguments: '}' } }),
    );
    expect(tools(parts)).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, id: 'a', name: 'x', arguments: '{"q":' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '1' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '}' },
    ]);
  });

  it('get an id that is unlike those of other answers when the provider gives none', () => {
    const { parts } = readChunks(
      call({ function: { name: 'x', arguments: { a: 1 } } }),
      call({ function: { name: 'y', arguments: '' } }),
    );
    expect(tools(parts)).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_chatcmplXyz9_0_0', name: 'x', arguments: '{"a":1}' },
      { type: 'tool-call-delta', choice: 0, index: 1, id: 'call_chatcmplXyz9_0_1', name: 'y', arguments: '' },
    ]);
  });

  it('end an answer that does not say why it ended', () => {
    expect(readChunks(call({ index: 0, id: 'a', function: { name: 'x', arguments: '{}' } })).parts.at(-1)).toEqual({
      type: 'finish',
      choice: 0,
      reason: 'tool_calls',
      raw: null,
    });
  });

  it('are bounded in number', () => {
    const pieces = Array.from({ length: 1_000 }, (_, index) => ({
      index,
      id: `c${index}`,
      function: { name: 'x', arguments: '{}' },
    }));
    expect(tools(readChunks(delta({ tool_calls: pieces })).parts)).toHaveLength(128);
  });
});

describe('shapes that no document tells of', () => {
  it('reads a whole message in place of a delta, once', () => {
    const whole = (content: string) => ({ choices: [{ index: 0, message: { role: 'assistant', content } }] });
    expect(readChunks(whole('All of it'), whole('All of it')).parts).toEqual([
      { type: 'text-delta', choice: 0, text: 'All of it' },
      { type: 'finish', choice: 0, reason: 'stop', raw: null },
    ]);
  });

  it('keeps an unknown finish word beside "stop"', () => {
    expect(readChunks(delta({ content: 'a' }, { finish_reason: 'tired' })).parts.at(-1)).toEqual({
      type: 'finish',
      choice: 0,
      reason: 'stop',
      raw: 'tired',
    });
  });

  it('ignores choices with impossible numbers', () => {
    const odd = [-1, 1.5, 1e9, 'x'].map((index) => ({ index, delta: { content: 'no' } }));
    expect(readChunks({ choices: [...odd, null, 7] }, delta({ content: 'yes' })).parts).toEqual([
      { type: 'text-delta', choice: 0, text: 'yes' },
      { type: 'finish', choice: 0, reason: 'stop', raw: null },
    ]);
  });

  it('removes the key from an error in the stream', () => {
    const { error } = readChunks(delta({ content: 'a' }), { error: 'sk-secret-key-of-the-test is wrong' });
    expect(error?.message).toBe('[redacted] is wrong');
  });
});

describe('bytes cut anywhere', () => {
  const names = readdirSync(folder).map((name) => name.replace('.sse', ''));

  it.each(names)('gives the same parts of %s for a cut at every offset, and for single bytes', (name) => {
    const bytes = fixture(name);
    const wanted = read([bytes]);
    for (let offset = 1; offset < bytes.length; offset += 1) {
      expect(read([bytes.subarray(0, offset), bytes.subarray(offset)])).toEqual(wanted);
    }
    expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(wanted);
  });

  it('gives the same parts for any cuts and any line ends', () => {
    const anyCut = fc.record({
      name: fc.constantFrom(...names),
      lineEnd: fc.constantFrom('\n', '\r', '\r\n'),
      cuts: fc.array(fc.nat(4_000), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(anyCut, ({ name, lineEnd, cuts }) => {
        const bytes = Buffer.from(fixture(name).toString('utf8').replaceAll('\r\n', '\n').replaceAll('\n', lineEnd));
        const ends = [...new Set(cuts.filter((cut) => cut < bytes.length))].sort((left, right) => left - right);
        const pieces = [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
        expect(read(pieces)).toEqual(read([fixture(name)]));
      }),
      { numRuns: 500 },
    );
  });

  it('survives 5,000 mutated streams with nothing but parts or a ProviderError', () => {
    const mutation = fc.record({
      name: fc.constantFrom(...names),
      edits: fc.array(fc.record({ at: fc.nat(3_000), remove: fc.nat(30), insert: fc.uint8Array({ maxLength: 12 }) }), {
        minLength: 1,
        maxLength: 8,
      }),
      splice: fc.constantFrom(
        '',
        '{"__proto__":1}',
        '\n\n',
        'data: ',
        '"index":-1',
        '[[[[',
        'null',
        '1e400',
        '\\u0000',
        '"usage":{"prompt_tokens":-1}',
      ),
      cut: fc.integer({ min: 1, max: 64 }),
    });
    fc.assert(
      fc.property(mutation, ({ name, edits, splice, cut }) => {
        let bytes = fixture(name);
        for (const { at, remove, insert } of edits) {
          const from = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, from), insert, Buffer.from(splice), bytes.subarray(from + remove)]);
        }
        const pieces: Uint8Array[] = [];
        for (let start = 0; start < bytes.length; start += cut) pieces.push(bytes.subarray(start, start + cut));
        for (const part of read(pieces).parts) {
          if (part.type !== 'usage') continue;
          for (const count of Object.values(part.usage)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
