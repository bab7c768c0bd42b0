import { describe, expect, it } from 'vitest';
import type { ChatRequest, ToolDefinition } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { toRequest } from './to-request.ts';

const HELLO: ChatRequest = { model: 'command-a-03-2025', messages: [{ role: 'user', content: 'Hi' }] };
const PIXEL = 'data:image/png;base64,AAAA';
const tool = (name: string, more: object = {}): ToolDefinition => ({ type: 'function', function: { name, ...more } });
/** What is sent, as it is written. */
const sent = (more: Partial<ChatRequest>, stream = false) =>
  JSON.parse(JSON.stringify(toRequest({ ...HELLO, ...more }, stream)));

describe('a request', () => {
  it('names no more than was asked', () => {
    expect(sent({ n: 1, stop: [], frequencyPenalty: 0, responseFormat: { type: 'text' } }, true)).toEqual({
      model: 'command-a-03-2025',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
    });
  });

  it('gives every parameter in Cohere’s words', () => {
    const given = {
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.8,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      stop: ['a', 'b'],
      seed: 7,
    };
    expect(sent(given)).toMatchObject({
      max_tokens: 100,
      temperature: 0.5,
      p: 0.8,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      stop_sequences: ['a', 'b'],
      seed: 7,
    });
  });

  it.each([
    [1, 0.99],
    [0, 0.01],
    [0.5, 0.5],
  ])('with a top_p of %s has a p of %s', (topP, p) => {
    expect(sent({ topP }).p).toBe(p);
  });

  it('tells the conversation, images, tool calls and their results', () => {
    const call = { id: 'c1', type: 'function' as const, function: { name: 'look', arguments: '{"at": 1}' } };
    const bare = { id: 'c2', type: 'function' as const, function: { name: 'now', arguments: '' } };
    const { messages } = sent({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          name: 'ann',
          content: [
            { type: 'text', text: '' },
            { type: 'text', text: 'What?' },
            { type: 'image_url', image_url: { url: PIXEL, detail: 'low' } },
            { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
          ],
        },
        { role: 'assistant', content: 'I look.', tool_calls: [call, bare] },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'Snow' }] },
        { role: 'tool', tool_call_id: 'c2', content: 'noon' },
        { role: 'assistant', content: 'Snow.' },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'image_url', image_url: { url: PIXEL, detail: 'low' } },
          { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
        ],
      },
      {
        role: 'assistant',
        tool_plan: 'I look.',
        tool_calls: [call, { ...bare, function: { name: 'now', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'Snow' }] },
      { role: 'tool', tool_call_id: 'c2', content: 'noon' },
      { role: 'assistant', content: 'Snow.' },
    ]);
  });

  it('with tools describes them; a demanded tool is the only one shown', () => {
    const tools = [tool('a', { description: 'A.', parameters: { type: 'object' }, strict: true }), tool('b')];
    const a = { type: 'function', function: { name: 'a', description: 'A.', parameters: { type: 'object' } } };
    const b = { type: 'function', function: { name: 'b', parameters: { type: 'object', properties: {} } } };
    expect(sent({ tools })).toMatchObject({ tools: [a, b], strict_tools: true });
    expect(sent({ tools })).not.toHaveProperty('tool_choice');
    expect(sent({ tools, toolChoice: 'required' })).toMatchObject({ tools: [a, b], tool_choice: 'REQUIRED' });
    expect(sent({ tools, toolChoice: 'none' })).toMatchObject({ tools: [a, b], tool_choice: 'NONE' });
    const named = sent({ tools, toolChoice: { type: 'function', function: { name: 'b' } } });
    expect(named).toMatchObject({ tools: [b], tool_choice: 'REQUIRED' });
    expect(named).not.toHaveProperty('strict_tools');
  });

  it('for JSON, with a schema or without', () => {
    const schema = { type: 'object', properties: {} };
    expect(sent({ responseFormat: { type: 'json_object' } }).response_format).toEqual({ type: 'json_object' });
    const format = { type: 'json_schema' as const, json_schema: { name: 'x', schema } };
    expect(sent({ responseFormat: format }).response_format).toEqual({ type: 'json_object', json_schema: schema });
  });

  it.each<[string, string | undefined, number | undefined, unknown]>([
    ['command-a-reasoning-08-2025', undefined, undefined, undefined],
    ['command-a-reasoning-08-2025', 'none', undefined, { type: 'disabled' }],
    ['command-a-plus-05-2026', 'high', undefined, { type: 'enabled' }],
    ['command-a-plus-05-2026', 'low', undefined, { type: 'enabled', token_budget: 2_048 }],
    ['command-b-01-2027', 'medium', 1_000, { type: 'enabled', token_budget: 750 }],
    ['command-r7b-12-2024', 'none', undefined, undefined],
  ])('of %s with the effort %s and a ceiling of %s thinks so', (model, reasoningEffort, maxOutputTokens, wanted) => {
    expect(sent({ model, reasoningEffort, maxOutputTokens }).thinking).toEqual(wanted);
  });

  const user = (content: ChatRequest['messages'][0]['content']) => ({ role: 'user' as const, content });
  const image = [{ type: 'image_url' as const, image_url: { url: PIXEL } }];
  const bad = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '[1]' } };
  it.each<[string, Partial<ChatRequest>]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['stop', { stop: ['1', '2', '3', '4', '5', '6'] }],
    ['frequency_penalty', { frequencyPenalty: -0.5 }],
    ['presence_penalty', { presencePenalty: 1.5 }],
    ['parallel_tool_calls', { parallelToolCalls: false, tools: [tool('a')] }],
    ['tool_choice', { toolChoice: 'required' }],
    ['tool_choice', { tools: [tool('a')], toolChoice: { type: 'function', function: { name: 'b' } } }],
    ['response_format', { responseFormat: { type: 'json_object' }, tools: [tool('a')] }],
    ['response_format', { responseFormat: { type: 'json_schema', json_schema: { name: 'x' } } }],
    ['reasoning_effort', { reasoningEffort: 'low' }],
    ['reasoning_effort', { model: 'command-a-reasoning-08-2025', reasoningEffort: 'enormous' }],
    ['messages', { messages: [{ role: 'system', content: image }] }],
    ['messages', { messages: [{ role: 'assistant', content: image }] }],
    ['messages', { messages: [{ role: 'tool', tool_call_id: 'c', content: image }] }],
    ['messages', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages', { messages: [{ role: 'assistant', tool_calls: [bad] }] }],
    ['messages', { messages: [user([{ type: 'image_url', image_url: { url: 'data:text/plain,x' } }])] }],
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
