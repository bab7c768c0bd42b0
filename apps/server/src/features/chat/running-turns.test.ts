import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { askWith, openSocket, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers, gate } from '../../testing/upstream-behaviours.ts';

const MODEL = 'openai/gpt-5.5';

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  server = await startTestServer({
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: upstream.url,
    CONCURRENT_STREAMS_PER_KEY: '2',
  });
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  person = await signUpPerson(server.url);
});
afterEach(async () => {
  const check = await server.app.services.ledger.check();
  expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
});

type Socket = Awaited<ReturnType<typeof openSocket>>;

async function signedIn(token = person.token, url = server.url): Promise<Socket> {
  const socket = await openSocket(url);
  socket.send({ type: 'auth', token });
  await socket.frame('ready');
  return socket;
}

const textOf = ({ frames }: Socket) =>
  frames
    .filter(({ type }) => type === 'delta')
    .map((frame) => frame['text'])
    .join('');

const say = (socket: Socket, more: object = {}) =>
  socket.send({ type: 'message', model_id: MODEL, message: 'Tell me a story', ...more });

/** A story that waits after its first words, and the chat it is told in. */
async function begun(more: object = {}) {
  const held = gate(answers(), ['Once upon ', 'a time ']);
  upstream.script(held.behaviour);
  const socket = await signedIn();
  say(socket, more);
  const session = await socket.frame('session');
  await expect.poll(() => textOf(socket)).toBe('Once upon a time ');
  return { socket, session, id: String(session['session_id']), release: held.release };
}

const charges = async () =>
  (await person.ask('GET', '/api/v1/transactions')).body.data.filter((row: { kind: string }) => row.kind === 'charge');
const messagesOf = async (id: string) => (await person.ask('GET', `/api/v1/sessions/${id}/messages`)).body.data;
const runningOf = async (id: string) => (await person.ask('GET', `/api/v1/sessions/${id}`)).body.running;

describe('a turn whose connection was lost', () => {
  test('goes on, is kept and charged once', async () => {
    const { socket, id, release } = await begun();
    socket.close();
    expect(await runningOf(id)).toMatchObject([{ model_id: MODEL, question: 'Tell me a story', parent_id: null }]);
    release();
    await expect.poll(async () => (await messagesOf(id)).length).toBe(2);
    const [, answer] = await messagesOf(id);
    expect(answer).toMatchObject({ content: 'Once upon a time ', finish_reason: 'stop' });
    expect(await runningOf(id)).toEqual([]);
    expect(await charges()).toHaveLength(1);
    expect((await person.ask('GET', '/api/v1/balance')).body).toMatchObject({
      spent_usd: answer.cost_usd,
      held_usd: '0.000000000',
    });
  });

  test('is joined from its beginning, by several at once, and ends for all', async () => {
    const { socket, session, id, release } = await begun();
    socket.close();
    const [one, two] = [await signedIn(), await signedIn()];
    one.send({ type: 'join', session_id: id });
    two.send({ type: 'join', session_id: id, turn_id: session['turn_id'] });
    await Promise.all([one, two].map((each) => expect.poll(() => textOf(each)).toBe('Once upon a time ')));
    release();
    const ends = await Promise.all([one.frame('done'), two.frame('done')]);
    expect(ends[0]).toEqual(ends[1]);
    for (const each of [one, two]) {
      expect(each.frames.find(({ type }) => type === 'session')).toEqual(session);
      expect(textOf(each)).toBe('Once upon a time ');
      each.close();
    }
    expect(await charges()).toHaveLength(1);
  });

  test('is joined by the same message under its key: one call, one charge', async () => {
    const asked = upstream.requests.length;
    const { socket, id, release } = await begun({ idempotency_key: 'once' });
    socket.close();
    const again = await signedIn();
    say(again, { idempotency_key: 'once' });
    await expect.poll(() => textOf(again)).toBe('Once upon a time ');
    release();
    const done = await again.frame('done');
    const late = await signedIn();
    say(late, { idempotency_key: 'once' });
    expect(await late.frame('done')).toEqual({ ...done, replayed: true });
    expect(textOf(late)).toBe('Once upon a time ');
    expect(upstream.requests.length).toBe(asked + 1);
    expect([(await messagesOf(id)).length, (await charges()).length]).toEqual([2, 1]);
    again.close();
    late.close();
  });

  test('is not joined by another message under its key', async () => {
    const { socket, release } = await begun({ idempotency_key: 'once' });
    const other = await signedIn();
    say(other, { idempotency_key: 'once', message: 'Something else' });
    expect(await other.frame('error')).toMatchObject({ code: 'unprocessable' });
    release();
    await socket.frame('done');
  });

  test('is stopped by whoever joined it', async () => {
    const { socket, id } = await begun();
    socket.close();
    const again = await signedIn();
    again.send({ type: 'join', session_id: id });
    again.send({ type: 'stop' });
    const done = await again.frame('done');
    expect(upstream.requests.at(-1)?.isAborted).toBe(true);
    expect((await messagesOf(id))[1]).toMatchObject({ content: 'Once upon a time ', cost_usd: done['cost_usd'] });
    again.send({ type: 'join', session_id: id });
    expect(await again.frame('error')).toMatchObject({ code: 'not_found', param: 'session_id' });
    again.close();
  });

  test('is joined before the model has begun', async () => {
    const { socket, id, release } = await begun();
    release();
    await socket.frame('done');
    const held = gate();
    upstream.script(held.behaviour);
    say(socket, { session_id: id, message: 'And then?' });
    await expect.poll(() => runningOf(id)).toMatchObject([{ question: 'And then?', question_id: null }]);
    socket.close();
    const again = await signedIn();
    again.send({ type: 'join', session_id: id });
    held.release();
    await again.frame('done');
    expect(textOf(again)).toBe('Hello, world!');
    again.close();
  });
});

