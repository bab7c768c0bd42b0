import { errorBodySchema } from '@q/contract/errors';
import { responseSchema } from '@q/contract/responses';
import { describe, expect, test } from 'vitest';
import type { FakeUpstream } from '../../testing/fake-upstream.ts';
import { callsTwoTools } from '../../testing/messages-stage.ts';
import { eventsOf, textOf, typesOf } from '../../testing/response-events.ts';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { askWith, signUpPerson } from '../../testing/test-person.ts';
import { answers, cutsAfter, gate, isBusy, refuses } from '../../testing/upstream-behaviours.ts';
import { chunkEvent, DONE, finishEvent, streamsText } from '../../testing/upstream-events.ts';

const MODEL = 'openai/gpt-5.5';
const PATH = '/v1/responses';
const CALL = { type: 'function_call', call_id: 'call_a', name: 'weather', arguments: '{"city":"Bern"}' };

const stage = scriptedServer();

const BODY = { model: MODEL, input: 'Hello' };
const TOOLS = [{ type: 'function', name: 'weather', description: 'Tells it.', parameters: { type: 'object' } }];
const send = (more: object = {}, headers?: Record<string, string>) =>
  stage.person.ask('POST', PATH, { ...BODY, ...more }, headers);
const balance = async () => (await stage.person.ask('GET', '/api/v1/balance')).body;
const spent = async () => (await balance()).spent_usd;

describe('a plain answer', () => {
  test('has OpenAI’s shape, our cost and balance, and the headers', async () => {
    const { status, body, headers } = await send({ instructions: 'Be brief.', metadata: { topic: 'greeting' } });
    expect(status).toBe(200);
    expect(responseSchema.strict().safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      object: 'response',
      status: 'completed',
      model: MODEL,
      error: null,
      incomplete_details: null,
      output: [
        {
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hello, world!', annotations: [] }],
        },
      ],
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 4,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 14,
        cost_usd: await spent(),
        balance_usd: (await balance()).available_usd,
      },
      instructions: 'Be brief.',
      metadata: { topic: 'greeting' },
      store: false,
      tool_choice: 'auto',
    });
    const id = headers.get('x-request-id') ?? '';
    expect(body.id).toBe(id.replace('req_', 'resp_'));
    const names = ['x-cost-usd', 'x-balance-usd', 'x-model', 'x-provider', 'x-attempts'];
    const seen = names.map((name) => headers.get(name));
    expect(seen).toEqual([body.usage.cost_usd, body.usage.balance_usd, MODEL, 'openai', '1']);
    expect((await stage.person.ask('GET', `/api/v1/receipts/${id}`)).status).toBe(200);
    expect((await balance()).held_usd).toBe('0.000000000');
  });

  test('sends upstream what was asked', async () => {
    const { status } = await send({
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
        CALL,
        { type: 'function_call_output', call_id: 'call_a', output: 'rain' },
      ],
      instructions: 'Be brief.',
      temperature: 0.2,
      max_output_tokens: 100,
      tools: TOOLS,
      tool_choice: { type: 'function', name: 'weather' },
      parallel_tool_calls: false,
      reasoning: { effort: 'high', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'w', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      include: ['reasoning.encrypted_content'],
      store: true,
      truncation: 'auto',
      prompt_cache_key: 'k',
      client_metadata: { client: 'c' },
      previous_response_id: null,
      background: false,
    });
    expect(status).toBe(200);
    expect(stage.upstream.requests.at(-1)?.body).toMatchObject({
      model: 'gpt-5.5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_a', content: 'rain' },
      ],
      max_completion_tokens: 100,
      temperature: 0.2,
      tools: [{ type: 'function', function: { name: 'weather', description: 'Tells it.' } }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      parallel_tool_calls: false,
      reasoning_effort: 'high',
      response_format: { type: 'json_schema', json_schema: { name: 'w', schema: { type: 'object' }, strict: true } },
    });
  });

  test('of the sandbox needs no provider at all', async () => {
    const { status, body } = await send({ model: 'sandbox/guide' });
    expect([status, body.status, body.output.at(-1).type]).toEqual([200, 'completed', 'message']);
    expect(body.usage.cost_usd).toBe(await spent());
  });

  test('is another model’s of the list when the first cannot answer', async () => {
    const { body, headers } = await send({ model: 'google/gemini-2.5-flash', models: [MODEL] });
    expect([body.status, body.model, headers.get('x-model')]).toEqual(['completed', MODEL, MODEL]);
  });

  test('that reached its ceiling is incomplete', async () => {
    const { body } = await send({ model: 'sandbox/guide', max_output_tokens: 5 });
    expect(body).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      completed_at: null,
      output: [{ status: 'incomplete' }],
    });
  });

  test('that its provider gave up has failed, and says what it cost', async () => {
    stage.upstream.script(answers({ finishReason: 'error' }));
    const { status, body } = await send();
    expect([status, body.status, body.error?.code]).toEqual([200, 'failed', 'server_error']);
    expect(body.usage.cost_usd).toBe(await spent());
    expect(await spent()).not.toBe('0.000000000');
  });

  test('has its ceiling lowered to the balance, unless told not to', async () => {
    // So many images are held for nearly the whole balance.
    const image = { type: 'input_image', image_url: 'https://example.com/a.png' };
    const long = { input: [{ role: 'user', content: Array.from({ length: 132 }, () => image) }] };
    expect((await send(long, { 'x-clamp-max-tokens': 'off' })).status).toBe(402);
    const lowered = await send(long);
    expect(lowered.status).toBe(200);
    expect(Number(lowered.headers.get('x-max-tokens-clamped'))).toBeGreaterThan(0);
  });
});

