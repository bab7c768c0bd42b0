import { describe, expect, test } from 'vitest';
import { framesOf } from '../../testing/paid-call-stage.ts';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { askWith } from '../../testing/test-person.ts';

const stage = scriptedServer();

const chat = (content: string, more: object = {}) =>
  stage.person.ask('POST', '/v1/chat/completions', {
    model: 'q/auto',
    messages: [{ role: 'user', content }],
    max_tokens: 50,
    ...more,
  });

describe('q/auto', () => {
  test('answers with a model that can be called, says which and why, and charges its price', async () => {
    const answer = await chat('Why does my Python loop never end? while x < 10: print(x)');
    expect(answer.status).toBe(200);
    const { model, auto, usage } = answer.body;
    expect(model).toMatch(/^openai\//);
    expect(auto).toEqual({ task: 'debug', reason: expect.stringMatching(/\w/) });
    expect(answer.headers.get('x-model')).toBe(model);
    expect(answer.headers.get('x-auto-task')).toBe('debug');
    expect(answer.headers.get('x-auto-reason')).toMatch(/^[\x20-\x7e]+$/);
    expect(Number(usage.cost_usd)).toBeGreaterThan(0);
    const [call] = (await stage.person.ask('GET', '/api/v1/usage')).body.data;
    expect([call.model, call.cost_usd]).toEqual([model, usage.cost_usd]);
  });

  test('says it in the last chunk of a stream', async () => {
    const frames = framesOf((await chat('Translate "good evening" into Czech', { stream: true })).body);
    const last = frames.find((frame) => frame.outcome !== undefined) as { auto?: object; model?: string };
    expect(last.auto).toMatchObject({ task: 'translation' });
    expect(last.model).toMatch(/^openai\//);
  });

  test('says it again where a stream is repeated', async () => {
    const send = () =>
      stage.person.ask(
        'POST',
        '/v1/chat/completions',
        { model: 'q/auto', messages: [{ role: 'user', content: 'Hello' }], stream: true },
        { 'idempotency-key': 'auto' },
      );
    const lastOf = (body: string) => framesOf(body).find((frame) => frame.outcome !== undefined);
    const first = lastOf((await send()).body);
    expect(lastOf((await send()).body)).toEqual({ ...first, replayed: true });
  });

  test('stays with its model in a conversation', async () => {
    const first = await chat('Write a haiku about rain');
    const next = await chat('Write a haiku about rain', {
      messages: [
        { role: 'user', content: 'Write a haiku about rain' },
        { role: 'assistant', content: 'Soft rain…' },
        { role: 'user', content: 'Prove that the square root of two is irrational' },
      ],
    });
    expect(next.body.model).toBe(first.body.model);
    expect(next.body.auto.reason).toContain('This conversation began with it.');
  });

  test('keeps to the providers that are named, and is refused with a reason when there is none', async () => {
    const { status, body } = await chat('Hello', { provider: { only: ['anthropic'] } });
    expect([status, body.error.code, body.error.param]).toEqual([503, 'model_unavailable', 'model']);
    expect((await chat('Hello', { provider: { ignore: ['openai'] } })).body.model).toBe('sandbox/guide');
    expect(stage.upstream.requests).toEqual([]);
  });

  test('refuses messages that are too long for all of them as a named model does', async () => {
    const messages = [{ role: 'user', content: 'x'.repeat(6_000_000) }];
    for (const path of ['/v1/chat/completions', '/v1/quote'])
      for (const model of ['q/auto', 'openai/gpt-4o-mini']) {
        const { status, body } = await stage.person.ask('POST', path, { model, messages });
        expect([model, status, body.error?.code, body.error?.param]).toEqual([
          model,
          400,
          'invalid_request',
          'messages',
        ]);
        expect(body.error.message).toMatch(/reads at most \d+ here/);
      }
    expect(stage.upstream.requests).toEqual([]);
  });

  test('stands in where a named model cannot be called', async () => {
    const { body } = await chat('Hello', { models: ['anthropic/claude-opus-4.5', 'q/auto'], model: undefined });
    expect(body.model).toMatch(/^(openai|sandbox)\//);
  });

  test.each([
    ['/v1/embeddings', { input: 'x' }],
    ['/v1/images/generations', { prompt: 'x' }],
    ['/v1/quote', { input: 'x' }],
  ])('is told to be for chats at %s', async (path, body) => {
    const answer = await stage.person.ask('POST', path, { model: 'q/auto', ...body });
    expect([answer.status, answer.body.error]).toMatchObject([
      400,
      { param: 'model', message: 'q/auto picks among models that chat. Name the model you want here.' },
    ]);
  });

  test('stands among the models that can be called', async () => {
    const { body } = await stage.person.ask('GET', '/v1/models');
    expect(body.data.map(({ id }: { id: string }) => id)).toContain('q/auto');
    expect((await stage.person.ask('GET', '/v1/models/q/auto')).body).toMatchObject({ id: 'q/auto', owned_by: 'q' });
  });

  test('works in the chat of the product', async () => {
    const { status, body } = await stage.person.ask('POST', '/api/v1/chat', {
      model_id: 'q/auto',
      message: 'Hello there',
    });
    expect([status, typeof body.message?.content], JSON.stringify(body)).toEqual([200, 'string']);
  });
});

describe('recommendations of the whole server', () => {
  const recommend = (query: string, more: object = {}) =>
    askWith(stage.server.url, null)('POST', '/api/v1/recommendations', { query, ...more });

  test('are given to anybody, in any language, with what was understood', async () => {
    const { status, body } = await recommend(
      'Ich suche etwas Günstiges, das Verträge ins Englische übersetzt, ohne OpenAI',
    );
    expect(status).toBe(200);
    expect(body.analysis).toMatchObject({ task: 'translation', language: 'de', requirements: { low_cost: true } });
    expect(body.analysis.requirements.providers.exclude).toEqual(['openai']);
    expect(body.recommendations.length).toBe(3);
    for (const { model_id } of body.recommendations) expect(model_id).not.toMatch(/openai|gpt/);
  });

  test('can be kept to what can be called now', async () => {
    const { body } = await recommend('Debug my Python REST API', { available_only: true });
    expect(body.analysis.task).toBe('debug');
    for (const one of body.recommendations) expect([one.available, one.provider]).toEqual([true, 'openai']);
  });
});
