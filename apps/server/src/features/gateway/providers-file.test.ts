import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { framesOf } from '../../testing/paid-call-stage.ts';
import { startTestServer } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers } from '../../testing/upstream-behaviours.ts';
import { DONE, sendsJson, streamsText, textEvent } from '../../testing/upstream-events.ts';
import { answersIn, COHERE_FORMAT } from '../../testing/upstream-formats.ts';
import { boundInputTokens } from './estimate.ts';

const folder = mkdtempSync(join(tmpdir(), 'q-providers-'));
const path = join(folder, 'providers.json');
const LLAMA = {
  id: 'llama-3.3-70b',
  context_window: 131_072,
  max_output: 32_768,
  input_usd_per_million: 0.59,
  cached_input_usd_per_million: 0.295,
  output_usd_per_million: 0.79,
};
const OWN = {
  id: 'own',
  context_window: 8_192,
  max_output: 1_024,
  input_usd_per_million: 0,
  output_usd_per_million: 0,
};

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;

function write(llama: object[] = [LLAMA]): void {
  const base_url = upstream.url;
  const command = { ...LLAMA, id: 'command', upstream_model: 'command-a', cached_input_usd_per_million: 0.59 };
  const providers = [
    { id: 'groq', preset: 'groq', base_url, api_keys_env: 'GROQ_API_KEY', models: llama },
    { id: 'grok', preset: 'xai', base_url, api_keys_env: 'XAI_KEYS', models: [LLAMA] },
    { id: 'rack', name: 'The rack', base_url, quirks: { takes_reasoning_back: true }, models: [OWN] },
    { id: 'north', format: 'cohere', base_url, api_keys_env: 'NORTH_KEY', models: [command] },
  ];
  writeFileSync(path, JSON.stringify(providers));
}

const versions = (id = 'groq/llama-3.3-70b') =>
  server.database.query<{ cost_input: bigint; list_input: bigint; list_cached_input: bigint; source: string }>(
    'SELECT cost_input, list_input, list_cached_input, source FROM price_versions WHERE model_id = $1 ORDER BY valid_from',
    [id],
  );
const rowOf = async (id: string) => {
  const [row] = await server.database.query('SELECT status, managed_by FROM models WHERE id = $1', [id]);
  return row;
};
const messages = [
  { role: 'developer', content: 'Be brief.' },
  { role: 'user', content: 'Hello' },
];
const ask = (model: string, more: object = {}) =>
  person.ask('POST', '/v1/chat/completions', { model, messages, max_tokens: 50, ...more });

beforeAll(async () => {
  upstream = await createFakeUpstream();
  write();
  server = await startTestServer({ PROVIDERS_FILE: path, GROQ_API_KEY: 'gsk', XAI_KEYS: 'xai', NORTH_KEY: 'north' });
  person = await signUpPerson(server.url);
});

afterAll(async () => {
  await server?.close();
  await upstream?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a model of the file is offered at its price with the commission', async () => {
  const { body } = await askWith(server.url, null)('GET', '/api/v1/models/groq/llama-3.3-70b');
  expect(body).toMatchObject({
    provider: 'groq',
    provider_name: 'Groq',
    pricing: { input: '0.842858', cached_input: '0.421429', output: '1.128572' },
    provider_pricing: { input: '0.59', cached_input: '0.295', output: '0.79' },
    context_window: 131_072,
  });
  const list = await person.ask('GET', '/v1/models');
  const ids = list.body.data.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining(['groq/llama-3.3-70b', 'grok/llama-3.3-70b', 'rack/own']));
  expect(await rowOf('groq/llama-3.3-70b')).toEqual({ status: 'active', managed_by: 'admin' });
});

test('it is sold whole in the provider’s words, to the nano-dollar', async () => {
  upstream.script(answers());
  const { status, body } = await ask('groq/llama-3.3-70b');
  expect(status).toBe(200);
  // (10 × 842858 + 4 × 1128572) pico-dollars, rounded up.
  expect(body.usage).toMatchObject({ usage_source: 'provider', cost_usd: '0.000012943' });
  const sent = upstream.requests.at(-1)!;
  expect(sent.headers.authorization).toBe('Bearer gsk');
  expect(sent.body).toMatchObject({ model: 'llama-3.3-70b', max_completion_tokens: 50 });
  expect(sent.body).not.toHaveProperty('max_tokens');
  expect(sent.body!['messages']).toMatchObject([{ role: 'system' }, { role: 'user' }]);
});