describe('a streamed answer', () => {
  test('is OpenAI’s events, the charge in the books before the last of them', async () => {
    const { headers, body } = await send({ stream: true });
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(body).not.toContain('[DONE]');
    const events = eventsOf(body);
    expect(typesOf(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      ...Array.from({ length: 4 }, () => 'output_text.delta'),
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(textOf(events)).toBe('Hello, world!');
    const { response } = events.at(-1);
    expect(responseSchema.strict().safeParse(response).error).toBeUndefined();
    expect(response.usage).toMatchObject({ input_tokens: 10, output_tokens: 4, cost_usd: await spent() });
    expect(events[0].response).toMatchObject({ id: response.id, status: 'in_progress', output: [], usage: null });
    expect(response.output[0].content[0].text).toBe('Hello, world!');
  });

  test('of the sandbox needs no provider at all, and one cut by its ceiling ends as incomplete', async () => {
    const whole = eventsOf((await send({ model: 'sandbox/guide', stream: true })).body);
    expect(whole.at(-1).type).toBe('response.completed');
    const cut = eventsOf((await send({ model: 'sandbox/guide', stream: true, max_output_tokens: 5 })).body);
    expect(cut.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'max_output_tokens' }, output: [{ status: 'incomplete' }] },
    });
  });

  test('calls tools, one item each', async () => {
    stage.upstream.script(callsTwoTools);
    const events = eventsOf((await send({ stream: true, tools: TOOLS })).body);
    const begun = ['output_item.added', 'function_call_arguments.delta'];
    const ended = ['function_call_arguments.done', 'output_item.done'];
    expect(typesOf(events).slice(2, -1)).toEqual([begun[0], begun[1], begun[1], ...ended, ...begun, ...ended]);
    expect(events.at(-1).response.output).toMatchObject([
      { ...CALL, status: 'completed' },
      { ...CALL, call_id: 'call_b', arguments: '{"city":"Rome"}' },
    ]);
  });

  test('that the provider cuts has failed, with its cost and an error', async () => {
    stage.upstream.script(cutsAfter(2));
    const events = eventsOf((await send({ stream: true })).body);
    expect(events.at(-2)).toMatchObject({
      type: 'response.failed',
      response: {
        status: 'failed',
        error: { code: 'server_error' },
        output: [{ status: 'incomplete', content: [{ text: 'piece piece ' }] }],
        usage: { usage_source: 'counted', cost_usd: await spent() },
      },
    });
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'upstream_error', error: { code: 'upstream_error' } });
    expect(typesOf(events)).not.toContain('completed');
    expect(typesOf(events)).not.toContain('output_item.done');
    expect(await spent()).not.toBe('0.000000000');
  });

  test('whose tool calls cannot be put together ends with an error, and what came is charged', async () => {
    const call = (index: number, more: object) => chunkEvent({ tool_calls: [{ index, ...more }] });
    const whole = (index: number) =>
      call(index, { id: `call_${index}`, type: 'function', function: { name: 'weather', arguments: '{}' } });
    stage.upstream.script(
      streamsText(whole(0) + whole(1) + call(0, { function: { arguments: '{"city":1}' } }) + finishEvent() + DONE),
    );
    const events = eventsOf((await send({ stream: true, tools: TOOLS })).body);
    expect(typesOf(events).slice(-2)).toEqual(['failed', 'error']);
    expect(typesOf(events)).not.toContain('completed');
    await expect.poll(async () => (await balance()).held_usd).toBe('0.000000000');
    expect(await spent()).not.toBe('0.000000000');
  });

  test('that a client leaves is charged for what came', async () => {
    stage.upstream.script(gate(answers(), ['Once ', 'upon ']).behaviour);
    const controller = new AbortController();
    const response = await fetch(stage.server.url + PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.person.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...BODY, stream: true }),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
    await expect.poll(() => stage.upstream.requests.at(-1)?.isAborted).toBe(true);
    await expect.poll(async () => (await balance()).held_usd).toBe('0.000000000');
    expect(await spent()).not.toBe('0.000000000');
  });
});

