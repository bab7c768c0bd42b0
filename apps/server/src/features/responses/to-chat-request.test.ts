import { type ResponsesRequest, responsesRequestSchema } from '@q/contract/responses';
import { describe, expect, it } from 'vitest';
import { toChatRequest } from './to-chat-request.ts';

const read = (more: object) => toChatRequest(responsesRequestSchema.parse({ model: 'm', input: 'Hi', ...more }));
const messagesOf = (input: unknown, more: object = {}) => read({ input, ...more }).messages;
const call = (id: string, name = 'look') => ({ type: 'function_call', call_id: id, name, arguments: '{"a":1}' });
const result = (id: string, output: unknown = `of ${id}`) => ({ type: 'function_call_output', call_id: id, output });
const told = (id: string, content = `of ${id}`) => ({ role: 'tool', tool_call_id: id, content });
const asked = (...ids: string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'look', arguments: '{"a":1}' } })),
});

describe('the input', () => {
  it('as text is the user’s message, after the instructions', () => {
    expect(messagesOf('Hi', { instructions: 'Be brief.' })).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  it('keeps roles and joins texts, with or without a type', () => {
    const parts = [
      { type: 'input_text', text: 'One' },
      { type: 'input_text', text: 'Two' },
    ];
    expect(
      messagesOf([
        { type: 'message', role: 'developer', content: 'Rules' },
        { role: 'system', content: parts },
        { role: 'user', content: parts },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Yes', annotations: [], logprobs: [] }] },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No' }] },
      ]),
    ).toEqual([
      { role: 'developer', content: 'Rules' },
      { role: 'system', content: 'One\n\nTwo' },
      { role: 'user', content: 'One\n\nTwo' },
      { role: 'assistant', content: 'Yes' },
      { role: 'assistant', content: 'No' },
    ]);
  });

  it('keeps the user’s images', () => {
    const image = (detail?: string) => ({ type: 'input_image', image_url: 'https://example.com/a.png', detail });
    const content = [{ type: 'input_text', text: 'See' }, image(), image('low'), image('original')];
    const url = 'https://example.com/a.png';
    expect(messagesOf([{ role: 'user', content }])[0]?.content).toEqual([
      { type: 'text', text: 'See' },
      { type: 'image_url', image_url: { url } },
      { type: 'image_url', image_url: { url, detail: 'low' } },
      { type: 'image_url', image_url: { url, detail: 'high' } },
    ]);
  });

  it.each([
    ['calls beside one another', [call('a'), call('b'), result('a'), result('b')]],
    ['results in another order', [call('a'), call('b'), result('b'), result('a')]],
    [
      'thoughts between calls',
      [
        { type: 'reasoning', id: 'r', summary: [] },
        call('a'),
        { type: 'reasoning' },
        call('b'),
        result('a'),
        result('b'),
      ],
    ],
  ])('of %s is one message of the assistant, then the results', (_, items) => {
    expect(messagesOf(items)).toEqual([asked('a', 'b'), told('a'), told('b')]);
  });

  it('of calls one after another is a message each, even of the same id', () => {
    const items = [call('a'), result('a', 'first'), call('a'), result('a', 'second')];
    expect(messagesOf(items)).toEqual([asked('a'), told('a', 'first'), asked('a'), told('a', 'second')]);
  });

  it('puts what was said beside a call into its message, and results before what came between', () => {
    const between = { role: 'user', content: 'Wait' };
    expect(messagesOf([{ role: 'assistant', content: 'I look.' }, call('a'), between, result('a')])).toEqual([
      { ...asked('a'), content: 'I look.' },
      told('a'),
      between,
    ]);
  });

  it('puts images of results into a message of the user’s after all results', () => {
    const image = { type: 'input_image', image_url: 'data:image/png;base64,AA' };
    const shown = [{ type: 'input_text', text: 'Done' }, image];
    expect(messagesOf([call('a'), call('b'), result('a', shown), result('b')])).toEqual([
      asked('a', 'b'),
      told('a', 'Done\n\n[An image follows.]'),
      told('b'),
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
        ],
      },
    ]);
  });

  it.each([
    ['a call without a result', [call('a'), { role: 'user', content: 'Hi' }], 'input.0'],
    ['a result without a call', [{ role: 'user', content: 'Hi' }, result('a')], 'input.1'],
    ['a result before its call', [result('a'), call('a')], 'input.0'],
    ['two results of a call', [call('a'), result('a'), result('a')], 'input.2'],
    ['nothing but thoughts', [{ type: 'reasoning', id: 'r', summary: [] }], 'input'],
    [
      'an image of the assistant’s',
      [{ role: 'assistant', content: [{ type: 'input_image', image_url: 'https://example.com/a' }] }],
      'input.0.content',
    ],
  ])('with %s is refused by name', (_, items, param) => {
    expect(() => messagesOf(items)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('takes back what an answer had in it', () => {
    const output = [
      { type: 'reasoning', id: 'rs_1', status: 'completed', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      {
        type: 'message',
        id: 'msg_1',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'I look.', annotations: [], logprobs: [], parsed: null }],
      },
      { ...call('a'), id: 'fc_1', status: 'completed', parsed_arguments: { a: 1 } },
    ];
    expect(messagesOf([{ role: 'user', content: 'Hi' }, ...output, result('a')])).toEqual([
      { role: 'user', content: 'Hi' },
      { ...asked('a'), content: 'I look.' },
      told('a'),
    ]);
  });
});

