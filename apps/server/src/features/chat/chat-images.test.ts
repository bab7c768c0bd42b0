import { describe, expect, test } from 'vitest';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { signUpPerson } from '../../testing/test-person.ts';
import { refuses } from '../../testing/upstream-behaviours.ts';
import { sendsJson } from '../../testing/upstream-events.ts';

const SEES = 'openai/gpt-5.5';
const BLIND = 'sandbox/guide';
const DRAWS = 'openai/gpt-image-2';
/** A PNG of 3 × 2 pixels, as far as its header. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFN';

const stage = scriptedServer();

const upload = async (data = PNG) => (await stage.person.ask('POST', '/api/v1/chat/images', { data })).body;
const say = (more: object) => stage.person.ask('POST', '/api/v1/chat', { model_id: SEES, message: 'Look', ...more });
const messagesOf = async (id: string) => (await stage.person.ask('GET', `/api/v1/sessions/${id}/messages`)).body.data;

describe('pictures in questions', () => {
  test('go to the model as data, and again with the next question', async () => {
    const image = await upload();
    expect(image).toEqual({ id: expect.stringMatching(/^img_/), media_type: 'image/png', width: 3, height: 2 });
    const { body } = await say({ images: [image.id] });
    const shown = { role: 'user', content: [{ type: 'text', text: 'Look' }, expect.anything()] };
    expect(stage.upstream.requests.at(-1)?.body?.['messages']).toEqual([shown]);
    expect(JSON.stringify(stage.upstream.requests.at(-1)?.body)).toContain(`data:image/png;base64,${PNG}`);
    expect((await messagesOf(body.session_id))[0].images).toEqual([image]);
    await say({ session_id: body.session_id, message: 'And now?' });
    expect(stage.upstream.requests.at(-1)?.body?.['messages']).toMatchObject([shown, {}, { content: 'And now?' }]);
  });

  test('are a question without words, too', async () => {
    const { status } = await say({ message: '', images: [(await upload()).id] });
    expect(status).toBe(200);
  });

  test('stay with a question that is written anew', async () => {
    const image = await upload();
    const { body } = await say({ images: [image.id] });
    const anew = { session_id: body.session_id, parent_id: null, message: 'Look closer' };
    expect((await say({ ...anew, images: [image.id] })).status).toBe(200);
    expect((await messagesOf(body.session_id))[0]).toMatchObject({ content: 'Look closer', images: [image] });
  });

  test('are refused before anything is held by a model that cannot see, and only mentioned to it later', async () => {
    const image = await upload();
    const refused = await say({ model_id: BLIND, images: [image.id] });
    expect([refused.status, refused.body.error.param]).toEqual([400, 'images']);
    expect(refused.body.error.message).toMatch(/cannot see pictures/);
    const { body } = await say({ images: [image.id] });
    expect((await say({ model_id: BLIND, session_id: body.session_id, message: 'Go on' })).status).toBe(200);
  });

  test('are read and sent by their owner alone, and go with their conversation', async () => {
    const image = await upload();
    const path = `/api/v1/chat/images/${image.id}`;
    const { body } = await say({ images: [image.id] });
    const read = await stage.person.ask('GET', path);
    expect([read.status, read.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(PNG, 'base64').length).toBe(Number(read.headers.get('content-length')));
    const owner = stage.person;
    stage.person = await signUpPerson(stage.server.url);
    expect((await stage.person.ask('GET', path)).status).toBe(404);
    expect((await say({ images: [image.id] })).body.error.param).toBe('images');
    await owner.ask('DELETE', `/api/v1/sessions/${body.session_id}`);
    expect((await owner.ask('GET', path)).status).toBe(404);
  });

  test('that are none are refused, and one that was not sent is forgotten', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64');
    expect((await upload(svg)).error.code).toBe('invalid_request');
    const large = Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.alloc(4 * 1024 * 1024)]).toString('base64');
    expect((await upload(large)).error.code).toBe('payload_too_large');
    const image = await upload();
    expect((await stage.person.ask('DELETE', `/api/v1/chat/images/${image.id}`)).status).toBe(204);
    expect((await say({ images: [image.id] })).body.error.param).toBe('images');
  });
});

describe('a model that draws', () => {
  const draws = (answer: object) =>
    sendsJson(200, JSON.stringify({ created: 1, data: [answer], usage: { input_tokens: 6, output_tokens: 272 } }));

  test('answers with a picture that is kept, at its cost', async () => {
    stage.upstream.script(draws({ b64_json: PNG }));
    const { status, body } = await say({ model_id: DRAWS, message: 'A red square' });
    expect([status, body.message.content]).toEqual([200, '']);
    const [image] = body.message.images;
    expect(image).toMatchObject({ media_type: 'image/png', width: 3, height: 2 });
    expect((await stage.person.ask('GET', `/api/v1/chat/images/${image.id}`)).status).toBe(200);
    const [question, answer] = await messagesOf(body.session_id);
    expect(question.content).toBe('A red square');
    expect(answer).toMatchObject({ images: [image], cost_usd: body.cost_usd, model_id: DRAWS });
    expect((await stage.person.ask('GET', '/api/v1/balance')).body.spent_usd).toBe(body.cost_usd);
  });

  test('points to a picture that the provider keeps', async () => {
    stage.upstream.script(draws({ url: 'https://pictures.example/1.png' }));
    const { body } = await say({ model_id: DRAWS, message: 'A red square' });
    expect(body.message.content).toContain('(https://pictures.example/1.png)');
  });

  test('costs nothing when the picture cannot be kept', async () => {
    const { database } = stage.server;
    await database.query('ALTER TABLE chat_images ADD CONSTRAINT no_room CHECK (false) NOT VALID');
    stage.upstream.script(draws({ b64_json: PNG }));
    const { status } = await say({ model_id: DRAWS, message: 'A red square' });
    await database.query('ALTER TABLE chat_images DROP CONSTRAINT no_room');
    expect(status).toBe(500);
    const { body } = await stage.person.ask('GET', '/api/v1/balance');
    expect([body.spent_usd, body.held_usd]).toEqual(['0.000000000', '0.000000000']);
  });

  test('is paid and saved when the database comes back only after the charge', async () => {
    const { database } = stage.server;
    await database.query('CREATE SEQUENCE answers_tried');
    await database.query(`CREATE FUNCTION no_room_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.role = 'assistant' AND nextval('answers_tried') <= 2 THEN RAISE 'no room' USING ERRCODE = 'disk_full'; END IF;
      RETURN NEW;
    END $$`);
    await database.query(
      'CREATE TRIGGER no_room_twice BEFORE INSERT ON chat_messages FOR EACH ROW EXECUTE FUNCTION no_room_twice()',
    );
    stage.upstream.script(draws({ b64_json: PNG }));
    const { status, body } = await say({ model_id: DRAWS, message: 'A red square' });
    await database.query('DROP FUNCTION no_room_twice CASCADE');
    await database.query('DROP SEQUENCE answers_tried');
    expect(status).toBe(200);
    const [, answer] = await messagesOf(body.session_id);
    expect(answer).toMatchObject({ images: body.message.images, cost_usd: body.cost_usd });
  });

  test('that refuses costs nothing and leaves nothing', async () => {
    stage.upstream.script(refuses(400));
    expect((await say({ model_id: DRAWS, message: 'Something else' })).status).toBe(400);
    expect((await stage.person.ask('GET', '/api/v1/sessions')).body.total).toBe(0);
    expect((await stage.person.ask('GET', '/api/v1/balance')).body.spent_usd).toBe('0.000000000');
  });
});
