import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPaidCallStage, type PaidCallStage, STAGE_MODEL } from '../../testing/paid-call-stage.ts';
import { askWith, signUpPerson } from '../../testing/test-person.ts';

let stage: PaidCallStage;
beforeAll(async () => {
  stage = await createPaidCallStage();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await stage.reset();
  await stage.first.database.query('DELETE FROM model_votes');
});

const give = (body: object) => stage.ask('POST', '/api/v1/feedback', body);

/** An answer in a chat of the person. */
async function answered(message = 'Fix this bug: TypeError: x is undefined'): Promise<string> {
  const { body } = await stage.ask('POST', '/api/v1/chat', { model_id: STAGE_MODEL, message });
  return body.message.id;
}

async function weighed() {
  const { feedback } = stage.first.app.services.assistant;
  // The usage log, which says who has paid, is written when it is looked at.
  await stage.ask('GET', '/api/v1/usage');
  await feedback.recompute();
  return feedback.votesFor(STAGE_MODEL, 'debug');
}

describe('feedback on an answer', () => {
  test('counts for its model at the task of its question', async () => {
    const { status, body } = await give({ message_id: await answered(), kind: 'up' });
    expect([status, body]).toEqual([200, { model_id: STAGE_MODEL, task: 'debug', kind: 'up' }]);
    expect(await weighed()).toEqual({ weight: expect.closeTo(0.5, 5), value: expect.closeTo(0.5, 5) });
  });

  test('can be changed and taken back', async () => {
    const message_id = await answered();
    await give({ message_id, kind: 'up' });
    await give({ message_id, kind: 'down' });
    expect(await weighed()).toEqual({ weight: expect.closeTo(0.5, 5), value: 0 });
    await give({ message_id, kind: 'none' });
    expect(await weighed()).toBeUndefined();
  });

  test('is shown with its answer until it is taken back; copying marks nothing', async () => {
    const { body } = await stage.ask('POST', '/api/v1/chat', { model_id: STAGE_MODEL, message: 'Hello' });
    const message_id = body.message.id;
    const shown = async () =>
      (await stage.ask('GET', `/api/v1/sessions/${body.session_id}/messages`)).body.data.map(
        ({ thumb }: { thumb: string | null }) => thumb,
      );
    expect(await shown()).toEqual([null, null]);
    for (const [kind, thumb] of [
      ['up', 'up'],
      ['down', 'down'],
      ['copied', 'down'],
      ['none', null],
    ]) {
      await give({ message_id, kind });
      expect(await shown()).toEqual([null, thumb]);
    }
  });

  test('counts once for a person, however many answers they judge', async () => {
    for (const message of ['debug this crash', 'fix my failing test', 'why this stack trace?']) {
      await give({ message_id: await answered(message), kind: 'stars', stars: 5 });
    }
    expect((await weighed())?.weight).toBeLessThanOrEqual(1);
  });

  test('moves nothing from somebody who never paid for a call', async () => {
    const other = await signUpPerson(stage.first.url, 0);
    await stage.first.database.query("INSERT INTO model_votes VALUES ($1, $2, 'debug', 'stars', 1, now())", [
      other.id,
      STAGE_MODEL,
    ]);
    expect(await weighed()).toBeUndefined();
  });

  test('names a call and what it was for, outside of chat', async () => {
    const { body } = await stage.ask('POST', '/v1/chat/completions', {
      model: STAGE_MODEL,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    const [call] = (await stage.ask('GET', '/api/v1/usage')).body.data;
    expect(body.usage).toBeDefined();
    const asked = { call_id: call.id, kind: 'stars', stars: 2 };
    expect((await give(asked)).body.error.param).toBe('task');
    expect((await give({ ...asked, task: 'debug' })).status).toBe(200);
    expect(await weighed()).toEqual({ weight: expect.closeTo(1, 5), value: expect.closeTo(0.25, 5) });
  });

  test('is taken on any server at once, before the usage log tells of the call', async () => {
    const body = { model: STAGE_MODEL, messages: [{ role: 'user', content: 'Hello' }] };
    const answer = await stage.ask('POST', '/v1/chat/completions', body);
    const elsewhere = askWith(stage.second.url, stage.person().token);
    const vote = { call_id: answer.headers.get('x-request-id'), kind: 'up', task: 'debug' };
    expect((await elsewhere('POST', '/api/v1/feedback', vote)).status).toBe(200);
    const other = await signUpPerson(stage.first.url);
    expect((await other.ask('POST', '/api/v1/feedback', vote)).status).toBe(404);
  });

  test('is refused for answers of others and for what makes no sense', async () => {
    const message_id = await answered();
    const other = await signUpPerson(stage.first.url);
    const wrong = await other.ask('POST', '/api/v1/feedback', { message_id, kind: 'up' });
    expect([wrong.status, wrong.body.error.param]).toEqual([404, 'message_id']);
    for (const body of [
      { kind: 'up' },
      { message_id, call_id: 'req_1', kind: 'up' },
      { message_id, kind: 'stars' },
      { message_id, kind: 'up', stars: 3 },
      { message_id, kind: 'stars', stars: 6 },
      { message_id, kind: 'love' },
      { message_id, kind: 'up', task: 'cooking' },
    ]) {
      expect((await give(body)).status, JSON.stringify(body)).toBe(400);
    }
  });
});
