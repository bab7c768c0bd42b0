import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Behaviour, createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { framesOf, textOf } from '../../testing/paid-call-stage.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { sendsJson, streamsText } from '../../testing/upstream-events.ts';

const MODEL = 'openai/gpt-5-pro';
const ANSWER = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
    },
  ],
  usage: { input_tokens: 10, output_tokens: 4, total_tokens: 14 },
};
const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const STREAM = [
  event('response.created', { response: { ...ANSWER, status: 'in_progress', output: [] } }),
  event('response.output_text.delta', { ...place, delta: 'Hello' }),
  event('response.completed', { response: ANSWER }),
].join('');
const answers: Behaviour = (exchange) =>
  (exchange.isStream ? streamsText(STREAM) : sendsJson(200, JSON.stringify(ANSWER)))(exchange);

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  upstream.script(answers);
  server = await startTestServer({ OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: upstream.url });
  person = await signUpPerson(server.url);
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});

test.each([false, true])(
  'a model that its provider has in the Responses API only chats like any other (stream: %s)',
  async (stream) => {
    const { status, body } = await person.ask('POST', '/v1/chat/completions', {
      model: MODEL,
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 50,
      stream,
    });
    expect(status).toBe(200);
    const frames = stream ? framesOf(body) : [];
    expect(stream ? textOf(frames) : body.choices[0].message.content).toBe('Hello');
    expect(stream ? frames.at(-2)?.usage : body.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 4 });
    expect(upstream.requests.at(-1)).toMatchObject({ path: '/v1/responses' });
  },
);

test('is available like any other', async () => {
  expect((await person.ask('GET', `/api/v1/models/${MODEL}`)).body.available).toBe(true);
});
