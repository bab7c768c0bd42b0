import { describe, expect, it } from 'vitest';
import { fromResponse } from './from-response.ts';
import { OPENAI_QUIRKS } from './quirks.ts';

const first = (choice: object, more: object = {}) =>
  fromResponse({ id: 'chatcmpl-7', choices: [choice], ...more }, OPENAI_QUIRKS).choices[0];
const call = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

describe('reading a whole answer', () => {
  it('reads reasoning from either field, and once when both say it', () => {
    expect(first({ message: { content: 'a', reasoning: 'r' } })).toMatchObject({ text: 'a', reasoning: 'r' });
    expect(first({ message: { content: 'a', reasoning_content: 'r', reasoning: 'r' } })).toMatchObject({
      reasoning: 'r',
    });
  });

  it('reads content in an array', () => {
    const content = [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'a' },
      'b',
      { type: 'reference', ids: [1] },
    ];
    expect(first({ message: { content } })).toMatchObject({ text: 'ab', reasoning: 'hm' });
  });

  it('reads tool calls, with an id where there is none, and arguments that are an object', () => {
    const calls = [call('c1', 'f', '{}'), { function: { name: 'g', arguments: { a: 1 } } }, { function: {} }, null];
    expect(first({ message: { tool_calls: calls }, finish_reason: 'tool_calls' })).toMatchObject({
      toolCalls: [call('c1', 'f', '{}'), call('call_chatcmpl7_0_1', 'g', '{"a":1}')],
      finishReason: 'tool_calls',
    });
  });

  it('reads the function call that tool calls replaced', () => {
    const message = { content: null, function_call: { name: 'f', arguments: '{"a":1}' } };
    expect(first({ message, finish_reason: 'function_call' })).toMatchObject({
      toolCalls: [call('call_chatcmpl7_0_0', 'f', '{"a":1}')],
      finishReason: 'tool_calls',
      rawFinishReason: 'function_call',
    });
  });

  it('says why it ended even when the provider does not', () => {
    expect(first({ message: { content: 'a' } })).toMatchObject({ finishReason: 'stop', rawFinishReason: null });
    expect(first({ message: { tool_calls: [call('c', 'f', '')] } })).toMatchObject({ finishReason: 'tool_calls' });
    expect(first({ message: { content: 'a' }, finish_details: { type: 'max_tokens' } })).toMatchObject({
      finishReason: 'length',
    });
  });

  it('keeps refusals', () => {
    expect(first({ message: { content: null, refusal: 'No.' } })).toMatchObject({ text: '', refusal: 'No.' });
  });

  it.each([[{}], [{ choices: [] }], [{ choices: null }], [{ choices: [null, 1] }], [null]])('throws for %j', (body) => {
    expect(() => fromResponse(body, OPENAI_QUIRKS)).toThrow('The provider answered without an answer.');
  });
});
