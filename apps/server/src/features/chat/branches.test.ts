import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { openSocket, signUpPerson } from '../../testing/test-person.ts';
import { answers, refuses } from '../../testing/upstream-behaviours.ts';
import { createMessageStore, type NewMessage } from './store.ts';

const MODEL = 'openai/gpt-5.5';
const OTHER = 'openai/gpt-5.4-mini';

const stage = scriptedServer();

interface Shown {
  id: string;
  parent_id: string | null;
  alternatives: string[];
  content: string;
}

const turn = (answer: string, more: object) => {
  stage.upstream.script(answers({ pieces: [answer] }));
  return stage.person.ask('POST', '/api/v1/chat', { model_id: MODEL, message: '', ...more });
};

/** A conversation of two questions with their answers, and how to look at it. */
async function conversation() {
  const { body } = await turn('A1', { message: 'Q1' });
  const session = body.session_id as string;
  await turn('A2', { message: 'Q2', session_id: session });
  const path = `/api/v1/sessions/${session}`;
  const shown = async (): Promise<Shown[]> => (await stage.person.ask('GET', `${path}/messages`)).body.data;
  const texts = async () => (await shown()).map(({ content }) => content);
  return { session, path, shown, texts };
}

describe('branches', () => {
  test('a message whose saving is repeated, since its answer was lost, is there once', async () => {
    const { session, shown, texts } = await conversation();
    const [, , , last] = await shown();
    const nothing = {
      reasoning: null,
      reasoningMs: null,
      modelId: null,
      callId: null,
      receipt: null,
      finishReason: null,
    };
    const message: NewMessage = {
      id: 'msg_repeated',
      sessionId: session,
      parentId: last?.id ?? null,
      role: 'user',
      content: 'Q3',
      images: [],
      inputTokens: null,
      outputTokens: null,
      costNano: null,
      ...nothing,
    };
    const { add } = createMessageStore(stage.server.database);
    await add(message);
    await add(message);
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2', 'A2', 'Q3']);
  });

  test('an answer made again stands beside the first, and the way back is open', async () => {
    const { session, path, shown, texts } = await conversation();
    const [, , , first] = await shown();
    const again = await turn('A2b', { session_id: session, regenerate: true, model_id: OTHER });
    expect(again.status).toBe(200);
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2', 'A2b']);
    const second = (await shown())[3];
    expect(second?.alternatives).toEqual([first?.id, second?.id]);
    expect(stage.upstream.requests.at(-1)?.body).toMatchObject({
      model: 'gpt-5.4-mini',
      messages: [{ content: 'Q1' }, { content: 'A1' }, { content: 'Q2' }],
    });
    const back = await stage.person.ask('PATCH', path, { head_id: first?.id });
    expect(back.body.head_id).toBe(first?.id);
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2', 'A2']);
    await turn('A3', { message: 'Q3', session_id: session });
    expect(stage.upstream.requests.at(-1)?.body?.['messages']).toMatchObject([
      {},
      {},
      {},
      { content: 'A2' },
      { content: 'Q3' },
    ]);
  });

  test('a question written anew begins a branch, and opening a message opens all that follows it', async () => {
    const { session, path, shown, texts } = await conversation();
    const [q1, , q2] = await shown();
    await turn('A1b', { message: 'Q1b', session_id: session, parent_id: null });
    expect(await texts()).toEqual(['Q1b', 'A1b']);
    expect((await shown())[0]?.alternatives).toHaveLength(2);
    await stage.person.ask('PATCH', path, { head_id: q1?.id });
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2', 'A2']);
    await turn('A2b', { message: 'Q2b', session_id: session, parent_id: q2?.parent_id });
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2b', 'A2b']);
    expect((await stage.person.ask('GET', path)).body.message_count).toBe(8);
  });

  test('a question in the middle is answered again by its id', async () => {
    const { session, shown, texts } = await conversation();
    const [q1] = await shown();
    await turn('A1b', { session_id: session, regenerate: true, parent_id: q1?.id });
    expect(await texts()).toEqual(['Q1', 'A1b']);
    expect(stage.upstream.requests.at(-1)?.body?.['messages']).toEqual([{ role: 'user', content: 'Q1' }]);
  });

  test('two answers at once stand beside each other', async () => {
    const { session, path, shown } = await conversation();
    const q2 = (await shown())[2]?.id;
    stage.upstream.script(answers());
    const ask = (model_id: string) =>
      stage.person.ask('POST', '/api/v1/chat', {
        model_id,
        message: '',
        session_id: session,
        regenerate: true,
        parent_id: q2,
      });
    await Promise.all([ask(MODEL), ask(OTHER)]);
    const last = (await shown())[3];
    const { body } = await stage.person.ask('GET', `${path}/messages/${last?.id}/alternatives`);
    expect(body.data.map((each: { model_id: string }) => each.model_id).sort()).toEqual([OTHER, MODEL, MODEL].sort());
    expect(body.data.map((each: Shown) => each.id)).toEqual(last?.alternatives);
  });

  test('a refused call leaves the open branch as it was', async () => {
    const { session, shown, texts } = await conversation();
    const [q1] = await shown();
    stage.upstream.script(refuses(400));
    const refused = { model_id: MODEL, session_id: session };
    await stage.person.ask('POST', '/api/v1/chat', { ...refused, message: 'Q1b', parent_id: null });
    await stage.person.ask('POST', '/api/v1/chat', { ...refused, message: '', regenerate: true, parent_id: q1?.id });
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2', 'A2']);
  });

  test('messages of other conversations are no parents and open nothing', async () => {
    const { session, path } = await conversation();
    const other = await conversation();
    const [foreign] = await other.shown();
    for (const answer of [
      await turn('x', { message: 'x', session_id: session, parent_id: foreign?.id }),
      await turn('x', { message: 'x', parent_id: foreign?.id }),
      await turn('x', { session_id: session, regenerate: true, parent_id: foreign?.id }),
      await stage.person.ask('PATCH', path, { head_id: foreign?.id }),
      await stage.person.ask('GET', `${path}/messages/${foreign?.id}/alternatives`),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
  });

  test('a cleared conversation begins anew', async () => {
    const { session, path, texts } = await conversation();
    await stage.person.ask('DELETE', `${path}/messages`);
    await turn('A', { message: 'Q', session_id: session });
    expect(await texts()).toEqual(['Q', 'A']);
    expect((await stage.person.ask('DELETE', path)).status).toBe(204);
  });

  test('pages count the open branch only', async () => {
    const { session, path } = await conversation();
    await turn('A2b', { session_id: session, regenerate: true });
    const { body } = await stage.person.ask('GET', `${path}/messages?per_page=3`);
    expect([body.data.length, body.total]).toEqual([3, 4]);
    const rest = await stage.person.ask('GET', `${path}/messages?per_page=3&cursor=${body.next_cursor}`);
    expect(rest.body.data.map((each: Shown) => each.content)).toEqual(['A2b']);
    expect((await stage.person.ask('GET', `${path}/messages?per_page=3&page=9`)).body).toMatchObject({
      data: [],
      total: 4,
    });
  });
});

describe('conversations from before there were branches', () => {
  test('become one chain each', async () => {
    const { session, texts } = await conversation();
    const { database } = stage.server;
    const other = await conversation();
    await database.query('UPDATE chat_messages SET parent_id = NULL');
    await database.query('UPDATE chat_sessions SET head_id = NULL');
    const migration = readFileSync(new URL('../../../migrations/0012-chat-branches.sql', import.meta.url), 'utf8');
    for (const statement of migration.match(/^UPDATE [^;]+;/gm) ?? []) await database.query(statement);
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2', 'A2']);
    expect(await other.texts()).toEqual(['Q1', 'A1', 'Q2', 'A2']);
    await turn('A3', { message: 'Q3', session_id: session });
    expect(await texts()).toEqual(['Q1', 'A1', 'Q2', 'A2', 'Q3', 'A3']);
  });
});

describe('the model that fits', () => {
  test('is picked for a turn, and named with its answer', async () => {
    const { status, body } = await turn('A', { message: 'Write a short poem about the sea', model_id: 'q/auto' });
    expect(status).toBe(200);
    const { data } = (await stage.person.ask('GET', `/api/v1/sessions/${body.session_id}/messages`)).body;
    expect(data[1]).toMatchObject({ role: 'assistant', cost_usd: body.cost_usd });
    expect(data[1].model_id).not.toBe('q/auto');
  });
});

describe('what a model thinks aloud', () => {
  test('is sent, saved and measured, and sent again under the same key', async () => {
    stage.upstream.script(answers({ reasoning: ['First ', 'this.'], pieces: ['Done'] }));
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: stage.person.token });
    const message = { type: 'message', model_id: MODEL, message: 'Think', idempotency_key: 'k' };
    socket.send(message);
    const done = await socket.frame('done');
    expect(done['reasoning_ms']).toEqual(expect.any(Number));
    const session = socket.frames.find((frame) => frame.type === 'session')?.['session_id'];
    const { data } = (await stage.person.ask('GET', `/api/v1/sessions/${session}/messages`)).body;
    expect(data[1]).toMatchObject({ content: 'Done', reasoning: 'First this.', reasoning_ms: done['reasoning_ms'] });
    expect(data[0]).toMatchObject({ reasoning: null, reasoning_ms: null });
    const from = socket.frames.length;
    socket.send(message);
    expect(await socket.frame('reasoning', from)).toMatchObject({ text: 'First this.' });
    expect(await socket.frame('done', from)).toMatchObject({ replayed: true, message_id: done['message_id'] });
    socket.close();
  });
});

describe('search', () => {
  test('finds words in messages of every branch, the newest first, and nobody else’s', async () => {
    const { session, shown } = await conversation();
    const [q1] = await shown();
    await turn('The lighthouse of 100% granite', { session_id: session, regenerate: true, parent_id: q1?.id });
    await turn('Another Lighthouse', { message: 'And?', session_id: session });
    const find = async (q: string) =>
      (await stage.person.ask('GET', `/api/v1/sessions/search?q=${encodeURIComponent(q)}`)).body;
    const { data } = await find('lighthouse');
    expect(data.map((hit: { excerpt: string }) => hit.excerpt)).toEqual([
      'Another Lighthouse',
      'The lighthouse of 100% granite',
    ]);
    expect(data[0]).toMatchObject({ session_id: session, session_title: 'Q1', role: 'assistant' });
    expect((await find('100%')).data).toHaveLength(1);
    expect((await find('1_0')).data).toHaveLength(0);
    expect((await find('x')).error.code).toBe('invalid_request');
    stage.person = await signUpPerson(stage.server.url);
    expect((await find('lighthouse')).data).toEqual([]);
  });
});