describe('an error', () => {
  test('402 has the figures', async () => {
    stage.person = await signUpPerson(stage.server.url, 0);
    for (const stream of [false, true]) {
      const { status, body } = await send({ stream });
      expect([status, body.error.code, body.error.available_usd]).toEqual([402, 'insufficient_balance', '0.000000000']);
    }
  });

  test.each([
    ['openai/gpt-4', 410, 'model_retired'],
    ['google/gemini-2.5-flash', 503, 'model_unavailable'],
    ['nobody/nothing', 404, 'model_not_found'],
  ])('for the model %s is %i', async (model, status, code) => {
    for (const stream of [false, true]) {
      const answer = await send({ model, stream });
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    }
  });

  test.each<[object, string, string]>([
    [{ input: undefined }, 'input', 'input'],
    [{ input: [] }, 'input', 'input'],
    [{ input: 5 }, 'input', 'must be text or a list of items'],
    [{ input: [{ role: 'tool', content: 'x' }] }, 'input', '0: role'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] }, 'input', '"input_file" cannot'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input', 'text'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] }, 'input', 'not stored here'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input', 'nothing is stored here'],
    [{ input: [{ type: 'web_search_call', id: 'w' }] }, 'input', '"web_search_call" cannot'],
    [{ input: [CALL] }, 'input.0', 'no function_call_output'],
    [{ input: [{ type: 'function_call_output', call_id: 'c', output: '' }] }, 'input.0', 'no function_call'],
    [{ tools: [{ type: 'web_search' }] }, 'tools.0.type', '"web_search" are not offered'],
    [{ tool_choice: { type: 'file_search' } }, 'tool_choice', 'must be none, auto'],
    [{ previous_response_id: 'resp_1' }, 'previous_response_id', 'nothing is stored here'],
    [{ conversation: 'conv_1' }, 'conversation', 'nothing is stored here'],
    [{ prompt: { id: 'p' } }, 'prompt', 'nothing is stored here'],
    [{ background: true }, 'background', 'not made in the background'],
    [{ temperature: 3 }, 'temperature', 'temperature'],
    [{ max_output_tokens: 0 }, 'max_output_tokens', 'max_output_tokens'],
    [{ include: ['everything'] }, 'include.0', 'include'],
    [{ messages: [] }, 'messages', 'messages'],
    [{ model: 'sandbox/guide', tools: TOOLS, tool_choice: 'required' }, 'tool_choice', 'tool'],
  ])('for %j is 400 and names it, and nothing goes anywhere', async (more, param, words) => {
    const before = stage.upstream.requests.length;
    const { status, body } = await send(more);
    expect([status, errorBodySchema.safeParse(body).error]).toEqual([400, undefined]);
    expect([body.error.code, body.error.message]).toEqual(['invalid_request', expect.stringContaining(words)]);
    expect(body.error.param ?? '').toBe(param);
    expect(stage.upstream.requests).toHaveLength(before);
    expect(await spent()).toBe('0.000000000');
  });

  test('that is told by the chat format’s name of a parameter has the name it has here', async () => {
    stage.upstream.script(refuses(400, 'too hot', { param: 'messages' }));
    expect((await send()).body.error).toMatchObject({ code: 'invalid_request', param: 'input' });
    const long = await send({ input: 'many words '.repeat(1_500_000) });
    expect([long.status, long.body.error.param]).toEqual([400, 'input']);
  });

  test.each<[string, () => Parameters<FakeUpstream['script']>[0], number, string]>([
    ['busy', () => isBusy('7'), 503, 'upstream_unavailable'],
    ['broken', () => refuses(500, 'broken'), 502, 'upstream_error'],
    ['not content', () => refuses(400, 'temperature is too hot'), 400, 'invalid_request'],
    ['not accepting our key', () => refuses(401, 'Incorrect API key'), 502, 'upstream_error'],
  ])(
    'of a provider that is %s has its status, plain and streamed, and no charge',
    async (_, behaviour, status, code) => {
      for (const stream of [false, true]) {
        stage.upstream.script(behaviour());
        const answer = await send({ stream });
        expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      }
      expect(await spent()).toBe('0.000000000');
    },
  );

  test('for a key that is missing or may not do this', async () => {
    expect((await askWith(stage.server.url, null)('POST', PATH, BODY)).status).toBe(401);
    const { body } = await stage.person.ask('POST', '/api/v1/keys', { name: 'reader', permissions: ['read'] });
    expect((await askWith(stage.server.url, body.key)('POST', PATH, BODY)).status).toBe(403);
  });
});

test('the OpenAPI document has the path', async () => {
  const document = (await (await fetch(`${stage.server.url}/openapi.json`)).json()) as {
    paths: Record<string, { post?: { requestBody?: unknown; tags?: string[]; parameters?: { name: string }[] } }>;
  };
  const { tags, requestBody, parameters } = document.paths[PATH]?.post ?? {};
  expect([tags, Boolean(requestBody)]).toEqual([['Models'], true]);
  expect(parameters?.map(({ name }) => name)).toContain('idempotency-key');
});
