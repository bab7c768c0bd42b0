import { anthropicErrorSchema } from '@q/contract/anthropic-messages';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FakeUpstream } from '../../testing/fake-upstream.ts';
import {
  createMessagesStage,
  MESSAGES_BODY,
  MESSAGES_PATH,
  type MessagesStage,
  WEATHER_TOOLS,
} from '../../testing/messages-stage.ts';
import { askWith } from '../../testing/test-person.ts';
import { isBusy, refuses } from '../../testing/upstream-behaviours.ts';

let stage: MessagesStage;
beforeAll(async () => {
  stage = await createMessagesStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

describe('keys', () => {
  test.each(['x-api-key', 'authorization'])('are taken from %s', async (header) => {
    const key = await stage.newKey();
    const value = header === 'x-api-key' ? key : `Bearer ${key}`;
    const anonymous = askWith(stage.server.url, null);
    expect((await anonymous('POST', `${MESSAGES_PATH}?beta=true`, MESSAGES_BODY, { [header]: value })).status).toBe(
      200,
    );
  });

  test.each([
    ['none', {}],
    ['a wrong one', { 'x-api-key': 'qm_live_wrong' }],
    ['one of Anthropic’s', { 'x-api-key': 'sk-ant-api03-x' }],
    ['a wrong bearer', { authorization: 'Bearer qm_live_wrong' }],
  ])('%s is 401 in Anthropic’s shape, on both paths', async (_, headers) => {
    for (const path of [MESSAGES_PATH, `${MESSAGES_PATH}/count_tokens`]) {
      const answer = await askWith(stage.server.url, null)(
        'POST',
        path,
        MESSAGES_BODY,
        headers as Record<string, string>,
      );
      expect([answer.status, answer.body.type, answer.body.error.type]).toEqual([401, 'error', 'authentication_error']);
      expect(answer.body.request_id).toBe(answer.headers.get('request-id'));
    }
  });

  test('without the permission are 403, over their limit 429', async () => {
    const reader = askWith(stage.server.url, await stage.newKey({ permissions: ['read'] }));
    expect((await reader('POST', MESSAGES_PATH, MESSAGES_BODY)).body.error.type).toBe('permission_error');
    const limited = askWith(
      stage.server.url,
      await stage.newKey({ permissions: ['inference'], daily_limit_usd: '0.01' }),
    );
    const over = await limited('POST', MESSAGES_PATH, { ...MESSAGES_BODY, max_tokens: 50_000 });
    expect([over.status, over.body.error.type]).toEqual([429, 'rate_limit_error']);
  });
});

describe('an error', () => {
  test('402 is a billing_error with the figures', async () => {
    await stage.reset(0);
    for (const stream of [false, true]) {
      const { status, body } = await stage.send({ stream });
      expect([status, body.error.type]).toEqual([402, 'billing_error']);
      expect(body.error.details).toMatchObject({ error_code: 'insufficient_balance', available_usd: '0.000000000' });
    }
  });

  test.each([
    ['openai/gpt-4', 'model_retired'],
    ['google/gemini-2.5-flash', 'model_unavailable'],
    ['claude-nobody', 'model_not_found'],
  ])('for the model %s is 404', async (model, code) => {
    for (const stream of [false, true]) {
      const { status, body } = await stage.send({ model, stream });
      expect([status, body.error.type, body.error.details.error_code]).toEqual([404, 'not_found_error', code]);
    }
  });

  test.each<[object, string]>([
    [{ max_tokens: undefined }, 'max_tokens'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages.0.content'],
    [{ messages: [{ role: 'user', content: [{ type: 'video' }] }] }, 'messages.0.content: 0.type: "video" cannot'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages.0.content: 0.text'],
    [{ temperature: 1.5 }, 'temperature'],
    [{ top_k: 5 }, 'top_k'],
    [{ mcp_servers: [] }, 'mcp_servers'],
    [{ api_base: 'http://127.0.0.1:1/steal' }, 'api_base'],
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'web_search_20250305'],
    [{ context_management: { edits: [{ type: 'compact_20260112' }] } }, 'context_management'],
    [{ thinking: { type: 'enabled', budget_tokens: 1_024 } }, 'thinking.budget_tokens'],
    [{ model: 'sandbox/guide', tools: WEATHER_TOOLS, tool_choice: { type: 'any' } }, 'tool_choice'],
  ])('for %j is 400 and names it, and nothing goes anywhere', async (more, name) => {
    const before = stage.openai.requests.length;
    const { status, body } = await stage.send(more);
    expect([status, anthropicErrorSchema.safeParse(body).error]).toEqual([400, undefined]);
    expect([body.error.type, body.error.message]).toEqual(['invalid_request_error', expect.stringContaining(name)]);
    expect(stage.openai.requests).toHaveLength(before);
    expect(await stage.spent()).toBe('0.000000000');
  });

  test.each<[string, () => Parameters<FakeUpstream['script']>[0], number, string]>([
    ['busy', () => isBusy('7'), 529, 'overloaded_error'],
    ['broken', () => refuses(500, 'broken'), 500, 'api_error'],
    ['not content', () => refuses(400, 'temperature is too hot'), 400, 'invalid_request_error'],
    ['not accepting our key', () => refuses(401, 'Incorrect API key'), 500, 'api_error'],
  ])(
    'of a provider that is %s has its status, plain and streamed, and no charge',
    async (_, behaviour, status, type) => {
      for (const stream of [false, true]) {
        stage.openai.script(behaviour());
        const answer = await stage.send({ stream });
        expect([answer.status, answer.body.error.type]).toEqual([status, type]);
        if (status === 529) expect(answer.headers.get('retry-after')).toBe('7');
      }
      expect(await stage.spent()).toBe('0.000000000');
    },
  );

  test.each([
    { body: '{', status: 400, wanted: 'invalid_request_error' },
    { body: '{}', type: 'text/plain', status: 415, wanted: 'invalid_request_error' },
    { body: `"${'x'.repeat(33 * 1024 * 1024)}"`, status: 413, wanted: 'request_too_large' },
  ])('for a body of no use is $status', async ({ body, type = 'application/json', status, wanted }) => {
    const answer = await fetch(stage.server.url + MESSAGES_PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.token()}`, 'content-type': type },
      body,
    });
    expect([answer.status, ((await answer.json()) as { error: object }).error]).toMatchObject([
      status,
      { type: wanted },
    ]);
  });

  test.each([
    ['GET', MESSAGES_PATH, 405, 'invalid_request_error'],
    ['POST', '/anthropic/v1/complete', 404, 'not_found_error'],
  ])('for %s %s is %i in the same shape', async (method, path, wanted, type) => {
    const { status, body } = await stage.ask(method, path);
    expect([status, anthropicErrorSchema.safeParse(body).error, body.error.type]).toEqual([wanted, undefined, type]);
  });
});
