import { parseUsd } from '@q/contract/money';
import { describe, expect, test } from 'vitest';
import type { Behaviour } from '../../testing/fake-upstream.ts';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { askWith, openSocket } from '../../testing/test-person.ts';
import { answers, gate } from '../../testing/upstream-behaviours.ts';
import { sendsJson } from '../../testing/upstream-events.ts';

const MODEL = 'openai/gpt-5.5';
const DRAWS = 'openai/gpt-image-2';
/** A PNG of 3 × 2 pixels, as far as its header. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFN';
const NOTHING = '0.000000000';

const stage = scriptedServer();

const say = (more: object = {}, headers: Record<string, string> = {}) =>
  stage.person.ask('POST', '/api/v1/chat', { model_id: MODEL, message: 'Tell me a story', ...more }, headers);
const remove = (id: string, url = stage.server.url) =>
  askWith(url, stage.person.token)('DELETE', `/api/v1/sessions/${id}`);
const balance = async () => (await stage.person.ask('GET', '/api/v1/balance')).body;

/** What is kept of the person's conversations: their messages and pictures. */
async function kept(id: string) {
  const { database } = stage.server;
  const [messages, pictures] = await Promise.all([
    database.query('SELECT id FROM chat_messages WHERE session_id = $1', [id]),
    database.query('SELECT id FROM chat_images WHERE user_id = $1', [stage.person.id]),
  ]);
  return [messages.length, pictures.length];
}

/** Does something while a table cannot be written. */
async function without(table: string, work: () => Promise<void>): Promise<void> {
  await stage.server.database.query(`ALTER TABLE ${table} RENAME TO ${table}_away`);
  try {
    await work();
  } finally {
    await stage.server.database.query(`ALTER TABLE ${table}_away RENAME TO ${table}`);
  }
}

/** A conversation with one answer, and what it has cost. */
async function conversation() {
  stage.upstream.script(answers());
  const { body } = await say();
  return { id: String(body.session_id), cost: String(body.cost_usd) };
}

/** A question of the conversation, once the provider has it and does as it is told. */
async function asked(id: string, behaviour: Behaviour, more: object = {}) {
  const before = stage.upstream.requests.length;
  stage.upstream.script(behaviour);
  const answer = say({ session_id: id, ...more });
  await expect.poll(() => stage.upstream.requests.length).toBe(before + 1);
  return { answer };
}

describe('a conversation that is deleted while it is answered over JSON', () => {
  test('ends with 404, and what had come is charged once', async () => {
    const { id, cost } = await conversation();
    stage.upstream.script(gate(answers(), ['Once upon ', 'a time ']).behaviour);
    const key = { 'idempotency-key': 'k' };
    const answer = say({ session_id: id }, key);
    const saved = async () => (await stage.person.ask('GET', `/api/v1/sessions/${id}`)).body.message_count;
    await expect.poll(saved).toBe(3);
    expect((await remove(id)).status).toBe(204);
    const { status, body, headers } = await answer;
    expect([status, body.error.code, body.error.param]).toEqual([404, 'not_found', 'session_id']);
    expect(body.error.message).toMatch(/deleted .* is charged/);
    expect(stage.upstream.requests.at(-1)?.isAborted).toBe(true);
    const paid = headers.get('x-cost-usd') ?? '';
    expect(parseUsd(paid)).toBeGreaterThan(0n);
    const { spent_usd, held_usd } = await balance();
    expect([parseUsd(spent_usd), held_usd]).toEqual([(parseUsd(cost) ?? 0n) + (parseUsd(paid) ?? 0n), NOTHING]);
    const again = await say({ session_id: id }, key);
    expect([again.status, again.body, again.headers.get('x-cost-usd')]).toEqual([404, body, paid]);
    expect(await kept(id)).toEqual([0, 0]);
  });

  test('says that it is charged where the answer cannot be saved', async () => {
    const { id } = await conversation();
    const { spent_usd: before } = await balance();
    stage.upstream.script(gate(answers(), ['Once upon ', 'a time ']).behaviour);
    const answer = say({ session_id: id });
    const saved = async () => (await stage.person.ask('GET', `/api/v1/sessions/${id}`)).body.message_count;
    await expect.poll(saved).toBe(3);
    await without('chat_messages', async () => {
      expect((await remove(id)).status).toBe(204);
      const { status, body, headers } = await answer;
      expect([status, body.error.message]).toEqual([404, expect.stringMatching(/deleted .* is charged/)]);
      const paid = parseUsd(headers.get('x-cost-usd') ?? '') ?? 0n;
      expect(paid).toBeGreaterThan(0n);
      expect(parseUsd((await balance()).spent_usd)).toBe((parseUsd(before) ?? 0n) + paid);
    });
  });

  test('does not say that nothing is charged where the end of the call cannot be written', async () => {
    const { id } = await conversation();
    stage.upstream.script(gate(answers(), ['Once upon ', 'a time ']).behaviour);
    const answer = say({ session_id: id });
    const saved = async () => (await stage.person.ask('GET', `/api/v1/sessions/${id}`)).body.message_count;
    await expect.poll(saved).toBe(3);
    await without('receipts', async () => {
      await remove(id);
      const { status, body } = await answer;
      expect([status, body.error.code]).toEqual([404, 'not_found']);
      expect(body.error.message).toContain('Your transactions show');
    });
  });

  test('ends with 404 before the answer has begun, and nothing is charged', async () => {
    const { id, cost } = await conversation();
    const { id: picture } = (await stage.person.ask('POST', '/api/v1/chat/images', { data: PNG })).body;
    const { answer } = await asked(id, gate().behaviour, { images: [picture] });
    await remove(id);
    const { status, body } = await answer;
    expect([status, body.error.message]).toEqual([404, expect.stringContaining('Nothing is charged')]);
    expect(await balance()).toMatchObject({ spent_usd: cost, held_usd: NOTHING });
  });
});

