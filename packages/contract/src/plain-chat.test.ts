import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHAT_LIMITS, chatCompletionBodySchema } from './chat.ts';
import { readPlainChat } from './plain-chat.ts';

const RUNS = 20_000;
const MESSAGES = [{ role: 'user', content: 'Hello' }];
const PLAIN = { model: 'sandbox/guide', messages: MESSAGES };
const asJson = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

/** Values at and around every limit, and of every kind. */
const anyValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', 'user', 'nobody', 0, -0, 1, 2, 2.000001, -1, 0.5, 1.5, [], {}, [1], {
    a: 1,
  }),
  fc.constantFrom<unknown>(CHAT_LIMITS.outputTokens, CHAT_LIMITS.outputTokens + 1, 'm'.repeat(200), 'm'.repeat(201)),
  fc.json().map((text) => JSON.parse(text) as unknown),
);
const mostly = (usual: fc.Arbitrary<unknown>) => fc.oneof({ weight: 8, arbitrary: usual }, anyValue);
const message = {
  role: mostly(fc.constantFrom('user', 'assistant', 'system', 'developer')),
  content: mostly(fc.string()),
};
const anyMessage = fc.oneof(
  { weight: 16, arbitrary: fc.record(message) },
  fc.record({ ...message, name: fc.string(), refusal: anyValue }, { requiredKeys: [] }),
  anyValue,
);
const anyOutputTokens = mostly(fc.integer({ min: 1, max: CHAT_LIMITS.outputTokens }));
/** Fields a plain request may have, and others; a name may come twice. */
const anyField = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('stream'), mostly(fc.boolean())) },
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom('max_tokens', 'max_completion_tokens'), anyOutputTokens) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('temperature'), mostly(fc.double({ min: 0, max: 2, noNaN: true }))) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('top_p'), mostly(fc.double({ min: 0, max: 1, noNaN: true }))) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('user'), mostly(fc.string())) },
  {
    weight: 8,
    arbitrary: fc.tuple(
      fc.constant('stream_options'),
      mostly(fc.record({ include_usage: mostly(fc.boolean()), other: anyValue }, { requiredKeys: [] })),
    ),
  },
  fc.tuple(fc.constantFrom('n', 'stop', 'tools', 'models', '__proto__', 'constructor', 'toString'), anyValue),
);
const named = {
  model: mostly(fc.string({ minLength: 1 })),
  messages: mostly(fc.array(anyMessage, { minLength: 1, maxLength: 3 })),
};
const anyBody = fc
  .tuple(
    fc.oneof({ weight: 8, arbitrary: fc.record(named) }, fc.record(named, { requiredKeys: [] })),
    fc.array(anyField, { maxLength: 3 }),
  )
  .map(([given, more]) => {
    const fields = [...Object.entries(given), ...more];
    const text = fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    return JSON.parse(`{${text.join(',')}}`) as unknown;
  });

describe('a plain chat request', () => {
  test('is what the schema makes of it, whatever is asked', () => {
    let plain = 0;
    fc.assert(
      fc.property(mostly(anyBody), (body) => {
        const before = JSON.stringify(body);
        const read = readPlainChat(body);
        if (read === null) return;
        plain += 1;
        expect(chatCompletionBodySchema.parse(JSON.parse(before))).toEqual(read);
      }),
      { numRuns: RUNS },
    );
    expect(plain).toBeGreaterThan(RUNS / 10);
  });

  test.each([
    [{}],
    [{ stream: true, stream_options: { include_usage: true }, max_tokens: 256 }],
    [{ stream: false, stream_options: {}, max_completion_tokens: CHAT_LIMITS.outputTokens }],
    [{ temperature: 2, top_p: 1, user: 'someone' }],
    [{ messages: ['system', 'developer', 'user', 'assistant'].map((role) => ({ role, content: '' })) }],
  ])('is known with %j', (more) => {
    const body = asJson({ ...PLAIN, ...more });
    expect(readPlainChat(body)).toEqual(body);
    expect(chatCompletionBodySchema.parse(body)).toEqual(body);
  });

  test.each([
    ['no model', { messages: MESSAGES }],
    ['no messages', { model: 'm' }],
    ['no message', { ...PLAIN, messages: [] }],
    ['a message without a role', { ...PLAIN, messages: [{ content: 'x' }] }],
    ['a message with parts', { ...PLAIN, messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] }],
    ['a field to drop', { ...PLAIN, messages: [{ role: 'assistant', content: 'x', refusal: null }] }],
    ['too many messages', { ...PLAIN, messages: Array(CHAT_LIMITS.messages + 1).fill(MESSAGES[0]) }],
    ['tools', { ...PLAIN, tools: [] }],
    ['null', { ...PLAIN, max_tokens: null }],
    ['a fraction of a token', { ...PLAIN, max_tokens: 1.5 }],
    ['an unknown field', { ...PLAIN, temprature: 1 }],
    ['a field of every object', { ...PLAIN, toString: 'x' }],
    ['a list', [PLAIN]],
    ['text', 'x'],
  ])('is not one with %s', (_what, body) => {
    expect(readPlainChat(asJson(body))).toBeNull();
  });
});