describe('the parameters', () => {
  const tool = { type: 'function', name: 'look', parameters: { type: 'object' } };

  it.each<[object, object]>([
    [{ max_output_tokens: 9 }, { max_completion_tokens: 9 }],
    [
      { temperature: 0.5, top_p: 0.1, stream: true },
      { temperature: 0.5, top_p: 0.1, stream: true },
    ],
    [{ reasoning: { effort: 'low', summary: 'auto' } }, { reasoning_effort: 'low' }],
    [{ top_logprobs: 3 }, { logprobs: true, top_logprobs: 3 }],
    [{ include: ['message.output_text.logprobs'] }, { logprobs: true }],
    [{ text: { format: { type: 'json_object' } } }, { response_format: { type: 'json_object' } }],
    [
      {
        text: {
          format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true, description: 'd' },
        },
      },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', schema: { type: 'object' }, strict: true, description: 'd' },
        },
      },
    ],
    [
      { tools: [tool], tool_choice: 'required', parallel_tool_calls: false },
      { tool_choice: 'required', parallel_tool_calls: false },
    ],
    [
      { tools: [tool], tool_choice: { type: 'function', name: 'look' } },
      { tool_choice: { type: 'function', function: { name: 'look' } } },
    ],
  ])('%j become %j', (more, wanted) => {
    expect(read(more)).toMatchObject(wanted);
  });

  it('that nobody named are not sent', () => {
    const { model, messages, ...rest } = read({});
    expect([model, messages]).toEqual(['m', [{ role: 'user', content: 'Hi' }]]);
    expect(Object.values(rest).filter((value) => value !== undefined)).toEqual([]);
  });

  it.each([
    [undefined, undefined],
    [null, undefined],
    [false, undefined],
    [true, true],
  ])('a tool that is strict: %s is strict: %s', (strict, wanted) => {
    expect(read({ tools: [{ ...tool, strict }] }).tools?.[0]?.function.strict).toBe(wanted);
  });

  it('about tools vanish where there are none, but for one that is demanded', () => {
    const free: Partial<ResponsesRequest> = { tools: [], tool_choice: 'auto', parallel_tool_calls: true };
    expect(read(free)).toMatchObject({ tools: undefined, tool_choice: undefined, parallel_tool_calls: undefined });
    expect(read({ tool_choice: 'required' })).toMatchObject({ tool_choice: 'required' });
  });
});
