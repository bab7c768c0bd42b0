import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../spec/chat-model.ts';
import { COMPATIBLE_QUIRKS, OPENAI_QUIRKS, PRESETS } from './quirks.ts';
import { toRequest } from './to-request.ts';

const sent = (request: Partial<ChatRequest>, stream = false, quirks = OPENAI_QUIRKS) =>
  JSON.parse(JSON.stringify(toRequest({ model: 'm', messages: [], ...request }, stream, quirks)));

describe('the request as it goes out', () => {
  it('names only what the caller named', () => {
    expect(sent({})).toEqual({ model: 'm', messages: [], stream: false });
  });

  it('has every parameter under OpenAI’s name', () => {
    const tool = { type: 'function' as const, function: { name: 'f', parameters: { type: 'object' } } };
    const request = {
      maxOutputTokens: 5,
      temperature: 0,
      topP: 0.5,
      frequencyPenalty: 1,
      presencePenalty: -1,
      stop: ['x'],
      seed: 7,
      n: 2,
      tools: [tool],
      toolChoice: 'required' as const,
      parallelToolCalls: false,
      responseFormat: { type: 'json_object' as const },
      reasoningEffort: 'low',
      logprobs: true,
      topLogprobs: 3,
    };
    expect(sent(request)).toEqual({
      model: 'm',
      messages: [],
      stream: false,
      max_completion_tokens: 5,
      temperature: 0,
      top_p: 0.5,
      frequency_penalty: 1,
      presence_penalty: -1,
      stop: ['x'],
      seed: 7,
      n: 2,
      tools: [tool],
      tool_choice: 'required',
      parallel_tool_calls: false,
      response_format: { type: 'json_object' },
      reasoning_effort: 'low',
      logprobs: true,
      top_logprobs: 3,
    });
  });

  it('asks for usage of a stream only where that is needed', () => {
    expect(sent({}, true)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(sent({}, true, PRESETS.mistral.quirks)).not.toHaveProperty('stream_options');
  });

  it('gives reasoning back to a provider that asks for it, and to no other', () => {
    const messages = [{ role: 'assistant' as const, content: 'Yes.', reasoning_content: 'Hm.' }];
    expect(sent({ messages }, false, PRESETS.deepseek.quirks).messages).toEqual(messages);
    for (const { quirks } of [PRESETS.openai, PRESETS.groq, PRESETS.mistral])
      expect(sent({ messages }, false, quirks).messages).toEqual([{ role: 'assistant', content: 'Yes.' }]);
    const nothing = [{ role: 'assistant' as const, content: 'Yes.', reasoning_content: null }];
    expect(sent({ messages: nothing }, false, PRESETS.deepseek.quirks).messages[0]).not.toHaveProperty(
      'reasoning_content',
    );
  });

  it('speaks the words a compatible server knows', () => {
    const request: Partial<ChatRequest> = { maxOutputTokens: 5, messages: [{ role: 'developer', content: 'x' }] };
    expect(sent(request)).toMatchObject({ max_completion_tokens: 5, messages: [{ role: 'developer' }] });
    const compatible = sent(request, false, COMPATIBLE_QUIRKS);
    expect(compatible).toMatchObject({ max_tokens: 5, messages: [{ role: 'system' }] });
    expect(compatible).not.toHaveProperty('max_completion_tokens');
  });

  it('rewrites ids of tool calls for Mistral, call and result alike', () => {
    const messages: ChatRequest['messages'] = [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_123456', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_123456', content: 'r' },
      { role: 'tool', tool_call_id: 'abcdefgh9', content: 'r' },
    ];
    const body = sent({ messages, seed: 3 }, false, PRESETS.mistral.quirks);
    expect(body.random_seed).toBe(3);
    expect(body.messages[0].tool_calls[0].id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(body.messages[1].tool_call_id).toBe(body.messages[0].tool_calls[0].id);
    expect(body.messages[2].tool_call_id).toBe('abcdefgh9');
  });

  it('passes parts of content on as they are', () => {
    const content = [{ type: 'image_url' as const, image_url: { url: 'https://x/y.png', detail: 'low' as const } }];
    expect(sent({ messages: [{ role: 'user', content }] }).messages).toEqual([{ role: 'user', content }]);
  });
});
