import { describe, expect, it } from 'vitest';
import type { ChatRequest, ToolDefinition } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { toRequest } from './to-request.ts';

const HELLO: ChatRequest = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hi' }] };
const PIXEL = 'data:image/png;base64,AAAA';
const tool = (name: string, more: object = {}): ToolDefinition => ({ type: 'function', function: { name, ...more } });
/** What is sent, as it is written. */
const sent = (more: Partial<ChatRequest>, stream = false) =>
  JSON.parse(JSON.stringify(toRequest({ ...HELLO, ...more }, stream)));

describe('a request', () => {
  it('says whether it streams, which is Ollama’s default, and that no prompt is cut', () => {
    expect(sent({ n: 1, stop: [], responseFormat: { type: 'text' } })).toEqual({
      model: 'llama3.2',
      messages: [{ role: 'user', content: 'Hi' }],
      truncate: false,
      options: {},
      stream: false,
    });
    expect(sent({}, true).stream).toBe(true);
  });

  it('gives every parameter in Ollama’s words', () => {
    const given = {
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.8,
      frequencyPenalty: -0.1,
      presencePenalty: 0.2,
      stop: ['a', 'b'],
      seed: 7,
      logprobs: true,
      topLogprobs: 3,
    };
    expect(sent(given)).toMatchObject({
      logprobs: true,
      top_logprobs: 3,
      options: {
        num_predict: 100,
        temperature: 0.5,
        top_p: 0.8,
        frequency_penalty: -0.1,
        presence_penalty: 0.2,
        stop: ['a', 'b'],
        seed: 7,
      },
    });
  });

  it('tells the conversation, images, tool calls and their results', () => {
    const { messages } = sent({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          name: 'ann',
          content: [
            { type: 'text', text: 'What?' },
            { type: 'image_url', image_url: { url: PIXEL } },
            { type: 'text', text: 'Say.' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at": 1}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'Snow' }] },
        { role: 'tool', tool_call_id: 'unknown', content: 'x' },
        { role: 'assistant', content: 'Snow.' },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What?\nSay.', images: ['AAAA'] },
      { role: 'assistant', content: '', tool_calls: [{ id: 'c1', function: { name: 'look', arguments: { at: 1 } } }] },
      { role: 'tool', content: 'Snow', tool_call_id: 'c1', tool_name: 'look' },
      { role: 'tool', content: 'x', tool_call_id: 'unknown' },
      { role: 'assistant', content: 'Snow.' },
    ]);
  });

  it('shows its tools, and none to a model that is to call none', () => {
    const tools = [tool('a', { description: 'A.', parameters: { type: 'object' }, strict: true }), tool('b')];
    const shown = [
      { type: 'function', function: { name: 'a', description: 'A.', parameters: { type: 'object' } } },
      { type: 'function', function: { name: 'b', parameters: { type: 'object', properties: {} } } },
    ];
    expect(sent({ tools }).tools).toEqual(shown);
    expect(sent({ tools, toolChoice: 'auto' }).tools).toEqual(shown);
    expect(sent({ tools, toolChoice: 'none' })).not.toHaveProperty('tools');
  });

  it('for JSON, with a schema or without', () => {
    const schema = { type: 'object', properties: {} };
    expect(sent({ responseFormat: { type: 'json_object' } }).format).toBe('json');
    const format = { type: 'json_schema' as const, json_schema: { name: 'x', schema } };
    expect(sent({ responseFormat: format }).format).toEqual(schema);
  });

  it.each([
    [undefined, undefined],
    ['none', false],
    ['minimal', 'low'],
    ['low', 'low'],
    ['medium', 'medium'],
    ['high', 'high'],
  ])('with the effort %s thinks %s', (reasoningEffort, think) => {
    expect(sent({ reasoningEffort }).think).toBe(think);
  });

  const image = (url: string) => [{ type: 'image_url' as const, image_url: { url } }];
  const bad = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: 'x' } };
  it.each<[string, Partial<ChatRequest>]>([
    ['n', { n: 2 }],
    ['tool_choice', { toolChoice: 'required', tools: [tool('a')] }],
    ['tool_choice', { toolChoice: { type: 'function', function: { name: 'a' } }, tools: [tool('a')] }],
    ['parallel_tool_calls', { parallelToolCalls: false, tools: [tool('a')] }],
    ['response_format', { responseFormat: { type: 'json_schema', json_schema: { name: 'x' } } }],
    ['reasoning_effort', { reasoningEffort: 'enormous' }],
    ['messages', { messages: [{ role: 'user', content: image('https://x.example/a.png') }] }],
    ['messages', { messages: [{ role: 'user', content: image('data:text/plain,x') }] }],
    ['messages', { messages: [{ role: 'system', content: image(PIXEL) }] }],
    ['messages', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages', { messages: [{ role: 'assistant', tool_calls: [bad] }] }],
  ])('is refused by the name of %s: %j', (param, more) => {
    const refused = (() => {
      try {
        return sent(more);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(ProviderError);
    expect(refused).toMatchObject({ kind: 'invalid_request', param, retryable: false });
  });
});
