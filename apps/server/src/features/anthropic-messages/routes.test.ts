import { anthropicErrorSchema, anthropicMessageSchema } from '@q/contract/anthropic-messages';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  callsTwoTools,
  createMessagesStage,
  MESSAGES_BODY,
  MESSAGES_PATH,
  type MessagesStage,
  messageEventsOf,
  messageTextOf,
  WEATHER_TOOLS,
} from '../../testing/messages-stage.ts';
import { answers, cutsAfter, gate } from '../../testing/upstream-behaviours.ts';
import { chunkEvent, DONE, finishEvent, sendsJson, streamsText } from '../../testing/upstream-events.ts';

let stage: MessagesStage;
beforeAll(async () => {
  stage = await createMessagesStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

describe('a plain answer', () => {
  test('has Anthropic’s shape, our cost and balance, and the headers', async () => {
    const { status, body, headers } = await stage.send();
    expect(status).toBe(200);
    expect(anthropicMessageSchema.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: MESSAGES_BODY.model,
      content: [{ type: 'text', text: 'Hello, world!' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, output_tokens: 4, cost_usd: await stage.spent() },
    });
    const id = headers.get('x-request-id') ?? '';
    expect(body.id).toBe(id.replace('req_', 'msg_'));
    const seen = ['x-cost-usd', 'x-balance-usd', 'x-model', 'x-provider', 'request-id'].map((name) =>
      headers.get(name),
    );
    expect(seen).toEqual([body.usage.cost_usd, body.usage.balance_usd, MESSAGES_BODY.model, 'openai', id]);
    expect(
      (await stage.ask('GET', `/api/v1/receipts/${id}`)).body.charge?.charged_usd ?? 'in another shape',
    ).toBeTruthy();
    expect((await stage.balance()).held_usd).toBe('0.000000000');
  });

  test('sends upstream what was asked', async () => {
    const { status } = await stage.send({
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      temperature: 0.2,
      stop_sequences: ['END'],
      tools: WEATHER_TOOLS,
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      thinking: { type: 'adaptive' },
      metadata: { user_id: 'u' },
      service_tier: 'auto',
    });
    expect(status).toBe(200);
    expect(stage.openai.requests.at(-1)?.body).toMatchObject({
      model: 'gpt-5.5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      max_completion_tokens: 100,
      temperature: 0.2,
      stop: ['END'],
      tools: [{ type: 'function', function: { name: 'weather', description: 'Tells it.' } }],
      tool_choice: 'required',
      parallel_tool_calls: false,
      reasoning_effort: 'high',
    });
  });

  test('of the sandbox needs no provider at all', async () => {
    const { status, body } = await stage.send({ model: 'sandbox/guide', max_tokens: 1_000 });
    expect([status, body.stop_reason, body.content[0].type]).toEqual([200, 'end_turn', 'text']);
    expect(body.usage.cost_usd).toBe(await stage.spent());
  });

  test('that its provider gave up is an error that says what it cost, and is not to be tried again', async () => {
    stage.openai.script(answers({ finishReason: 'error' }));
    const { status, body, headers } = await stage.send();
    expect([status, body.error?.type]).toEqual([500, 'api_error']);
    expect([headers.get('x-should-retry'), headers.get('x-cost-usd')]).toEqual(['false', await stage.spent()]);
    expect(await stage.spent()).not.toBe('0.000000000');
  });
});

describe('a streamed answer', () => {
  test('is Anthropic’s events, the charge in the books before the last of them', async () => {
    const { headers, body } = await stage.send({ stream: true });
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = messageEventsOf(body);
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      ...Array.from({ length: 4 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(messageTextOf(events)).toBe('Hello, world!');
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: 10, output_tokens: 4, cost_usd: await stage.spent() },
    });
  });

  test('of the sandbox needs no provider at all', async () => {
    const events = messageEventsOf((await stage.send({ model: 'sandbox/guide', stream: true, max_tokens: 12 })).body);
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'max_tokens' },
      usage: { cost_usd: await stage.spent() },
    });
    expect(events.at(-1)).toEqual({ type: 'message_stop' });
  });

  test('calls tools, one block each', async () => {
    stage.openai.script(callsTwoTools);
    const events = messageEventsOf((await stage.send({ stream: true, tools: WEATHER_TOOLS })).body);
    const begun = events.filter(({ type }) => type === 'content_block_start').map((event) => event.content_block);
    expect(begun).toMatchObject([
      { type: 'tool_use', id: 'call_a', name: 'weather', input: {} },
      { type: 'tool_use', id: 'call_b', name: 'weather', input: {} },
    ]);
    const json = (index: number) =>
      events.map((event) => (event.index === index ? (event.delta?.partial_json ?? '') : '')).join('');
    expect([json(0), json(1)]).toEqual(['{"city":"Bern"}', '{"city":"Rome"}']);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  test('that the provider cuts ends with an error and its cost, and without message_stop', async () => {
    stage.openai.script(cutsAfter(2));
    const events = messageEventsOf((await stage.send({ stream: true })).body);
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      error: { type: 'api_error', details: { error_code: 'upstream_error' } },
      usage: { usage_source: 'counted', cost_usd: await stage.spent() },
    });
    expect(events.map(({ type }) => type)).not.toContain('message_stop');
    expect(await stage.spent()).not.toBe('0.000000000');
  });

  test('whose tool calls cannot be put together ends with an error, and what came is charged', async () => {
    const call = (index: number, more: object) => chunkEvent({ tool_calls: [{ index, ...more }] });
    const whole = (index: number) =>
      call(index, { id: `call_${index}`, type: 'function', function: { name: 'weather', arguments: '{}' } });
    stage.openai.script(
      streamsText(whole(0) + whole(1) + call(0, { function: { arguments: '{"city":1}' } }) + finishEvent() + DONE),
    );
    const events = messageEventsOf((await stage.send({ stream: true, tools: WEATHER_TOOLS })).body);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
    expect(events.map(({ type }) => type)).not.toContain('message_stop');
    await expect.poll(async () => (await stage.balance()).held_usd).toBe('0.000000000');
    expect(await stage.spent()).not.toBe('0.000000000');
  });

  test('that a client leaves is charged for what came', async () => {
    stage.openai.script(gate(answers(), ['Once ', 'upon ']).behaviour);
    const controller = new AbortController();
    const response = await fetch(stage.server.url + MESSAGES_PATH, {
      method: 'POST',
      headers: { 'x-api-key': (await stage.newKey()) ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ ...MESSAGES_BODY, stream: true }),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
    await expect.poll(() => stage.openai.requests.at(-1)?.isAborted).toBe(true);
    await expect.poll(async () => (await stage.balance()).held_usd).toBe('0.000000000');
    expect(await stage.spent()).not.toBe('0.000000000');
  });
});