test('an analyst calls no models over the socket either', async () => {
  await server.database.query("UPDATE users SET role = 'analyst' WHERE id = $1", [person.id]);
  const login = await askWith(server.url, null)('POST', '/api/v1/auth/login', {
    email: person.email,
    password: 'correct horse battery 9',
  });
  const socket = await signedIn(login.body.access_token);
  say(socket);
  expect(await socket.frame('error')).toMatchObject({ code: 'forbidden' });
  socket.close();
});

describe('a running turn', () => {
  test('counts among the calls of its person while nobody follows it', async () => {
    const first = await begun();
    first.socket.close();
    const second = await begun();
    second.socket.close();
    const third = await signedIn();
    say(third);
    expect(await third.frame('error')).toMatchObject({ code: 'rate_limited' });
    upstream.script(answers());
    first.release();
    second.release();
    await expect.poll(async () => (await messagesOf(first.id)).length + (await messagesOf(second.id)).length).toBe(4);
    say(third);
    await third.frame('done');
    third.close();
  });

  test('is nobody else’s to join, nor a key’s that may not read', async () => {
    const { socket, id, session, release } = await begun();
    const other = await signUpPerson(server.url);
    const stranger = await signedIn(other.token);
    stranger.send({ type: 'join', session_id: id, turn_id: session['turn_id'] });
    expect(await stranger.frame('error')).toMatchObject({ code: 'not_found' });
    const { body } = await person.ask('POST', '/api/v1/keys', { name: 'k', permissions: ['inference'] });
    const key = await signedIn(body.key);
    key.send({ type: 'join', session_id: id });
    expect(await key.frame('error')).toMatchObject({ code: 'forbidden' });
    expect([textOf(stranger), textOf(key)]).toEqual(['', '']);
    release();
    await socket.frame('done');
  });

  test('is stopped when its conversation is deleted; what was delivered is charged', async () => {
    const { socket, id } = await begun();
    socket.close();
    expect((await person.ask('DELETE', `/api/v1/sessions/${id}`)).status).toBe(204);
    await expect.poll(async () => (await person.ask('GET', '/api/v1/balance')).body.held_usd).toBe('0.000000000');
    expect(upstream.requests.at(-1)?.isAborted).toBe(true);
    expect(await charges()).toHaveLength(1);
    expect((await person.ask('GET', '/api/v1/sessions')).body.total).toBe(0);
  });

  test('ends within seconds after its session was signed out, with nobody there', async () => {
    const { socket } = await begun();
    socket.close();
    await person.ask('POST', '/api/v1/auth/logout', {});
    const { body } = await person.ask('GET', '/api/v1/auth/sessions');
    for (const { id } of body.data ?? []) await person.ask('DELETE', `/api/v1/auth/sessions/${id}`);
    await expect.poll(() => upstream.requests.at(-1)?.isAborted, { timeout: 8_000 }).toBe(true);
  });

  test('goes on when somebody who only followed it is signed out, and they hear no more', async () => {
    const { socket, id, release } = await begun();
    const login = await askWith(server.url, null)('POST', '/api/v1/auth/login', {
      email: person.email,
      password: 'correct horse battery 9',
    });
    const follower = await signedIn(login.body.access_token);
    follower.send({ type: 'join', session_id: id });
    await expect.poll(() => textOf(follower)).toBe('Once upon a time ');
    const { body } = await askWith(server.url, login.body.access_token)('GET', '/api/v1/auth/sessions');
    const own = body.data.find((session: { current: boolean }) => session.current);
    await person.ask('DELETE', `/api/v1/auth/sessions/${own.id}`);
    expect(await follower.closed()).toBe(1008);
    release();
    await socket.frame('done');
    expect(follower.frames.some(({ type }) => type === 'done')).toBe(false);
    expect((await messagesOf(id)).length).toBe(2);
  });

  test('runs to its end, or to the limit of the shutdown, when the server closes', async () => {
    const other = await server.second();
    const held = gate(answers(), ['Once upon ']);
    upstream.script(held.behaviour);
    const socket = await signedIn(person.token, other.url);
    say(socket);
    const id = String((await socket.frame('session'))['session_id']);
    await expect.poll(() => textOf(socket)).toBe('Once upon ');
    const stopped = other.stop();
    await socket.closed();
    await stopped;
    const [, answer] = await messagesOf(id);
    expect(answer).toMatchObject({ content: 'Once upon ', finish_reason: 'length' });
    expect((await person.ask('GET', '/api/v1/balance')).body).toMatchObject({ held_usd: '0.000000000' });
  });

  test('of another server is read when it is saved', async () => {
    const other = await server.second();
    const { socket, id, release } = await begun();
    const elsewhere = await signedIn(person.token, other.url);
    elsewhere.send({ type: 'join', session_id: id });
    expect(await elsewhere.frame('error')).toMatchObject({ code: 'not_found' });
    release();
    await socket.frame('done');
    const there = askWith(other.url, person.token);
    expect((await there('GET', `/api/v1/sessions/${id}/messages`)).body.data).toHaveLength(2);
    elsewhere.close();
  });
});