describe('a conversation that is deleted at another server', () => {
  test('takes neither question nor picture, and nothing is charged', async () => {
    const other = await stage.server.second();
    const { id, cost } = await conversation();
    const { id: picture } = (await stage.person.ask('POST', '/api/v1/chat/images', { data: PNG })).body;
    const held = gate();
    const { answer } = await asked(id, held.behaviour, { images: [picture] });
    await remove(id, other.url);
    held.release();
    const { status, body } = await answer;
    expect([status, body.error.code]).toEqual([404, 'not_found']);
    expect(await balance()).toMatchObject({ spent_usd: cost, held_usd: NOTHING });
    await other.stop();
  });

  test('is answered to the end once the answer has begun, which is charged and not kept', async () => {
    const other = await stage.server.second();
    const { id, cost } = await conversation();
    const held = gate(answers(), ['Once upon ']);
    stage.upstream.script(held.behaviour);
    const answer = say({ session_id: id });
    await expect.poll(async () => (await stage.person.ask('GET', `/api/v1/sessions/${id}`)).body.message_count).toBe(3);
    await remove(id, other.url);
    held.release();
    const { status, body, headers } = await answer;
    expect([status, body.finish_reason]).toEqual([200, 'stop']);
    expect(body.message.content).toBe('Once upon ');
    const paid = parseUsd(headers.get('x-cost-usd') ?? '') ?? 0n;
    expect(paid).toBeGreaterThan(0n);
    expect(parseUsd((await balance()).spent_usd)).toBe((parseUsd(cost) ?? 0n) + paid);
    expect(await kept(id)).toEqual([0, 0]);
    await other.stop();
  });

  test('takes no drawing, which is not charged', async () => {
    const other = await stage.server.second();
    const { id, cost } = await conversation();
    const held = gate(sendsJson(200, JSON.stringify({ created: 1, data: [{ b64_json: PNG }] })));
    const { answer } = await asked(id, held.behaviour, { model_id: DRAWS, message: 'A red square' });
    await remove(id, other.url);
    held.release();
    expect((await answer).status).toBe(404);
    expect(await balance()).toMatchObject({ spent_usd: cost, held_usd: NOTHING });
    expect(await kept(id)).toEqual([0, 0]);
    await other.stop();
  });
});

describe('a conversation that is deleted while it is answered over the socket', () => {
  test.each([
    ['with what had come charged', ['Once upon '], 1],
    ['with nothing charged where nothing had come', [], 0],
  ])('ends with an error, %s', async (_how, pieces, charges) => {
    const { id, cost } = await conversation();
    const before = stage.upstream.requests.length;
    stage.upstream.script(gate(answers(), pieces).behaviour);
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: stage.person.token });
    socket.send({ type: 'message', model_id: MODEL, message: 'And then?', session_id: id });
    await (pieces.length > 0
      ? socket.frame('delta')
      : expect.poll(() => stage.upstream.requests.length).toBe(before + 1));
    await remove(id);
    const { message_id, cost_usd = NOTHING, ...last } = await socket.frame('error');
    expect(last).toMatchObject({ code: 'not_found', param: 'session_id' });
    expect(message_id).toBeUndefined();
    const spent = (parseUsd(cost) ?? 0n) + (parseUsd(String(cost_usd)) ?? 0n);
    const { spent_usd, held_usd } = await balance();
    expect([parseUsd(spent_usd), held_usd, cost_usd === NOTHING]).toEqual([spent, NOTHING, charges === 0]);
    expect(await kept(id)).toEqual([0, 0]);
    socket.close();
  });

  test('says what was charged where the answer cannot be saved', async () => {
    const { id, cost } = await conversation();
    stage.upstream.script(gate(answers(), ['Once upon ']).behaviour);
    const socket = await openSocket(stage.server.url);
    socket.send({ type: 'auth', token: stage.person.token });
    socket.send({ type: 'message', model_id: MODEL, message: 'And then?', session_id: id });
    await socket.frame('delta');
    await without('chat_messages', async () => {
      await remove(id);
      const { message, cost_usd = NOTHING } = await socket.frame('error');
      expect(message).toMatch(/deleted .* is charged/);
      expect(parseUsd(String(cost_usd))).toBeGreaterThan(0n);
      const spent = (parseUsd(cost) ?? 0n) + (parseUsd(String(cost_usd)) ?? 0n);
      expect(parseUsd((await balance()).spent_usd)).toBe(spent);
    });
    socket.close();
  });
});
