import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Behaviour, createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { framesOf, textOf } from '../../testing/paid-call-stage.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers } from '../../testing/upstream-behaviours.ts';
import {
  chunkEvent,
  DEFAULT_USAGE,
  DONE,
  sendsJson,
  streamsText,
  textEvent,
  wholeAnswer,
} from '../../testing/upstream-events.ts';
import { answersIn, COHERE_FORMAT, OLLAMA_FORMAT } from '../../testing/upstream-formats.ts';

/** Mistral's streams tell the usage with the finish reason, unasked. */
const answersAsMistral: Behaviour = (exchange) => {
  const ending = chunkEvent({ content: '' }, { finish_reason: 'stop', usage: DEFAULT_USAGE });
  const stream = [...['Hello', ', ', 'world', '!'].map(textEvent), ending, DONE].join('');
  return exchange.isStream ? streamsText(stream)(exchange) : sendsJson(200, wholeAnswer({}))(exchange);
};

// Prices of 10 tokens in and 4 out with a commission of 30 %, such as (10 × $2.50 + 4 × $10) / 1M / 0.7, each price and the sum rounded up.
const SOLD = [
  {
    name: 'Cohere',
    model: 'cohere/command-a-03-2025',
    prefix: 'COHERE',
    path: '/v1/v2/chat',
    behaviour: answersIn(COHERE_FORMAT),
    price: '0.000092858',
  },
  {
    name: 'Mistral',
    model: 'mistral/mistral-small-2603',
    prefix: 'MISTRAL',
    path: '/v1/chat/completions',
    behaviour: answersAsMistral,
    price: '0.000005572',
  },
  {
    name: 'Hugging Face',
    model: 'huggingface/meta-llama/Llama-3.1-8B-Instruct',
    prefix: 'HUGGINGFACE',
    path: '/v1/chat/completions',
    behaviour: answers(),
    price: '0.000001201',
  },
  {
    name: 'Ollama',
    model: 'ollama/llama3.2',
    prefix: 'OLLAMA',
    path: '/api/chat',
    behaviour: answersIn(OLLAMA_FORMAT),
    price: '0.000000000',
  },
];

describe.each(SOLD)('models of $name', ({ model, prefix, path, behaviour, price }) => {
  let upstream: FakeUpstream;
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let person: TestPerson;
  beforeAll(async () => {
    upstream = await createFakeUpstream();
    const key = prefix === 'OLLAMA' ? {} : { [`${prefix}_API_KEY`]: 'key-of-the-platform' };
    server = await startTestServer({ ...key, [`${prefix}_BASE_URL`]: upstream.url });
    person = await signUpPerson(server.url);
    upstream.script(behaviour);
  });
  afterAll(async () => {
    await server?.close();
    await upstream?.close();
  });
  const ask = (more: object = {}) =>
    person.ask('POST', '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }], ...more });

  test('are charged by the provider’s usage, whole and streamed', async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body.choices[0].message.content).toBe('Hello, world!');
    const usage = { prompt_tokens: 10, completion_tokens: 4, usage_source: 'provider', cost_usd: price };
    expect(body.usage).toMatchObject(usage);
    const frames = framesOf((await ask({ stream: true })).body);
    expect(textOf(frames.slice(0, -2))).toBe('Hello, world!');
    expect(frames.at(-2).usage).toMatchObject(usage);
    const { path: asked, headers } = upstream.requests.at(-1)!;
    expect(asked).toBe(path);
    expect(headers.authorization).toBe(prefix === 'OLLAMA' ? undefined : 'Bearer key-of-the-platform');
  });

  if (prefix === 'MISTRAL') {
    test('are asked in Mistral’s words', async () => {
      const call = { id: 'call_of_another_provider', type: 'function', function: { name: 'f', arguments: '{}' } };
      const messages = [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'x' },
      ];
      expect((await ask({ messages, seed: 7, stream: true })).status).toBe(200);
      const { body } = upstream.requests.at(-1)!;
      expect(body).toMatchObject({ random_seed: 7, stream: true });
      expect(body).not.toHaveProperty('seed');
      expect(body).not.toHaveProperty('stream_options');
      const [, calling, result] = body!['messages'] as { tool_calls?: { id: string }[]; tool_call_id?: string }[];
      expect(result?.tool_call_id).toMatch(/^[a-zA-Z0-9]{9}$/);
      expect(calling?.tool_calls?.[0]?.id).toBe(result?.tool_call_id);
    });
  }
});
