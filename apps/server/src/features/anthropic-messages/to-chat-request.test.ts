import { anthropicMessagesRequestSchema } from '@q/contract/anthropic-messages';
import { chatCompletionRequestSchema } from '@q/contract/chat';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelFixture } from '../catalog/model-fixture.ts';
import { toChatRequest } from './to-chat-request.ts';

const plain = modelFixture({ id: 'sandbox/guide' });
const reasoning = modelFixture({ id: 'sandbox/thinker', capabilities: ['text', 'reasoning'] });
const BODY = { model: 'sandbox/guide', max_tokens: 20_000, messages: [{ role: 'user', content: 'Hi' }] };

/** A request after it has passed the schema, as the route has it. */
function converted(more: object, model = plain) {
  return toChatRequest(anthropicMessagesRequestSchema.parse({ ...BODY, ...more }), model);
}
const messages = (list: object[], more: object = {}) => converted({ messages: list, ...more }).messages;
const PNG = { type: 'base64', media_type: 'image/png', data: 'AAAA' };

describe('the system prompt', () => {
  it.each<[unknown, unknown]>([
    ['Be brief.', [{ role: 'system', content: 'Be brief.' }]],
    [
      [
        { type: 'text', text: 'One.', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: 'Two.' },
      ],
      [{ role: 'system', content: 'One.\n\nTwo.' }],
    ],
    ['', []],
    [[], []],
    [undefined, []],
  ])('%j comes first', (system, wanted) => {
    expect(messages(BODY.messages, { system })).toEqual([...(wanted as object[]), { role: 'user', content: 'Hi' }]);
  });

  it('may also come in the middle', () => {
    const list = [...BODY.messages, { role: 'system', content: [{ type: 'text', text: 'Now in French.' }] }];
    expect(messages(list).at(-1)).toEqual({ role: 'system', content: 'Now in French.' });
  });
});

describe('messages', () => {
  it('of a turn with tools become calls and results, the results first and directly after their calls', () => {
    const list = [
      { role: 'user', content: [{ type: 'text', text: 'Look' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'x' },
          { type: 'redacted_thinking', data: 'y' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 }, caller: { type: 'direct' } },
          { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Well?' },
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'one' },
          { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'gone' }], is_error: true },
        ],
      },
    ];
    const call = (id: string, text: string) => ({ id, type: 'function', function: { name: 'look', arguments: text } });
    expect(messages(list)).toEqual([
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: 'I look.', tool_calls: [call('toolu_1', '{"at":1}'), call('toolu_2', '{}')] },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'one' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'Error: gone' },
      { role: 'user', content: 'Well?' },
    ]);
  });

  it('bring their images, those of results after the results', () => {
    const list = [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          { type: 'text', text: 'What is it?' },
          { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: PNG }] },
        ],
      },
    ];
    expect(messages(list)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: '[An image follows.]' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          { type: 'text', text: 'What is it?' },
        ],
      },
    ]);
  });

  it('bring documents that are text', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'Once.' };
    const content = [
      { type: 'document', source, title: 'Tale' },
      { type: 'text', text: 'Sum up.' },
    ];
    expect(messages([{ role: 'user', content }])).toEqual([{ role: 'user', content: 'Tale\n\nOnce.\n\nSum up.' }]);
  });

  it('of the assistant that hold nothing but thoughts are left out', () => {
    const thought = { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: '' }] };
    expect(messages([...BODY.messages, thought])).toEqual([{ role: 'user', content: 'Hi' }]);
  });

  it('in which nothing is left are refused', () => {
    const thought = { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.' }] };
    expect(() => messages([thought], { system: 'Be brief.' })).toThrow(expect.objectContaining({ param: 'messages' }));
  });

  it('end with a result that has no content', () => {
    const content = [{ type: 'tool_result', tool_use_id: 'a' }];
    expect(messages([{ role: 'user', content }])).toEqual([{ role: 'tool', tool_call_id: 'a', content: '' }]);
  });

  it.each([
    ['user', { type: 'tool_use', id: 'a', name: 'f', input: {} }],
    ['user', { type: 'thinking', thinking: 'Hm.', signature: '' }],
    ['assistant', { type: 'image', source: PNG }],
    ['assistant', { type: 'tool_result', tool_use_id: 'a' }],
    ['system', { type: 'image', source: PNG }],
  ])('of the role %s refuse %j by its place', (role, block) => {
    const refused = () => messages([...BODY.messages, { role, content: [block] }]);
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'messages.1.content' }));
    expect(refused).toThrow(new RegExp(`^messages\\.1\\.content: .*${block.type}.*${role}`));
  });
});

