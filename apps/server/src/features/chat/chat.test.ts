import { describe, expect, test } from 'vitest';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { openSocket, signUpPerson } from '../../testing/test-person.ts';
import { answers, cutsAfter, gate, isBusy } from '../../testing/upstream-behaviours.ts';

const MODEL = 'openai/gpt-5.5';

const stage = scriptedServer();

const say = (message: string, more: object = {}) =>
  stage.person.ask('POST', '/api/v1/chat', { model_id: MODEL, message, ...more });

describe('POST /api/v1/chat', () => {
  test('answers, charges, and saves both messages', async () => {
    const { status, body, headers } = await say('Hello there, how are you?');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      message: { role: 'assistant', content: 'Hello, world!' },
      usage: { input_tokens: 10, output_tokens: 4 },
      finish_reason: 'stop',
    });
    expect(headers.get('x-cost-usd')).toBe(body.cost_usd);
    const balance = await stage.person.ask('GET', '/api/v1/balance');
    expect(balance.body.available_usd).toBe(body.balance_usd);
    expect(balance.body.spent_usd).toBe(body.cost_usd);
    const messages = await stage.person.ask('GET', `/api/v1/sessions/${body.session_id}/messages`);
    expect(
      messages.body.data.map((message: { role: string; content: string }) => [message.role, message.content]),
    ).toEqual([
      ['user', 'Hello there, how are you?'],
      ['assistant', 'Hello, world!'],
    ]);
    expect(messages.body.data[1]).toMatchObject({
      cost_usd: body.cost_usd,
      receipt: { model_id: MODEL, provider: 'openai' },
    });
  });

  test('saves a paid answer whatever characters a model writes', async () => {
    stage.upstream.script(answers({ pieces: ['a\u0000b', ' \ufffe'] }));
    const { status, body } = await say('Hello');
    expect(status).toBe(200);
    const messages = await stage.person.ask('GET', `/api/v1/sessions/${body.session_id}/messages`);
    expect(messages.body.data[1]).toMatchObject({ content: 'a\ufffdb \ufffe', cost_usd: body.cost_usd });
  });

  test('refuses what it could not save before a provider is asked', async () => {
    const asked = stage.upstream.requests.length;
    expect((await say('a\u0000b')).body.error).toMatchObject({ code: 'invalid_request', param: 'message' });
    const answer = await say('Hello', { parameters: { system_prompt: 'a\u0000b' } });
    expect(answer.body.error).toMatchObject({ code: 'invalid_request', param: 'parameters' });
    const halves = await say('Hello', { parameters: { system_prompt: 'a\ud800b' } });
    expect(halves.body.error).toMatchObject({ code: 'invalid_request', param: 'parameters.system_prompt' });
    expect(stage.upstream.requests.length).toBe(asked);
    expect((await stage.person.ask('GET', '/api/v1/balance')).body.held_usd).toBe('0.000000000');
  });

  test('an answer whose question cannot be saved costs nothing, and its money is free again', async () => {
    const { database } = stage.server;
    stage.upstream.script(async (exchange) => {
      await database.query('ALTER TABLE chat_sessions RENAME TO chat_sessions_gone');
      await answers()(exchange);
    });
    const { status } = await say('Hello');
    await database.query('ALTER TABLE chat_sessions_gone RENAME TO chat_sessions');
    expect(status).toBe(500);
    const { body } = await stage.person.ask('GET', '/api/v1/balance');
    expect(body).toMatchObject({ spent_usd: '0.000000000', held_usd: '0.000000000' });
  });

  test('goes on with the conversation, the system prompt and the parameters', async () => {
    const first = await say('My name is Ada.', { parameters: { system_prompt: 'Be brief.', temperature: 0.3 } });
    await say('What is my name?', { session_id: first.body.session_id });
    const sent = stage.upstream.requests.at(-1)?.body;
    expect(sent?.['messages']).toEqual([
      { role: expect.stringMatching(/system|developer/), content: 'Be brief.' },
      { role: 'user', content: 'My name is Ada.' },
      { role: 'assistant', content: 'Hello, world!' },
      { role: 'user', content: 'What is my name?' },
    ]);
    expect(sent?.['temperature']).toBe(0.3);
  });

  test('a refused call saves nothing', async () => {
    stage.upstream.script(isBusy('2'));
    const { status, body, headers } = await say('Hello');
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([503, 'upstream_unavailable', '2']);
    expect((await stage.person.ask('GET', '/api/v1/sessions')).body.total).toBe(0);
  });

  test('an answer that is cut is an error, but what came is saved with what it cost', async () => {
    stage.upstream.script(cutsAfter(2));
    expect((await say('Hello')).body.error.code).toBe('upstream_error');
    const { body } = await stage.person.ask('GET', '/api/v1/sessions');
    const messages = await stage.person.ask('GET', `/api/v1/sessions/${body.data[0].id}/messages`);
    expect(messages.body.data[1]).toMatchObject({ role: 'assistant', finish_reason: 'error' });
    expect(messages.body.data[1].cost_usd).toBe((await stage.person.ask('GET', '/api/v1/balance')).body.spent_usd);
  });

  test.each([
    { message: '' },
    { message: 'x', parameters: { temperature: 9 } },
    { message: 'x', user_id: 'usr_other' },
    { message: 5 },
  ])('%j is a 400', async (body) => {
    const answer = await stage.person.ask('POST', '/api/v1/chat', { model_id: MODEL, ...body });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
  });
});

