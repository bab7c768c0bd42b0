import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listOllamaModels } from './list-models.ts';
import { createOllamaProvider } from './provider.ts';

type Answer = (response: ServerResponse, body: string) => void;
interface Seen {
  what: string;
  body: string;
  authorization: string | undefined;
  contentType: string | undefined;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server on loopback that answers `METHOD path` as told, and what it was asked. */
async function fake(answers: Record<string, Answer>) {
  const seen: Seen[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const what = `${request.method} ${request.url}`;
    const { authorization, 'content-type': contentType } = request.headers;
    seen.push({ what, body, authorization, contentType });
    const answer = answers[what];
    if (answer) answer(response, body);
    else response.writeHead(404).end('404 page not found');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const signal = () => new AbortController().signal;
const HELLO = { model: 'llama3.2', messages: [{ role: 'user' as const, content: 'Hi' }] };
const LINE = { message: { role: 'assistant', content: 'Hi' }, done: false };
const LAST = { message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', eval_count: 1 };

describe('calls', () => {
  const open = (baseUrl: string) => {
    const provider = createOllamaProvider({ id: 'ollama', baseUrl });
    closers.push(() => provider.close());
    return provider;
  };

  it.each([[''], ['/'], ['/api'], ['/v1/']])(
    'go to /api/chat of an address that ends with "%s", without a key',
    async (end) => {
      const { url, seen } = await fake({ 'POST /api/chat': json({ ...LINE, ...LAST, message: LINE.message }) });
      const result = await open(`${url}${end}`).chat(HELLO, { signal: signal() });
      expect(result.choices[0]?.text).toBe('Hi');
      expect(seen).toMatchObject([{ what: 'POST /api/chat', authorization: undefined }]);
      expect(JSON.parse(seen[0]!.body)).toMatchObject({ model: 'llama3.2', stream: false });
    },
  );

  it('hand out each line of a stream when it comes', async () => {
    let goOn = () => {};
    const { url } = await fake({
      'POST /api/chat': (response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(`${JSON.stringify(LINE)}\n`);
        goOn = () => response.end(`${JSON.stringify(LAST)}\n`);
      },
    });
    const { parts } = await open(url).streamChat(HELLO, { signal: signal() });
    const iterator = parts[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toEqual({ type: 'text-delta', choice: 0, text: 'Hi' });
    goOn();
    expect((await iterator.next()).value).toMatchObject({ type: 'finish', reason: 'stop' });
    expect((await iterator.next()).value).toMatchObject({ type: 'usage' });
    expect((await iterator.next()).done).toBe(true);
  });

  it('fail as the server says', async () => {
    const { url } = await fake({ 'POST /api/chat': json({ error: 'model "llama3.2" not found' }, 404) });
    const failing = open(url).streamChat(HELLO, { signal: signal() });
    await expect(failing).rejects.toMatchObject({ kind: 'invalid_request', status: 404, param: 'model' });
  });
});

describe('the list of local models', () => {
  const TAGS = {
    models: [
      { name: 'llama3.2:3b', model: 'llama3.2:3b', size: 2_019_393_189, details: { family: 'llama' } },
      { model: 'old:latest', size: -1 },
      { size: 5 },
      null,
    ],
  };
  const show: Answer = (response, body) => {
    const { model } = JSON.parse(body) as { model: string };
    if (model !== 'llama3.2:3b') return json({ error: 'no' }, 500)(response, body);
    const model_info = {
      'general.architecture': 'llama',
      'vision.context_length': 7,
      'llama.context_length': 131_072,
    };
    json({ model_info, capabilities: ['completion', 'tools', 3] })(response, body);
  };

  it('tells names and sizes, and for those the server can describe, context and capabilities', async () => {
    const { url, seen } = await fake({ 'GET /api/tags': json(TAGS), 'POST /api/show': show });
    expect(await listOllamaModels({ baseUrl: `${url}/api`, signal: signal() })).toEqual([
      { name: 'llama3.2:3b', sizeBytes: 2_019_393_189, contextLength: 131_072, capabilities: ['completion', 'tools'] },
      { name: 'old:latest', sizeBytes: null, contextLength: null, capabilities: [] },
    ]);
    expect(seen[0]).toEqual({ what: 'GET /api/tags', body: '', authorization: undefined, contentType: undefined });
    expect(seen.slice(1).map(({ what }) => what)).toEqual(['POST /api/show', 'POST /api/show']);
  });

  it('finds the context of a model whose architecture is not told', async () => {
    const { url } = await fake({
      'GET /api/tags': json({ models: [{ name: 'a' }] }),
      'POST /api/show': json({ model_info: { 'qwen3.context_length': 40_960 } }),
    });
    expect(await listOllamaModels({ baseUrl: url, signal: signal() })).toEqual([
      { name: 'a', sizeBytes: null, contextLength: 40_960, capabilities: [] },
    ]);
  });

  it('of many models is asked for a few at a time', async () => {
    let now = 0;
    let most = 0;
    const models = Array.from({ length: 30 }, (_, index) => ({ name: `m${index}` }));
    const { url } = await fake({
      'GET /api/tags': json({ models }),
      'POST /api/show': (response, body) => {
        now += 1;
        most = Math.max(most, now);
        setImmediate(() => {
          now -= 1;
          json({ capabilities: [JSON.parse(body).model] })(response, body);
        });
      },
    });
    const listed = await listOllamaModels({ baseUrl: url, signal: signal() });
    expect(listed.map(({ capabilities }) => capabilities)).toEqual(models.map(({ name }) => [name]));
    expect(most).toBeLessThanOrEqual(4);
  });

  it.each<[string, Answer, object]>([
    ['is none', json({ nothing: true }), { kind: 'upstream' }],
    ['is refused', json({ error: 'unauthorized' }, 401), { kind: 'auth' }],
    ['does not come', () => undefined, { kind: 'timeout' }],
  ])('that %s is an error', async (_what, answer, wanted) => {
    const { url } = await fake({ 'GET /api/tags': answer });
    await expect(listOllamaModels({ baseUrl: url, signal: signal(), answerMs: 50 })).rejects.toMatchObject(wanted);
  });

  it('where nothing listens is an error', async () => {
    const { url } = await fake({});
    await closers.pop()?.();
    await expect(listOllamaModels({ baseUrl: url, signal: signal() })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('that nobody waits for any more is stopped', async () => {
    const controller = new AbortController();
    const { url } = await fake({ 'GET /api/tags': json(TAGS), 'POST /api/show': () => controller.abort() });
    const listing = listOllamaModels({ baseUrl: url, signal: controller.signal });
    await expect(listing).rejects.toMatchObject({ kind: 'aborted' });
  });
});