test('it is sold streamed, with its reasoning apart and cached input at its own price', async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 6 } };
  const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], x_groq: { usage } };
  const stream = ['<thi', 'nk>Hm.</think>\n', 'Hello'].map(textEvent).join('');
  upstream.script(streamsText(`${stream}data: ${JSON.stringify(last)}\n\n${DONE}`));
  const frames = framesOf((await ask('groq/llama-3.3-70b', { stream: true })).body);
  const deltas = frames.flatMap((frame) => frame.choices?.map(({ delta }: { delta: object }) => delta) ?? []);
  const said = (key: string) => deltas.map((delta) => delta[key] ?? '').join('');
  expect([said('reasoning_content'), said('content')]).toEqual(['Hm.', 'Hello']);
  // (4 × 842858 + 6 × 421429 + 4 × 1128572) pico-dollars, rounded up.
  expect(frames.findLast((frame) => frame.usage)?.usage.cost_usd).toBe('0.000010415');
});

test('an error inside a stream before anything was said is an error, and nothing is charged', async () => {
  const failure = { error: { message: 'Over capacity', type: 'internal_server_error', status_code: 400 } };
  const before = (await person.ask('GET', '/api/v1/balance')).body;
  upstream.script(streamsText(`event: error\ndata: ${JSON.stringify(failure)}\n\n`));
  expect((await ask('groq/llama-3.3-70b', { stream: true })).status).toBeGreaterThanOrEqual(400);
  expect((await person.ask('GET', '/api/v1/balance')).body).toEqual(before);
});

test('reasoning that xAI counts beside the completion is paid for', async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 4, completion_tokens_details: { reasoning_tokens: 100 } };
  const answer = { choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }], usage };
  upstream.script(sendsJson(200, JSON.stringify(answer)));
  const { body } = await ask('grok/llama-3.3-70b', { max_tokens: 500 });
  expect(body.usage).toMatchObject({ completion_tokens: 104, cost_usd: '0.000125801' });
});

test('a server that needs no key is asked without one, for nothing', async () => {
  upstream.script(answers());
  const { body } = await ask('rack/own');
  expect(body.usage.cost_usd).toBe('0.000000000');
  expect(upstream.requests.at(-1)!.headers.authorization).toBeUndefined();
});

test('what an answer reasoned is given back to a provider that takes it, and the hold covers it', async () => {
  upstream.script(answers());
  const given = [{ role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' }, ...messages];
  expect((await ask('rack/own', { messages: given })).status).toBe(200);
  expect(upstream.requests.at(-1)!.body!['messages']).toMatchObject([
    { content: 'Yes.', reasoning_content: 'Hm.' },
    {},
    {},
  ]);
  expect((await ask('groq/llama-3.3-70b', { messages: given })).status).toBe(200);
  expect(JSON.stringify(upstream.requests.at(-1)!.body)).not.toContain('reasoning_content');
  const bound = (reasoning_content: string) =>
    boundInputTokens({ messages: [{ role: 'assistant', content: 'x'.repeat(4_000), reasoning_content }] });
  expect(bound('y'.repeat(600)) - bound('')).toBe(300);
});

test('a provider of another format is a matter of configuration as well', async () => {
  upstream.script(answersIn(COHERE_FORMAT));
  const { body } = await ask('north/command');
  expect(body.usage.cost_usd).toBe('0.000012943');
  expect(upstream.requests.at(-1)!.body).toMatchObject({ model: 'command-a' });
});

test('a start with the same file changes nothing; another price is a version of its own beside the first', async () => {
  const first = await versions();
  expect(first).toEqual([
    { cost_input: 590_000n, list_input: 842_858n, list_cached_input: 421_429n, source: 'providers file' },
  ]);
  await (await server.second()).close();
  expect(await versions()).toEqual(first);

  write([{ ...LLAMA, input_usd_per_million: '0.7', cached_input_usd_per_million: undefined }]);
  const next = await server.second();
  expect(await versions()).toEqual([
    ...first,
    { cost_input: 700_000n, list_input: 1_000_000n, list_cached_input: 1_000_000n, source: 'providers file' },
  ]);
  upstream.script(answers());
  const { body } = await askWith(next.url, person.token)('POST', '/v1/chat/completions', {
    model: 'groq/llama-3.3-70b',
    messages,
  });
  expect(body.usage.cost_usd).toBe('0.000014515');
  await next.close();
});

test('a model that is gone from the file is retired, keeps its prices, and comes back with the file', async () => {
  const before = await versions();
  write([{ ...LLAMA, id: 'other' }]);
  const without = await server.second();
  expect(await rowOf('groq/llama-3.3-70b')).toEqual({ status: 'retired', managed_by: 'admin' });
  expect(await rowOf('groq/other')).toEqual({ status: 'active', managed_by: 'admin' });
  expect(await versions()).toEqual(before);
  const model = 'groq/llama-3.3-70b';
  const { status } = await askWith(without.url, person.token)('POST', '/v1/chat/completions', { model, messages });
  expect(status).toBe(410);
  await without.close();

  write([{ ...LLAMA, input_usd_per_million: '0.7', cached_input_usd_per_million: undefined }]);
  await (await server.second()).close();
  expect(await rowOf(model)).toEqual({ status: 'active', managed_by: 'admin' });
  expect(await versions()).toEqual(before);
});