describe('sessions', () => {
  test('can be made, renamed, searched, exported, cleared and deleted', async () => {
    const made = await stage.person.ask('POST', '/api/v1/sessions', { model_id: MODEL });
    expect([made.status, made.body.title]).toEqual([201, 'New chat']);
    const path = `/api/v1/sessions/${made.body.id}`;
    await say('A question about\nsomething', { session_id: made.body.id });
    expect((await stage.person.ask('GET', path)).body).toMatchObject({
      title: 'A question about',
      message_count: 2,
      model_id: MODEL,
    });
    expect((await stage.person.ask('PATCH', path, { title: '100% mine_' })).body.title).toBe('100% mine_');
    expect((await stage.person.ask('GET', '/api/v1/sessions?q=0%25%20MI')).body.total).toBe(1);
    expect((await stage.person.ask('GET', '/api/v1/sessions?q=x_ne')).body.total).toBe(0);
    const markdown = await stage.person.ask('GET', `${path}/export?format=md`);
    expect(markdown.headers.get('content-disposition')).toMatch(/^attachment; filename="ses_\w+\.md"$/);
    expect(markdown.body).toContain('Hello, world!');
    expect((await stage.person.ask('GET', `${path}/export?format=json`)).body.messages).toHaveLength(2);
    expect((await stage.person.ask('DELETE', `${path}/messages`)).status).toBe(204);
    expect((await stage.person.ask('GET', `${path}/messages`)).body.data).toEqual([]);
    expect((await stage.person.ask('DELETE', path)).status).toBe(204);
    expect((await stage.person.ask('GET', path)).status).toBe(404);
  });

  test('of others cannot be seen, continued or changed', async () => {
    const { body } = await say('A secret');
    const other = await signUpPerson(stage.server.url);
    const path = `/api/v1/sessions/${body.session_id}`;
    for (const [method, where, sent] of [
      ['GET', path],
      ['GET', `${path}/messages`],
      ['GET', `${path}/export`],
      ['PATCH', path, { title: 'mine' }],
      ['DELETE', `${path}/messages`],
      ['DELETE', path],
      ['POST', '/api/v1/chat', { model_id: MODEL, message: 'what did they say?', session_id: body.session_id }],
    ] as const) {
      expect((await other.ask(method, where, sent)).status).toBe(404);
    }
    expect((await stage.person.ask('GET', path)).body).toMatchObject({ title: 'A secret', message_count: 2 });
  });

  test('pages through messages by cursor', async () => {
    const first = await say('one');
    await say('two', { session_id: first.body.session_id });
    const path = `/api/v1/sessions/${first.body.session_id}/messages?per_page=3`;
    const page = (await stage.person.ask('GET', path)).body;
    expect([page.data.length, page.total]).toEqual([3, 4]);
    const rest = (await stage.person.ask('GET', `${path}&cursor=${page.next_cursor}`)).body;
    expect(rest.data).toHaveLength(1);
    expect(rest.next_cursor).toBeNull();
    const whole = (await stage.person.ask('GET', path.replace('per_page=3', 'per_page=4'))).body;
    expect([whole.data.length, whole.next_cursor]).toEqual([4, null]);
  });
});