describe('a model of Anthropic’s', () => {
  const usage = { input_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 4 };
  const answer = {
    type: 'message',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 's' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Bern' } },
    ],
    stop_reason: 'tool_use',
    usage,
  };

  test.each(['anthropic/claude-haiku-4-5', 'claude-haiku-4-5', 'claude-haiku-4-5-20251001'])(
    'is found by the name %s, and its usage counts the cache apart',
    async (model) => {
      stage.anthropic.script(sendsJson(200, JSON.stringify(answer)));
      const { status, body } = await stage.send({ model, tools: WEATHER_TOOLS });
      expect(status).toBe(200);
      expect(stage.anthropic.requests.at(-1)?.body).toMatchObject({
        model: 'claude-haiku-4-5-20251001',
        max_tokens: 100,
      });
      expect(body).toMatchObject({
        model: 'anthropic/claude-haiku-4-5',
        content: [{ type: 'thinking' }, { type: 'text' }, { type: 'tool_use', id: 'toolu_1', input: { city: 'Bern' } }],
        stop_reason: 'tool_use',
        usage: { ...usage, cost_usd: await stage.spent(), usage_source: 'provider' },
      });
    },
  );

  test('is told what to cache', async () => {
    stage.anthropic.script(sendsJson(200, JSON.stringify(answer)));
    const block = { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } };
    await stage.send({ model: 'claude-haiku-4-5', system: [block] });
    expect(stage.anthropic.requests.at(-1)?.body).toMatchObject({ system: [block] });
  });
});

describe('count_tokens', () => {
  test('is our count, free of charge, and nothing goes upstream', async () => {
    await stage.reset(0);
    const before = stage.openai.requests.length;
    const short = await stage.count();
    expect([short.status, short.body]).toEqual([200, { input_tokens: 6 }]);
    const long = await stage.count({ system: 'x'.repeat(4_000), tools: WEATHER_TOOLS, thinking: { type: 'adaptive' } });
    expect(long.body.input_tokens).toBeGreaterThan(1_000);
    expect(stage.openai.requests).toHaveLength(before);
    expect((await stage.balance()).spent_usd).toBe('0.000000000');
  });

  test.each<[object, number]>([
    [{ max_tokens: 5 }, 400],
    [{ messages: 5 }, 400],
    [{ model: 'nobody/nothing' }, 404],
  ])('with %j is %i', async (more, status) => {
    const { status: seen, body } = await stage.count(more);
    expect([seen, anthropicErrorSchema.safeParse(body).error]).toEqual([status, undefined]);
  });
});

test('the OpenAPI document has both paths, with the ways to send a key', async () => {
  const document = (await (await fetch(`${stage.server.url}/openapi.json`)).json()) as {
    paths: Record<string, { post?: { security?: unknown; requestBody?: unknown; tags?: string[] } }>;
  };
  for (const path of [MESSAGES_PATH, `${MESSAGES_PATH}/count_tokens`]) {
    expect(document.paths[path]?.post).toMatchObject({ tags: ['Models'], security: [{ bearer: [] }, { apiKey: [] }] });
    expect(document.paths[path]?.post?.requestBody).toBeTruthy();
  }
});