describe('marks of what is to be cached', () => {
  const claude = modelFixture({ id: 'anthropic/claude' });
  const marked = { cache_control: { type: 'ephemeral', ttl: '1h' } };
  const mark = { cache_control: { type: 'ephemeral' } };
  const body = {
    system: [
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B', ...marked },
    ],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Look' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.', ...marked },
          { type: 'tool_use', id: 'a', name: 'f', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'one', ...marked }] },
    ],
  };

  it('reach Anthropic’s models', () => {
    expect(converted(body, claude).messages).toMatchObject([
      {
        role: 'system',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: 'B', ...mark },
        ],
      },
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: [{ type: 'text', text: 'I look.', ...mark }], tool_calls: [{ id: 'a' }] },
      { role: 'tool', content: [{ type: 'text', text: 'one', ...mark }] },
    ]);
  });

  it('of a whole request stand at its end', () => {
    const [last] = converted({ cache_control: marked.cache_control }, claude).messages;
    expect(last).toEqual({ role: 'user', content: [{ type: 'text', text: 'Hi', ...mark }] });
  });

  it('reach no others', () => {
    const all = JSON.stringify([converted(body), converted({ cache_control: marked.cache_control })]);
    expect(all).not.toContain('cache_control');
  });
});

describe('parameters', () => {
  it('keep their meaning', () => {
    const given = { stream: true, temperature: 0.2, top_p: 0.9, stop_sequences: ['END'], metadata: { user_id: 'u' } };
    expect(converted(given)).toEqual({
      model: 'sandbox/guide',
      messages: [{ role: 'user', content: 'Hi' }],
      max_tokens: 20_000,
      stream: true,
      temperature: 0.2,
      top_p: 0.9,
      stop: ['END'],
    });
  });

  it.each<[object | undefined, unknown, unknown]>([
    [undefined, undefined, undefined],
    [{ type: 'auto' }, 'auto', undefined],
    [{ type: 'auto', disable_parallel_tool_use: true }, 'auto', false],
    [{ type: 'any', disable_parallel_tool_use: false }, 'required', undefined],
    [
      { type: 'tool', name: 'look', disable_parallel_tool_use: true },
      { type: 'function', function: { name: 'look' } },
      false,
    ],
    [{ type: 'none' }, 'none', undefined],
  ])('tool_choice %j', (tool_choice, choice, parallel) => {
    const input_schema = { type: 'object', properties: { at: { type: 'integer' } } };
    const tools = [
      { name: 'look', description: 'Looks.', input_schema, cache_control: { type: 'ephemeral' } },
      { type: 'custom', name: 'bare', input_schema: {}, strict: true },
    ];
    const request = converted({ tools, tool_choice });
    expect(request.tools).toEqual([
      { type: 'function', function: { name: 'look', description: 'Looks.', parameters: input_schema } },
      { type: 'function', function: { name: 'bare', parameters: {}, strict: true } },
    ]);
    expect([request.tool_choice, request.parallel_tool_calls]).toEqual([choice, parallel]);
  });

  it.each<[object, string | undefined]>([
    [{}, undefined],
    [{ thinking: { type: 'disabled' } }, 'none'],
    [{ thinking: { type: 'adaptive' } }, 'high'],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 1_024 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 4_096 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 10_000 } }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 19_999 } }, 'high'],
    [{ output_config: { effort: 'max' } }, 'max'],
  ])('%j is the effort %s, and none on a model that does not reason', (more, effort) => {
    expect(converted(more, reasoning).reasoning_effort).toBe(effort);
    expect(converted(more).reasoning_effort).toBeUndefined();
  });

  it('a budget of thinking that leaves nothing for the answer is refused', () => {
    const thinking = { type: 'enabled', budget_tokens: 20_000 };
    expect(() => converted({ thinking })).toThrow(/^thinking\.budget_tokens: must be less than max_tokens/);
  });

  it('a thread is refused in the words that clients know', () => {
    expect(() => converted({ thread: { type: 'create' } })).toThrow(
      expect.objectContaining({
        param: 'thread',
        extra: { error_code: 'thread_unsupported_request', unsupported: [] },
      }),
    );
  });

  it('output_config.format is a JSON schema', () => {
    const schema = { type: 'object' };
    expect(converted({ output_config: { format: { type: 'json_schema', schema } } }).response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema },
    });
  });
});

/** A word or two; the schema takes any text. */
const text = fc.string({ maxLength: 12 });
const block = (role: string) =>
  fc.oneof(
    fc.record({ type: fc.constant('text'), text }),
    role === 'user'
      ? fc.record({ type: fc.constant('tool_result'), tool_use_id: fc.constant('a'), content: text })
      : fc.record({
          type: fc.constant('tool_use'),
          id: fc.constant('a'),
          name: fc.constant('f'),
          input: fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
        }),
  );
const message = fc
  .constantFrom('user', 'assistant')
  .chain((role) =>
    fc.record({ role: fc.constant(role), content: fc.oneof(text, fc.array(block(role), { maxLength: 4 })) }),
  );

it('whatever the conversation, it becomes one that the chat format takes, without a word lost', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), (random) => {
      const list = [...random, { role: 'user', content: 'Hi' }];
      const request = converted({ messages: list });
      expect(chatCompletionRequestSchema.shape.messages.safeParse(request.messages).success).toBe(true);
      const said = JSON.stringify(request.messages);
      for (const { content } of list)
        for (const word of typeof content === 'string' ? [content] : content.flatMap((one) => Object.values(one)))
          if (typeof word === 'string' && word !== '' && !['text', 'tool_use', 'tool_result'].includes(word))
            expect(said).toContain(JSON.stringify(word).slice(1, -1));
    }),
  );
});
