import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPaidCallStage, type PaidCallStage, STAGE_MODEL } from '../../testing/paid-call-stage.ts';
import { openSocket } from '../../testing/test-person.ts';
import { answers, cutsAfter, gate } from '../../testing/upstream-behaviours.ts';

let stage: PaidCallStage;
beforeAll(async () => {
  stage = await createPaidCallStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

describe('one turn of a conversation, repeated under one key', () => {
  test('that failed after the answer had begun gives the same error and the same cost', async () => {
    stage.upstream.script(cutsAfter(2));
    const first = await stage.post('/api/v1/chat', 'k');
    expect([first.status, first.body.error.code]).toEqual([502, 'upstream_error']);
    const cost = await stage.spent();
    expect(first.headers.get('x-cost-usd')).toBe(cost);
    stage.upstream.script(answers());
    const again = await stage.post('/api/v1/chat', 'k');
    expect([again.status, again.headers.get('idempotent-replayed'), again.headers.get('x-cost-usd')]).toEqual([
      502,
      'true',
      cost,
    ]);
    expect(again.body).toEqual(first.body);
    expect(await stage.spent()).toBe(cost);
  });

  test('that could not be saved after its charge is never charged again', async () => {
    const { database } = stage.first;
    await database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'full'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON chat_messages FOR EACH ROW WHEN (NEW.role = 'assistant') EXECUTE FUNCTION refuse()`,
    );
    try {
      expect((await stage.post('/api/v1/chat', 'k')).status).toBe(500);
    } finally {
      await database.query('DROP FUNCTION refuse CASCADE');
    }
    expect((await stage.post('/api/v1/chat', 'k')).status).toBe(409);
    expect(await stage.charges()).toBe(1);
  });

  test('adds nothing to the conversation', async () => {
    const { body } = await stage.post('/api/v1/chat', 'k');
    await stage.post('/api/v1/chat', 'k');
    expect((await stage.ask('GET', '/api/v1/sessions')).body.total).toBe(1);
    const messages = await stage.ask('GET', `/api/v1/sessions/${body.session_id}/messages`);
    expect(messages.body.data).toHaveLength(2);
  });
});

describe('a message on the socket with idempotency_key', () => {
  const MESSAGE = { type: 'message', model_id: STAGE_MODEL, message: 'Hello', idempotency_key: 'k' };
  async function signedIn(url = stage.first.url) {
    const socket = await openSocket(url);
    socket.send({ type: 'auth', token: stage.person().token });
    await socket.frame('ready');
    return socket;
  }

  test('is answered and charged once; its repetition brings session, text and figures again', async () => {
    const socket = await signedIn();
    socket.send(MESSAGE);
    const done = await socket.frame('done');
    const session = await socket.frame('session');
    socket.close();
    const reached = await stage.reached(async () => {
      const other = await signedIn(stage.second.url);
      other.send(MESSAGE);
      expect(await other.frame('done')).toEqual({ ...done, replayed: true });
      expect(other.frames.slice(1)).toEqual([
        session,
        { type: 'delta', text: 'Hello, world!' },
        { ...done, replayed: true },
      ]);
      other.close();
    });
    expect(reached).toBe(0);
    expect(await stage.charges()).toBe(1);
  });

  test('is a conflict while it runs elsewhere, 422 with another text, and 400 with a key that is too long', async () => {
    const open = gate(answers(), ['Once ']);
    stage.upstream.script(open.behaviour);
    const [one, two] = [await signedIn(), await signedIn(stage.second.url)];
    one.send(MESSAGE);
    await one.frame('delta');
    two.send(MESSAGE);
    expect(await two.frame('error')).toMatchObject({ code: 'conflict' });
    two.send({ ...MESSAGE, message: 'Bye' });
    await expect.poll(() => two.frames.at(-1)?.['code']).toBe('unprocessable');
    two.send({ ...MESSAGE, idempotency_key: 'k'.repeat(256) });
    await expect.poll(() => two.frames.at(-1)?.['code']).toBe('invalid_request');
    open.release();
    await one.frame('done');
    one.close();
    two.close();
    expect(await stage.charges()).toBe(1);
  });

  test('that was stopped gives what had been said', async () => {
    const open = gate(answers(), ['Once upon a time, ']);
    stage.upstream.script(open.behaviour);
    const socket = await signedIn();
    socket.send(MESSAGE);
    await socket.frame('delta');
    socket.send({ type: 'stop' });
    await socket.frame('done');
    const from = socket.frames.length;
    socket.send(MESSAGE);
    expect(await socket.frame('delta', from)).toMatchObject({ text: 'Once upon a time, ' });
    socket.close();
    expect(await stage.charges()).toBe(1);
  });
});