describe('the chat socket', () => {
  async function signedIn() {
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: stage.person.token });
    await socket.frame('ready');
    return socket;
  }

  test('streams an answer and ends with usage, cost and balance', async () => {
    const socket = await signedIn();
    socket.send({ type: 'message', model_id: MODEL, message: 'Hello' });
    const done = await socket.frame('done');
    expect(socket.frames.map((frame) => frame.type)).toEqual([
      'ready',
      'session',
      'delta',
      'delta',
      'delta',
      'delta',
      'done',
    ]);
    expect(
      socket.frames
        .filter((frame) => frame.type === 'delta')
        .map((frame) => frame['text'])
        .join(''),
    ).toBe('Hello, world!');
    expect(done).toMatchObject({
      usage: { input_tokens: 10, output_tokens: 4 },
      finish_reason: 'stop',
      stopped_by: null,
      receipt: { provider: 'openai' },
    });
    expect(done['balance_usd']).toBe((await stage.person.ask('GET', '/api/v1/balance')).body.available_usd);
    socket.close();
  });

  test('takes the first message without waiting for ready', async () => {
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: stage.person.token });
    socket.send({ type: 'message', model_id: MODEL, message: 'Hello' });
    await socket.frame('done');
    socket.close();
  });

  test('stop ends the upstream call, keeps what came, and says what it cost', async () => {
    const open = gate(answers(), ['Once upon a time, ']);
    stage.upstream.script(open.behaviour);
    const socket = await signedIn();
    socket.send({ type: 'message', model_id: MODEL, message: 'Tell me a story' });
    await socket.frame('delta');
    socket.send({ type: 'stop' });
    const done = await socket.frame('done');
    expect(done).toMatchObject({ finish_reason: 'stop', stopped_by: 'person' });
    expect((await stage.person.ask('GET', '/api/v1/balance')).body.spent_usd).toBe(done['cost_usd']);
    expect(stage.upstream.requests.at(-1)?.isAborted).toBe(true);
    const session = socket.frames.find((frame) => frame.type === 'session');
    const messages = await stage.person.ask('GET', `/api/v1/sessions/${session?.['session_id']}/messages`);
    expect(messages.body.data[1]).toMatchObject({ content: 'Once upon a time, ', stopped_by: 'person' });
    expect(messages.body.data[1].receipt).toEqual(done['receipt']);
    socket.close();
  });

  test('an answer that used its key’s daily limit up is kept as such', async () => {
    const { body: key } = await stage.person.ask('POST', '/api/v1/keys', { name: 'small', daily_limit_usd: '0.20' });
    stage.upstream.script(answers({ pieces: Array<string>(40).fill('many words '.repeat(200)) }));
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: key.key });
    socket.send({ type: 'message', model_id: MODEL, message: 'Tell me a story' });
    const done = await socket.frame('done');
    const session = socket.frames.find((frame) => frame.type === 'session');
    const { body } = await stage.person.ask('GET', `/api/v1/sessions/${session?.['session_id']}/messages`);
    expect([done, body.data[1]]).toMatchObject(Array(2).fill({ finish_reason: 'length', stopped_by: 'key_limit' }));
    socket.close();
  });

  test('regenerate answers the last question again and replaces the answer', async () => {
    const socket = await signedIn();
    socket.send({ type: 'message', model_id: MODEL, message: 'Hello' });
    const first = await socket.frame('done');
    const session = socket.frames.find((frame) => frame.type === 'session')?.['session_id'];
    stage.upstream.script(answers({ pieces: ['Another'] }));
    const from = socket.frames.length;
    socket.send({ type: 'message', model_id: MODEL, message: '', session_id: session, regenerate: true });
    const second = await socket.frame('done', from);
    const { data } = (await stage.person.ask('GET', `/api/v1/sessions/${session}/messages`)).body;
    expect(data.map((message: { content: string }) => message.content)).toEqual(['Hello', 'Another']);
    expect(data[1].id).toBe(second['message_id']);
    expect(second['message_id']).not.toBe(first['message_id']);
    socket.close();
  });

  test('an empty wallet is told what is needed, and the socket stays open', async () => {
    stage.person = await signUpPerson(stage.server.url, 0);
    const socket = await signedIn();
    socket.send({ type: 'message', model_id: MODEL, message: 'Hello' });
    expect(await socket.frame('error')).toMatchObject({ code: 'insufficient_balance', available_usd: '0.000000000' });
    socket.send({ type: 'message', model_id: 'nobody/nothing', message: 'Hello' });
    await expect.poll(() => socket.frames.at(-1)?.['code']).toBe('model_not_found');
    socket.close();
  });

  test('one answer at a time', async () => {
    const open = gate(answers(), ['a']);
    stage.upstream.script(open.behaviour);
    const socket = await signedIn();
    socket.send({ type: 'message', model_id: MODEL, message: 'one' });
    await socket.frame('delta');
    socket.send({ type: 'message', model_id: MODEL, message: 'two' });
    expect(await socket.frame('error')).toMatchObject({ code: 'conflict' });
    open.release();
    await socket.frame('done');
    socket.close();
  });
});

describe('R26: the socket', () => {
  test.each(['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'http://localhost:1'])(
    'refuses pages of %s',
    async (origin) => {
      await expect(openSocket(stage.server.url, { origin })).rejects.toThrow(/403/);
    },
  );

  test('opens for our own pages', async () => {
    const socket = await openSocket(stage.server.url, { origin: stage.server.url });
    socket.close();
  });

  test('refuses half of a character, also in a key', async () => {
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: stage.person.token });
    socket.send({ type: 'message', model_id: MODEL, message: 'Hello', idempotency_key: '\udc00' });
    expect(await socket.frame('error')).toMatchObject({ code: 'invalid_request', param: 'idempotency_key' });
    socket.close();
  });

  test('refuses a token in the URL', async () => {
    await expect(
      openSocket(stage.server.url, { path: `/api/v1/chat/stream?token=${stage.person.token}` }),
    ).rejects.toThrow(/401/);
  });

  test.each([
    ['a wrong token', { type: 'auth', token: 'qm_live_wrong' }],
    ['no sign-in', { type: 'message', model_id: MODEL, message: 'Hello' }],
    ['no JSON', 'hello'],
    ['an unknown frame', { type: 'sudo' }],
  ])('closes after %s as the first frame', async (_, frame) => {
    const socket = await openSocket(stage.server.url);
    socket.send(frame);
    await socket.frame('error');
    expect(await socket.closed()).toBe(1008);
  });

  test('closes when nobody signs in within five seconds', async () => {
    const socket = await openSocket(stage.server.url);
    expect(await socket.closed()).toBe(1008);
  });

  test('closes on a frame of more than a megabyte', async () => {
    const socket = await openSocket(stage.server.url);
    socket.send('x'.repeat(2 * 1024 * 1024));
    expect(await socket.closed()).toBe(1009);
  });

  test('ends within seconds after its session was signed out, a running answer included', async () => {
    const open = gate(answers(), ['a']);
    stage.upstream.script(open.behaviour);
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: stage.person.token });
    socket.send({ type: 'message', model_id: MODEL, message: 'Hello' });
    await socket.frame('delta');
    const { body } = await stage.person.ask('GET', '/api/v1/auth/sessions');
    await stage.person.ask('DELETE', `/api/v1/auth/sessions/${body.data[0].id}`);
    expect(await socket.closed()).toBe(1008);
    expect(stage.upstream.requests.at(-1)?.isAborted).toBe(true);
  });
});
